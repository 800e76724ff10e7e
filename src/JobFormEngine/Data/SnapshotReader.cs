using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobFormEngine.Data;

/// <summary>How much of a repository a form is told. What it is told, everybody who can open the page can read.</summary>
public enum SnapshotContent
{
    /// <summary>The policies.</summary>
    Policies,

    /// <summary>And what each team's jobs hold: names, owners, amounts, but no command and no manifest.</summary>
    Usage,

    /// <summary>And every request and manifest, so that one can be edited.</summary>
    Requests,
}

/// <summary>Takes from a repository what a form needs.</summary>
public static class SnapshotReader
{
    // Generated, or of no use to a page; and the schemas of the engines are in the program.
    private static readonly string[] Unneeded = [RequestPath.Policies + "schema/"];

    /// <summary>The files of a snapshot.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files(IRepositoryTree tree, SnapshotContent content)
    {
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        Take(RequestPath.Policies, bytes => bytes.ToArray());
        if (content == SnapshotContent.Usage)
        {
            Take(RequestPath.Jobs, HeaderOf);
        }
        else if (content == SnapshotContent.Requests)
        {
            Take(RequestPath.Jobs, bytes => bytes.ToArray());
            Take(RequestPath.Requests, bytes => bytes.ToArray());
        }

        return files;

        void Take(string folder, Func<ReadOnlyMemory<byte>, byte[]?> part)
        {
            foreach (TreeEntry entry in tree.List(folder))
            {
                if (
                    entry.Kind == TreeEntryKind.File
                    && !Array.Exists(Unneeded, u => entry.Path.StartsWith(u, StringComparison.Ordinal))
                    && tree.Read(entry.Path) is { } bytes
                    && part(bytes) is { } taken
                )
                {
                    files[entry.Path] = taken;
                }
            }
        }
    }

    // A manifest's header is what quotas are counted by.
    private static byte[]? HeaderOf(ReadOnlyMemory<byte> file) =>
        JobHeader.Read(file, out _) is { } header
            // What a sweep tries is part of the command.
            ? Encoding.UTF8.GetBytes(
                (header with { Best = null, Jobs = [.. header.Jobs.Select(j => j with { SweepValues = [] })] }).Write()
            )
            : null;
}
