using Rayquest.JobModel.Repository;

namespace Rayquest.JobReport.Preview;

/// <summary>
/// The base with a change on top: what the repository will be after the merge. Paths the change doesn't touch are the
/// base's, however old the branch is.
/// </summary>
public sealed class ChangedTree(IRepositoryTree before, IRepositoryTree head, IEnumerable<string> changed)
    : IRepositoryTree
{
    private readonly HashSet<string> touched = new(changed, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<TreeEntry> List(string folder)
    {
        IReadOnlyList<TreeEntry> old = before.List(folder);
        string[] mine = [.. touched.Where(p => p.StartsWith(folder, StringComparison.Ordinal))];
        if (mine.Length == 0)
        {
            return old;
        }

        return
        [
            .. old.Where(e => !touched.Contains(e.Path))
                .Concat(mine.Select(head.Find).OfType<TreeEntry>())
                .OrderBy(e => e.Path, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public TreeEntry? Find(string path) => touched.Contains(path) ? head.Find(path) : before.Find(path);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(string path) => touched.Contains(path) ? head.Read(path) : before.Read(path);

    /// <inheritdoc/>
    public void Prefetch(IEnumerable<string> paths)
    {
        List<string> mine = [];
        List<string> theirs = [];
        foreach (string path in paths)
        {
            (touched.Contains(path) ? mine : theirs).Add(path);
        }

        head.Prefetch(mine);
        before.Prefetch(theirs);
    }
}
