using System.Runtime.CompilerServices;
using System.Text.Json;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

/// <summary>What a real operator said, moment by moment.</summary>
internal static class Recordings
{
    public static string Folder { get; } = Find();

    public static IReadOnlyList<ObservedJob> Jobs(string file) =>
        [.. Items(file).Select(item => ObservedJob.Read(item)!)];

    public static IReadOnlyList<JsonElement> Items(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Clone())];
    }

    private static string Find([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "Fixtures", "recordings"));
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
