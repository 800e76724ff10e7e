namespace Rayquest.JobCli.Tests.House;

/// <summary>A test that needs a program on PATH; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program)
    {
        Program = program;
        if (RepositoryFiles.OnPath(program) is null)
        {
            Skip = program + " is not on PATH";
        }
    }

    public string Program { get; }
}

/// <summary>A test that needs GitHub's language service from npm; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LanguageServiceFactAttribute : FactAttribute
{
    public LanguageServiceFactAttribute()
    {
        if (RepositoryFiles.OnPath("node") is null)
        {
            Skip = "node is not on PATH";
        }
        else if (!Directory.Exists(RepositoryFiles.Path("tests", "workflows", "node_modules", "@actions")))
        {
            Skip = "npm ci was not run in tests/workflows";
        }
    }
}
