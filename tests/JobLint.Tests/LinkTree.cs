using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>A tree in which some paths are symbolic links, or submodules, as Git tells them: never followed, nothing to read.</summary>
internal sealed class LinkTree(IRepositoryTree inner, params string[] links) : IRepositoryTree
{
    /// <summary>What the links are.</summary>
    public TreeEntryKind Kind { get; init; } = TreeEntryKind.Symlink;

    /// <summary>Whether reading a link reads what lies behind it.</summary>
    public bool ReadsThrough { get; init; }

    public IReadOnlyList<TreeEntry> List(string folder) =>
        [
            .. inner
                .List(folder)
                .Where(e => !links.Contains(e.Path))
                .Concat(links.Where(l => l.StartsWith(folder, StringComparison.Ordinal)).Select(Link))
                .OrderBy(e => e.Path, StringComparer.Ordinal),
        ];

    public TreeEntry? Find(string path) => links.Contains(path) ? Link(path) : inner.Find(path);

    public ReadOnlyMemory<byte>? Read(string path) => links.Contains(path) && !ReadsThrough ? null : inner.Read(path);

    private TreeEntry Link(string path) => new(path, Kind, 0);
}
