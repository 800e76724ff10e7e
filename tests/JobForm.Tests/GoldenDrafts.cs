using System.Text;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobForm.Tests;

/// <summary>A golden case of the linter or of the renderer as the form would have it: a repository without the request, and the draft.</summary>
internal sealed record GoldenDraft(string Name, FormSnapshot Snapshot, FormDraft Draft)
{
    /// <summary>Every golden case that is one request of team vision.</summary>
    public static IReadOnlyList<GoldenDraft> All { get; } = [.. Lint(), .. Render()];

    public static IReadOnlyDictionary<string, GoldenDraft> ByName { get; } =
        All.ToDictionary(c => c.Name, StringComparer.Ordinal);

    private static IEnumerable<GoldenDraft> Lint()
    {
        FormSnapshot policies = Files.Snapshot(SnapshotContent.Policies);
        foreach (string folder in Folders("JobLint.Tests"))
        {
            string input = Path.Combine(folder, "input.yaml");
            if (File.Exists(input))
            {
                yield return new GoldenDraft(
                    "lint " + Path.GetFileName(folder),
                    policies,
                    new FormDraft("vision", File.ReadAllText(input))
                );
            }
        }
    }

    private static IEnumerable<GoldenDraft> Render()
    {
        string cases = Files.Path("tests", "JobRender.Tests", "cases");
        foreach (string folder in Folders("JobRender.Tests"))
        {
            string input = Path.Combine(folder, "request.yaml");
            if (File.Exists(input))
            {
                Dictionary<string, byte[]> policies = new(StringComparer.Ordinal);
                Add(policies, Path.Combine(cases, "policies"), RequestPath.Policies);
                Add(policies, Path.Combine(folder, "policies"), RequestPath.Policies);
                Dictionary<string, byte[]> shipped = new(StringComparer.Ordinal);
                Add(shipped, Path.Combine(folder, "files"), "");
                yield return new GoldenDraft(
                    "render " + Path.GetFileName(folder),
                    Files.Of(policies, SnapshotContent.Policies),
                    new FormDraft("vision", File.ReadAllText(input)) { Files = shipped }
                );
            }
        }
    }

    private static IEnumerable<string> Folders(string project) =>
        Directory.EnumerateDirectories(Files.Path("tests", project, "cases")).Order(StringComparer.Ordinal);

    private static void Add(Dictionary<string, byte[]> files, string from, string under)
    {
        if (Directory.Exists(from))
        {
            foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            {
                files[under + Path.GetRelativePath(from, file).Replace('\\', '/')] = File.ReadAllBytes(file);
            }
        }
    }

    /// <summary>The repository with the draft in it, in a folder of its own.</summary>
    public void WriteTo(string folder)
    {
        foreach ((string path, byte[] bytes) in Snapshot.Files)
        {
            Write(folder, path, bytes);
        }

        foreach ((string path, byte[]? bytes) in Draft.Changes())
        {
            Write(folder, path, bytes!);
        }
    }

    private static void Write(string folder, string path, byte[] bytes)
    {
        string full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Encoding.UTF8.GetByteCount(Draft.Text)} bytes";
}
