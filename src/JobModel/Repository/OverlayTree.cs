namespace Rayquest.JobModel.Repository;

/// <summary>A tree with edits over it that nobody has committed: what a repository would hold after them.</summary>
/// <param name="edits">By path; null takes the path away.</param>
public sealed class OverlayTree(IRepositoryTree below, IReadOnlyDictionary<string, byte[]?> edits) : IRepositoryTree
{
    /// <inheritdoc/>
    public IReadOnlyList<TreeEntry> List(string folder)
    {
        TreeEntry[] mine =
        [
            .. edits
                .Where(e => e.Value is not null && e.Key.StartsWith(folder, StringComparison.Ordinal))
                .Select(e => Entry(e.Key, e.Value!)),
        ];
        return
        [
            .. below
                .List(folder)
                .Where(e => !edits.ContainsKey(e.Path))
                .Concat(mine)
                .OrderBy(e => e.Path, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public TreeEntry? Find(string path) =>
        !edits.TryGetValue(path, out byte[]? bytes) ? below.Find(path)
        : bytes is null ? null
        : Entry(path, bytes);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(string path) =>
        !edits.TryGetValue(path, out byte[]? bytes) ? below.Read(path)
        : bytes is null ? default(ReadOnlyMemory<byte>?)
        : bytes;

    /// <inheritdoc/>
    public void Prefetch(IEnumerable<string> paths) => below.Prefetch(paths.Where(p => !edits.ContainsKey(p)));

    private static TreeEntry Entry(string path, byte[] bytes) => new(path, TreeEntryKind.File, bytes.Length);
}
