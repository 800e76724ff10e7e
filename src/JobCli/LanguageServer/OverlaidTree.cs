using System.Collections.Concurrent;
using System.Text;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobCli.LanguageServer;

/// <summary>The working folder with what is open in the editor laid over it. Files read once are kept until something is saved.</summary>
internal sealed class OverlaidTree(IRepositoryTree below, IReadOnlyDictionary<string, string> open) : IRepositoryTree
{
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>?> read = new(StringComparer.Ordinal);

    public IReadOnlyList<TreeEntry> List(string folder)
    {
        IReadOnlyList<TreeEntry> there = below.List(folder);
        TreeEntry[] added =
        [
            .. open.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal) && below.Find(file.Key) is null)
                .Select(file => Entry(file.Key, file.Value)),
        ];
        return added.Length == 0
            ? there
            : [.. there.Concat(added).OrderBy(entry => entry.Path, StringComparer.Ordinal)];
    }

    public TreeEntry? Find(string path) =>
        open.TryGetValue(path, out string? text) ? Entry(path, text) : below.Find(path);

    public ReadOnlyMemory<byte>? Read(string path) =>
        open.TryGetValue(path, out string? text)
            ? Encoding.UTF8.GetBytes(text)
            : read.GetOrAdd(path, static (at, tree) => tree.Read(at), below);

    private static TreeEntry Entry(string path, string text) =>
        new(path, TreeEntryKind.File, Encoding.UTF8.GetByteCount(text));
}
