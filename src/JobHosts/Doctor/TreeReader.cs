using System.Text;
using Rayquest.JobHosts.Files;
using Rayquest.JobHosts.Git;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Doctor;
using TreeEntry = Rayquest.JobHosts.Git.TreeEntry;

namespace Rayquest.JobHosts.Doctor;

/// <summary>What a commit, or the working tree, says for itself.</summary>
public static class TreeReader
{
    private const string Workflows = ".github/workflows/";
    private const int LargestWorkflow = 1 << 20;

    /// <summary>Reads a commit.</summary>
    /// <exception cref="GitException">Git failed.</exception>
    public static TreeFacts Read(GitRepository git, ObjectId commit)
    {
        IReadOnlyList<TreeEntry> entries = git.ListTree(commit);
        Dictionary<string, ObjectId> ids = entries.ToDictionary(
            entry => entry.Path,
            entry => entry.Id,
            StringComparer.Ordinal
        );
        HashSet<string> submodules =
        [
            .. entries.Where(entry => entry.Mode is EntryMode.Submodule).Select(entry => entry.Path),
        ];
        return Read(
            [.. ids.Keys],
            (path, limit) =>
                submodules.Contains(path) ? null : git.ReadBlobs([ids[path]], limit).GetValueOrDefault(ids[path])
        );
    }

    /// <summary>Reads the files that lie in a clone, of which Git ignores none.</summary>
    /// <exception cref="HostException">Git or the disk failed.</exception>
    public static TreeFacts ReadWorkTree(GitRepository git)
    {
        FolderTree files = new(git.Root);
        return Read(
            [.. git.ListWorkTree().Where(path => files.Find(path) is not null)],
            (path, limit) =>
                files.Find(path) is { Kind: TreeEntryKind.File } entry && entry.Size <= limit
                    ? files.Read(path)?.ToArray()
                    : null
        );
    }

    private static TreeFacts Read(IReadOnlyList<string> paths, Func<string, int, byte[]?> read)
    {
        HashSet<string> there = new(paths, StringComparer.Ordinal);
        CodeOwnersFile? owners = CodeOwners.Paths.FirstOrDefault(there.Contains) is { } file
            ? new CodeOwnersFile(file, Text(read(file, CodeOwners.SizeLimit)))
            : null;
        Dictionary<string, string> workflows = new(StringComparer.Ordinal);
        foreach (string path in paths.Where(IsWorkflow))
        {
            workflows[path] = Text(read(path, LargestWorkflow)) ?? "";
        }

        return new TreeFacts(paths, owners, workflows);
    }

    // GitHub reads this folder alone, and nothing below it.
    private static bool IsWorkflow(string path) =>
        path.StartsWith(Workflows, StringComparison.Ordinal)
        && path.IndexOf('/', Workflows.Length) < 0
        && (path.EndsWith(".yml", StringComparison.Ordinal) || path.EndsWith(".yaml", StringComparison.Ordinal));

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
