namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>Where the material shared between projects lies: by environment variable, else beside an ancestor folder.</summary>
internal static class SharedFolder
{
    public static string? Path { get; } = Find();

    public static string File(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path!, .. parts]);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("RAYQUEST_SHARED") is { Length: > 0 } given)
        {
            return Directory.Exists(given) ? given : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(System.IO.Path.Combine(candidate, "crds")))
            {
                return candidate;
            }
        }

        return null;
    }
}

/// <summary>A test that needs the shared folder; reported as skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string part)
    {
        Part = part;
        if (SharedFolder.Path is not { } folder || !Path.Exists(Path.Combine(folder, part)))
        {
            Skip = $"shared/{part} is not at hand";
        }
    }

    public string Part { get; }
}
