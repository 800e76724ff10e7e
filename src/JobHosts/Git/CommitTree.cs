using Rayquest.JobModel.Repository;

namespace Rayquest.JobHosts.Git;

/// <summary>A commit as a tree, read from Git objects: nothing is checked out, links are reported and never followed.</summary>
public sealed class CommitTree : IRepositoryTree
{
    /// <summary>The largest file read; larger ones count as absent.</summary>
    private const long SizeLimit = 16 << 20;

    private readonly GitRepository repository;
    private readonly SortedDictionary<string, TreeEntry> entries = new(StringComparer.Ordinal);
    private readonly string[] sorted;
    private readonly Dictionary<ObjectId, byte[]> blobs = [];
    private readonly Lock gate = new();

    /// <summary>Lists the commit's entries under the folders of a repository of requests.</summary>
    public CommitTree(GitRepository repository, ObjectId commit)
    {
        this.repository = repository;
        Commit = commit;
        foreach (
            TreeEntry entry in repository.ListTree(commit, RequestPath.Requests, RequestPath.Jobs, RequestPath.Policies)
        )
        {
            entries[entry.Path] = entry;
        }

        sorted = [.. entries.Keys];
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
