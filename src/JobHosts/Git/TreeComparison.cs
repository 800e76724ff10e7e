using System.Text;

namespace Rayquest.JobHosts.Git;

/// <summary>
/// What differs between two trees, folder by folder: folders that are the same object are not entered, and the paths are counted
/// as they are found. Git's own comparison prints nothing before it has seen everything, which a tree of a few small objects can
/// make hundreds of millions of paths.
/// </summary>
internal sealed class TreeComparison(ObjectReader objects, EntryLimit limit)
{
    private const long LargestTree = 8 << 20;

    private readonly List<TreeChange> changes = [];
    private long bytes;
    private int trees;

    /// <summary>The changes, in the order of their paths.</summary>
    /// <exception cref="TooManyEntries">There are more than the limit allows.</exception>
    public IReadOnlyList<TreeChange> Compare(ObjectId from, ObjectId to)
    {
        if (from != to)
        {
            Walk([(from, to, "")]);
        }

        changes.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        return changes;
    }

    // Level by level, so that the objects of a level are read in one go.
    private void Walk(List<(ObjectId? From, ObjectId? To, string Prefix)> level)
    {
        while (level.Count > 0)
        {
            Dictionary<ObjectId, List<TreeEntry>> read = Read(level);
            List<(ObjectId? From, ObjectId? To, string Prefix)> next = [];
            foreach ((ObjectId? from, ObjectId? to, string prefix) in level)
            {
                Compare(Of(from, read), Of(to, read), prefix, next);
            }

            level = next;
        }
    }

    private static List<TreeEntry> Of(ObjectId? tree, Dictionary<ObjectId, List<TreeEntry>> read) =>
        tree is null ? [] : read[tree];

    private void Compare(
        List<TreeEntry> from,
        List<TreeEntry> to,
        string prefix,
        List<(ObjectId? From, ObjectId? To, string Prefix)> next
    )
    {
        Dictionary<string, TreeEntry> old = new(StringComparer.Ordinal);
        foreach (TreeEntry entry in from)
        {
            old[entry.Path] = entry;
        }

        foreach (TreeEntry entry in to)
        {
            old.Remove(entry.Path, out TreeEntry? before);
            if (before is null || before.Id != entry.Id || before.Mode != entry.Mode)
            {
                Add(before, entry, prefix + entry.Path, next);
            }
        }

        foreach (TreeEntry entry in old.Values)
        {
            Add(entry, null, prefix + entry.Path, next);
        }
    }

    private void Add(
        TreeEntry? before,
        TreeEntry? after,
        string path,
        List<(ObjectId? From, ObjectId? To, string Prefix)> next
    )
    {
        ObjectId? oldTree = before is { Mode: EntryMode.Directory } ? before.Id : null;
        ObjectId? newTree = after is { Mode: EntryMode.Directory } ? after.Id : null;
        if (oldTree is not null || newTree is not null)
        {
            next.Add((oldTree, newTree, path + "/"));
            Count(++trees, path);
        }

        TreeEntry? oldFile = oldTree is null ? before : null;
        TreeEntry? newFile = newTree is null ? after : null;
        if (oldFile is not null || newFile is not null)
        {
            changes.Add(
                new TreeChange(
                    path,
                    oldFile?.Mode ?? EntryMode.None,
                    newFile?.Mode ?? EntryMode.None,
                    oldFile?.Id ?? ObjectId.Zero,
                    newFile?.Id ?? ObjectId.Zero
                )
            );
            Count(changes.Count, path);
        }
    }

    private void Count(int entries, string path)
    {
        bytes += path.Length;
        if (entries > limit.Records || bytes > limit.Bytes)
        {
            throw new TooManyEntries(limit);
        }
    }

    private Dictionary<ObjectId, List<TreeEntry>> Read(List<(ObjectId? From, ObjectId? To, string Prefix)> level)
    {
        ObjectId[] wanted = [.. level.SelectMany(pair => new[] { pair.From, pair.To }).OfType<ObjectId>().Distinct()];
        foreach (ObjectHeader? header in objects.Describe([.. wanted.Select(id => id.ToString() + "^{tree}")]))
        {
            if (header is null)
            {
                throw new GitException("a tree is not in this repository", "fetch it first");
            }

            if (header.Size > LargestTree)
            {
                throw new TooManyEntries(limit);
            }
        }

        Dictionary<ObjectId, List<TreeEntry>> read = [];
        foreach (ObjectId id in wanted)
        {
            read[id] = [];
        }

        int next = 0;
        objects.ReadNamed(
            [.. wanted.Select(id => id.ToString() + "^{tree}")],
            (header, content) => Parse(content, header.Id.ToString().Length / 2, read[wanted[next++]])
        );
        return read;
    }

    // <mode> SP <name> NUL <id as bytes>, one after the other.
    private static void Parse(byte[] content, int idLength, List<TreeEntry> into)
    {
        ReadOnlySpan<byte> rest = content;
        while (rest.Length > 0)
        {
            int space = rest.IndexOf((byte)' ');
            int end = rest.IndexOf((byte)0);
            string mode = Encoding.ASCII.GetString(rest[..space]).PadLeft(6, '0');
            string name = Encoding.UTF8.GetString(rest[(space + 1)..end]);
            ObjectId id = ObjectId.Parse(Convert.ToHexStringLower(rest.Slice(end + 1, idLength)));
            into.Add(new TreeEntry(name, GitRepository.ModeOf(mode), id));
            rest = rest[(end + 1 + idLength)..];
        }
    }
}
