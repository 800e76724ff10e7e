using Rayquest.JobModel.Repository;

namespace Rayquest.JobHosts.Git;

/// <summary>A commit as a tree, read from Git objects: nothing is checked out, links are reported and never followed.</summary>
public sealed class CommitTree : IRepositoryTree
{
    /// <summary>The largest file read; larger ones count as absent.</summary>
    private const long SizeLimit = 16 << 20;

    private static readonly string[] Folders = [RequestPath.Requests, RequestPath.Jobs, RequestPath.Policies];

    private readonly GitRepository repository;
    private readonly Dictionary<string, TreeEntry> entries;
    private readonly string[] sorted;
    private readonly Dictionary<ObjectId, byte[]> blobs;
    private readonly Lock gate;

    /// <summary>Lists the commit's entries under the folders of a repository of requests.</summary>
    public CommitTree(GitRepository repository, ObjectId commit)
    {
        this.repository = repository;
        (blobs, gate) = ([], new Lock());
        Commit = commit;
        IReadOnlyList<TreeEntry> listed = repository.ListTree(commit, Folders);
        entries = new Dictionary<string, TreeEntry>(listed.Count, StringComparer.Ordinal);
        foreach (TreeEntry entry in listed)
        {
            entries[entry.Path] = entry;
        }

        sorted = Sorted(entries.Keys);
    }

    private CommitTree(CommitTree before, ObjectId commit, IReadOnlyList<TreeChange> changes)
    {
        (repository, blobs, gate, Commit) = (before.repository, before.blobs, before.gate, commit);
        entries = new Dictionary<string, TreeEntry>(before.entries, StringComparer.Ordinal);
        bool isSame = true;
        foreach (TreeChange change in changes)
        {
            isSame &= change.NewMode != EntryMode.None && entries.ContainsKey(change.Path);
            if (change.NewMode == EntryMode.None)
            {
                entries.Remove(change.Path);
            }
            else
            {
                entries[change.Path] = new TreeEntry(change.Path, change.NewMode, change.NewId);
            }
        }

        sorted = isSame ? before.sorted : Sorted(entries.Keys);
    }

    /// <summary>The tree that a change makes of this one: what the change leaves alone is neither listed nor read again.</summary>
    /// <param name="commit">The commit or tree after the change.</param>
    /// <param name="changes">Everything in which it differs.</param>
    public CommitTree After(ObjectId commit, IReadOnlyList<TreeChange> changes)
    {
        TreeChange[] ours = [.. changes.Where(c => Folders.Any(f => c.Path.StartsWith(f, StringComparison.Ordinal)))];
        // A name that stands twice in its folder, or a file in a folder's place: what Git makes of it is not for us to say.
        return ours.DistinctBy(c => c.Path).Count() == ours.Length && !changes.Any(c => Folders.Contains(c.Path + "/"))
            ? new CommitTree(this, commit, ours)
            : new CommitTree(repository, commit);
    }

    /// <summary>The commit.</summary>
    public ObjectId Commit { get; }

    /// <summary>The object id of the file at a path, or null.</summary>
    public ObjectId? IdOf(string path) => entries.GetValueOrDefault(path)?.Id;

    /// <inheritdoc/>
    public IReadOnlyList<JobModel.Repository.TreeEntry> List(string folder)
    {
        int at = Array.BinarySearch(sorted, folder, StringComparer.Ordinal);
        List<JobModel.Repository.TreeEntry> found = [];
        for (
            int i = at < 0 ? ~at : at;
            i < sorted.Length && sorted[i].StartsWith(folder, StringComparison.Ordinal);
            i++
        )
        {
            found.Add(Convert(entries[sorted[i]]));
        }

        return found;
    }

    /// <inheritdoc/>
    public JobModel.Repository.TreeEntry? Find(string path)
    {
        if (entries.TryGetValue(path, out TreeEntry? entry))
        {
            return Convert(entry);
        }

        // A path below a link leads out of the tree; Git has no entry for it.
        for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (entries.TryGetValue(path[..slash], out TreeEntry? parent))
            {
                return Convert(parent) with { Path = path };
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(string path)
    {
        if (!entries.TryGetValue(path, out TreeEntry? entry) || entry.Mode is EntryMode.Submodule)
        {
            return null;
        }

        lock (gate)
        {
            if (!blobs.TryGetValue(entry.Id, out byte[]? bytes))
            {
                if (!repository.ReadBlobs([entry.Id], SizeLimit).TryGetValue(entry.Id, out bytes))
                {
                    return null;
                }

                blobs[entry.Id] = bytes;
            }

            return bytes;
        }
    }

    /// <inheritdoc/>
    public void Prefetch(IEnumerable<string> paths)
    {
        lock (gate)
        {
            foreach (
                (ObjectId id, byte[] bytes) in repository.ReadBlobs(
                    paths
                        .Select(path => entries.GetValueOrDefault(path))
                        .OfType<TreeEntry>()
                        .Where(entry => entry.Mode is not EntryMode.Submodule && !blobs.ContainsKey(entry.Id))
                        .Select(entry => entry.Id),
                    SizeLimit
                )
            )
            {
                blobs[id] = bytes;
            }
        }
    }

    // Git lists in the order of bytes, which is nearly always this one already.
    private static string[] Sorted(IEnumerable<string> paths)
    {
        string[] all = [.. paths];
        for (int i = 1; i < all.Length; i++)
        {
            if (string.CompareOrdinal(all[i - 1], all[i]) > 0)
            {
                Array.Sort(all, StringComparer.Ordinal);
                break;
            }
        }

        return all;
    }

    private static JobModel.Repository.TreeEntry Convert(TreeEntry entry) =>
        new(
            entry.Path,
            entry.Mode switch
            {
                EntryMode.Symlink => TreeEntryKind.Symlink,
                EntryMode.Submodule => TreeEntryKind.Submodule,
                _ => TreeEntryKind.File,
            },
            -1
        );
}
