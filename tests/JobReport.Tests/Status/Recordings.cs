using System.Runtime.CompilerServices;
using System.Text.Json;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

/// <summary>The snapshots of a real operator, where they exist on this machine.</summary>
internal static class Recordings
{
    public static string? Folder { get; } = Find("recordings");

    public static IReadOnlyList<ObservedJob> Jobs(string file) =>
        [.. Items(file).Select(item => ObservedJob.Read(item)!)];

    public static IReadOnlyList<JsonElement> Items(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder!, file)));
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Clone())];
    }

    public static string? Find(string folder, [CallerFilePath] string here = "")
    {
        var configured = Environment.GetEnvironmentVariable("RAYQUEST_SHARED");
        if (!string.IsNullOrEmpty(configured))
        {
            var direct = Path.Combine(configured, folder);
            return Directory.Exists(direct) ? direct : null;
        }

        for (var at = new FileInfo(here).Directory; at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", folder);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}

/// <summary>A test that needs the recordings and says so when they are not here.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordingsFactAttribute : FactAttribute
{
    public RecordingsFactAttribute()
    {
        if (Recordings.Folder is null)
        {
            Skip = "the recordings of a real operator are not on this machine (set RAYQUEST_SHARED)";
        }
    }
}

/// <summary>Compares with a committed file beside the test; UPDATE_GOLDEN=1 rewrites it, never in CI.</summary>
internal static class Golden
{
    public static void Matches(string actual, string name, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "cases", name);
        var update = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";
        if (update && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        File.Exists(path).ShouldBeTrue($"{name} is missing: run with UPDATE_GOLDEN=1 and read it");
        actual.ReplaceLineEndings("\n").ShouldBe(File.ReadAllText(path).ReplaceLineEndings("\n"));
    }
}
