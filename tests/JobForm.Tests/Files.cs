using System.Text;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobForm.Tests;

/// <summary>This repository's own files, and repositories made of a test's files.</summary>
internal static class Files
{
    public static string Root { get; } = FindRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>The files below a folder of this repository, by their path in it.</summary>
    public static Dictionary<string, byte[]> Below(params string[] folders) =>
        folders
            .SelectMany(f => Directory.EnumerateFiles(Path(f), "*", SearchOption.AllDirectories))
            .ToDictionary(
                f => System.IO.Path.GetRelativePath(Root, f).Replace('\\', '/'),
                File.ReadAllBytes,
                StringComparer.Ordinal
            );

    /// <summary>A snapshot of this repository.</summary>
    public static FormSnapshot Snapshot(SnapshotContent content = SnapshotContent.Requests) =>
        Of(Below("policies", "jobs", "jobs-requests"), content);

    public static FormSnapshot Of(
        Dictionary<string, byte[]> files,
        SnapshotContent content = SnapshotContent.Requests
    ) =>
        new()
        {
            Version = FormEngine.Version,
            Repository = "https://github.com/example/ray-jobs",
            HasUsage = content != SnapshotContent.Policies,
            HasRequests = content == SnapshotContent.Requests,
            Files = SnapshotReader.Files(new MemoryTree(files), content),
        };

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Rayquest.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
