namespace Rayquest.JobCli.Tests.House;

/// <summary>What the program says of requests that a document shows, by the policies of the tests' example repository.</summary>
internal static class DocumentedRequests
{
    private static readonly string Policies = RepositoryFiles.Path("tests", "Fixtures", "repository", "policies");

    /// <summary>Lints a request of team vision with the files beside it; the path is below the team's folder.</summary>
    public static (int Code, string Output) Lint(params ReadOnlySpan<(string Path, string Text)> files)
    {
        var folder = Directory.CreateTempSubdirectory("rayquest-docs-").FullName;
        try
        {
            foreach (var file in Directory.GetFiles(Policies, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(folder, "policies", Path.GetRelativePath(Policies, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            foreach (var (path, text) in files)
            {
                var file = Path.Combine(folder, "jobs-requests", "vision", path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }

            var program = Path.Combine(AppContext.BaseDirectory, "rayquest.dll");
            var (code, output, errors) = Tool.Run(
                "dotnet",
                [program, "lint", "--repo", folder],
                folder,
                new() { ["NO_COLOR"] = "1" }
            );
            errors.ShouldBeEmpty();
            return (code, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
