using System.Collections.Concurrent;

namespace Rayquest.JobModel.Repository;

/// <summary>
/// A tree whose top folders are listed once each, for one judgement during which nobody changes what exists: asking for every
/// request and job one by one costs more than the evaluating of many of them. Content is read from the tree below each time.
/// </summary>
public sealed class ListedTree(IRepositoryTree below) : IRepositoryTree
{
    private readonly ConcurrentDictionary<string, TreeEntry[]> tops = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<TreeEntry> List(string folder)
    {
        int slash = folder.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return below.List(folder);
        }

        TreeEntry[] entries = tops.GetOrAdd(folder[..(slash + 1)], static (top, tree) => [.. tree.List(top)], below);
        if (folder.Length == slash + 1)
        {
            return entries;
        }

        int start = Search(entries, folder);
        int end = start;
        while (end < entries.Length && entries[end].Path.StartsWith(folder, StringComparison.Ordinal))
        {
            end++;
        }

        return new ArraySegment<TreeEntry>(entries, start, end - start);
    }

    /// <inheritdoc/>
    public TreeEntry? Find(string path)
    {
        if (!tops.TryGetValue(path[..(path.IndexOf('/', StringComparison.Ordinal) + 1)], out TreeEntry[]? entries))
        {
            return below.Find(path);
        }

        int index = Search(entries, path);
        if (index < entries.Length && entries[index].Path == path)
        {
            return entries[index];
        }

        // What lies behind a link is not listed; the tree below says what to make of it.
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            int folder = Search(entries, path[..slash]);
            if (
                folder < entries.Length
                && entries[folder].Path.Length == slash
                && entries[folder].Path == path[..slash]
            )
            {
                return below.Find(path);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(string path) => below.Read(path);

    /// <inheritdoc/>
    public void Prefetch(IEnumerable<string> paths) => below.Prefetch(paths);

    // Where the path stands, or would stand.
    private static int Search(TreeEntry[] entries, string path)
    {
        int low = 0;
        int high = entries.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.CompareOrdinal(entries[middle].Path, path) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
