using System.Collections.Concurrent;
using System.IO.Enumeration;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobHosts.Files;

/// <summary>The working folder as a tree. Links are reported, never followed.</summary>
public sealed class FolderTree(string root) : IRepositoryTree
{
    // Folders on the way to files that were seen to be no links.
    private readonly ConcurrentDictionary<string, bool> plainFolders = new(StringComparer.Ordinal);

    /// <summary>The folder on disk.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <inheritdoc/>
    public IReadOnlyList<TreeEntry> List(string folder)
    {
        string top = Path.Combine(Root, folder);
        if (!Directory.Exists(top))
        {
            return [];
        }

        int skipped = Root.EndsWith(Path.DirectorySeparatorChar) ? Root.Length : Root.Length + 1;
        FileSystemEnumerable<TreeEntry> entries = new(
            top,
            (ref FileSystemEntry entry) =>
                new TreeEntry(
                    entry.ToFullPath()[skipped..].Replace('\\', '/'),
                    entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? TreeEntryKind.Symlink : TreeEntryKind.File,
                    entry.IsDirectory ? -1 : entry.Length
                ),
            new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.None,
                IgnoreInaccessible = false,
            }
        )
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory || entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && entry.FileName is not ".git",
        };
        List<TreeEntry> found = [.. entries];
        found.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return found;
    }

    /// <inheritdoc/>
    public TreeEntry? Find(string path)
    {
        if (!IsInside(path))
        {
            return null;
        }

        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            string folder = path[..slash];
            if (plainFolders.ContainsKey(folder))
            {
                continue;
            }

            FileInfo info = new(Path.Combine(Root, folder));
            if (IsLink(info))
            {
                return new TreeEntry(path, TreeEntryKind.Symlink, -1);
            }

            if (!Exists(info))
            {
                return null;
            }

            plainFolders.TryAdd(folder, value: true);
        }

        FileInfo file = new(Path.Combine(Root, path));
        return !Exists(file) ? null
            : IsLink(file) ? new TreeEntry(path, TreeEntryKind.Symlink, -1)
            : file.Attributes.HasFlag(FileAttributes.Directory) ? null
            : new TreeEntry(path, TreeEntryKind.File, file.Length);
    }

    // One look at the disk gives both; what does not exist has every attribute at once.
    private static bool Exists(FileInfo info) => (int)info.Attributes != -1;

    private static bool IsLink(FileInfo info) => Exists(info) && info.Attributes.HasFlag(FileAttributes.ReparsePoint);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(string path)
    {
        if (!IsInside(path))
        {
            return null;
        }

        try
        {
            return File.ReadAllBytes(Path.Combine(Root, path));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(Path.Combine(Root, path)))
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new FileException($"can't read `{path}` ({fault.Message})", "check the file's permissions");
        }
    }

    private static bool IsInside(string path) =>
        path.Length > 0
        && !Path.IsPathRooted(path)
        && (!path.Contains("..", StringComparison.Ordinal) || !path.Split('/').Contains(".."));
}

/// <summary>The file system refused.</summary>
public sealed class FileException(string cause, string remedy) : HostException(cause, remedy);
