using System.Reflection;

namespace Rayquest.JobReport.Doctor;

/// <summary>The workflow files as this version of the program has them.</summary>
public static class ShippedWorkflows
{
    private const string Prefix = "workflows/";

    /// <summary>What one is called in a repository.</summary>
    public const string Folder = ".github/workflows/";

    // GitHub Enterprise Server has no word for these; docs/operations.md takes them out.
    private static readonly string[] DotComAlone = ["      deployment: false", "  queue: max"];

    /// <summary>Path and text of each.</summary>
    public static IReadOnlyDictionary<string, string> Files { get; } = Read();

    /// <summary>The first line that differs, counted in the text; null when there is none that matters.</summary>
    public static int? Difference(string shipped, string text)
    {
        string[] wanted = Lines(shipped);
        string[] found = Lines(text);
        if (wanted.SequenceEqual(found) || wanted.Where(line => !DotComAlone.Contains(line)).SequenceEqual(found))
        {
            return null;
        }

        int line = 0;
        while (line < wanted.Length && line < found.Length && wanted[line] == found[line])
        {
            line++;
        }

        return Math.Min(line + 1, Math.Max(1, found.Length));
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static SortedDictionary<string, string> Read()
    {
        Assembly assembly = typeof(ShippedWorkflows).Assembly;
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (
            string name in assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        )
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            files[Folder + name[Prefix.Length..]] = reader.ReadToEnd();
        }

        return files;
    }
}
