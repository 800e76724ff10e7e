namespace Rayquest.JobModel.Repository;

/// <summary>What a path of a tree is.</summary>
public enum TreeEntryKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A symbolic link; its content is the target and is never followed.</summary>
    Symlink,

    /// <summary>A submodule.</summary>
    Submodule,
}

/// <summary>One path of a tree; size in bytes, -1 when it is not known without reading.</summary>
public sealed record TreeEntry(string Path, TreeEntryKind Kind, long Size);

/// <summary>The files of one state of the repository: a folder on disk, or a commit read from Git objects.</summary>
public interface IRepositoryTree
{
    /// <summary>Every entry under a folder (all depths), ordinal by path; the folder ends with a slash, or is empty for all.</summary>
    IReadOnlyList<TreeEntry> List(string folder);

    /// <summary>The entry at a path, or null.</summary>
    TreeEntry? Find(string path);

    /// <summary>The bytes of a file, or null when there is no file at the path.</summary>
    ReadOnlyMemory<byte>? Read(string path);

    /// <summary>Says that these files will be read soon, so that a tree far away can fetch them in one go.</summary>
    void Prefetch(IEnumerable<string> paths) { }
}

/// <summary>A tree held in memory: for tests, previews and rendered output.</summary>
public sealed class MemoryTree(IReadOnlyDictionary<string, byte[]> files) : IRepositoryTree
{
    private readonly SortedDictionary<string, byte[]> sorted = new(files.ToDictionary(), StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<TreeEntry> List(string folder) =>
        [
            .. sorted
                .Where(f => f.Key.StartsWith(folder, StringComparison.Ordinal))
                .Select(f => new TreeEntry(f.Key, TreeEntryKind.File, f.Value.Length)),
        ];

    /// <inheritdoc/>
    public TreeEntry? Find(string path) =>
        sorted.TryGetValue(path, out byte[]? bytes) ? new TreeEntry(path, TreeEntryKind.File, bytes.Length) : null;

    /// <inheritdoc/>
    // A bare null would become an empty memory by way of byte[]: "no file" must not look like "empty file".
    public ReadOnlyMemory<byte>? Read(string path) =>
        sorted.TryGetValue(path, out byte[]? bytes) ? bytes : default(ReadOnlyMemory<byte>?);
}
