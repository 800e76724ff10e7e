namespace Rayquest.JobRender.Tests;

/// <summary>Material beside the repository (upstream samples, schemas), where it exists.</summary>
internal static class SharedFolder
{
    /// <summary>The full path of something in the shared folder, or null when there is none.</summary>
    public static string? Find(string path)
    {
        string? named = Environment.GetEnvironmentVariable("RAYQUEST_SHARED");
        if (!string.IsNullOrEmpty(named))
        {
            return Existing(Path.Combine(named, path));
        }

        for (DirectoryInfo? folder = new(GoldenCases.Folder); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", path)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Existing(string path) => File.Exists(path) || Directory.Exists(path) ? path : null;
}

/// <summary>A theory over the shared folder; reported as skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute()
    {
        if (SharedFolder.Find("samples") is null)
        {
            Skip = "there is no shared folder beside the repository, and RAYQUEST_SHARED names none";
        }
    }
}
