namespace Rayquest.JobLint.Tests;

/// <summary>
/// Files that hold what is expected. <c>UPDATE_GOLDEN=1</c> writes them anew, for a person to look over the difference;
/// in CI that is refused, since there it would bless whatever came out.
/// </summary>
internal static class Golden
{
    private static readonly bool Updates = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <summary>Whether a run may write the expected files.</summary>
    public static bool MayUpdate(bool updates, bool isCi) =>
        updates
        && (
            isCi
                ? throw new InvalidOperationException(
                    "UPDATE_GOLDEN is refused in CI: look at the difference on your machine and commit it"
                )
                : true
        );

    /// <summary>Compares a text with its file, or writes the file.</summary>
    public static void Check(string path, string actual)
    {
        if (MayUpdate(Updates, Environment.GetEnvironmentVariable("CI") == "true"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        string shown = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
        File.Exists(path).ShouldBeTrue($"{shown} is missing; UPDATE_GOLDEN=1 writes it");
        actual.ShouldBe(File.ReadAllText(path), $"{shown} differs; UPDATE_GOLDEN=1 writes it anew");
    }
}
