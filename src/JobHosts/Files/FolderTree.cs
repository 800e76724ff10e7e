using System.IO.Enumeration;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobHosts.Files;

/// <summary>The working folder as a tree. Links are reported, never followed.</summary>
public sealed class FolderTree(string root) : IRepositoryTree
{
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

        FileSystemEnumerable<TreeEntry> entries = new(
            top,
            (ref FileSystemEntry entry) =>
                new TreeEntry(
                    Path.GetRelativePath(Root, entry.ToFullPath()).Replace('\\', '/'),
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

        string folder = Root;
        string[] parts = path.Split('/');
        for (int i = 0; i < parts.Length; i++)
        {
            folder = Path.Combine(folder, parts[i]);
            FileInfo file = new(folder);
            if (file.LinkTarget is not null)
            {
                return new TreeEntry(path, TreeEntryKind.Symlink, -1);
            }

            if (i == parts.Length - 1)
            {
                return file.Exists ? new TreeEntry(path, TreeEntryKind.File, file.Length) : null;
            }
        }

        return null;
    }

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
            throw new FileFault($"can't read `{path}` ({fault.Message})", "check the file's permissions");
        }
    }

    private static bool IsInside(string path) =>
        path.Length > 0 && !Path.IsPathRooted(path) && !path.Split('/').Contains("..");
}

/// <summary>The file system refused.</summary>
public sealed class FileFault(string cause, string remedy) : HostFault(cause, remedy);
