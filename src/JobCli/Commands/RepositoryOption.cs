using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobHosts.Git;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobCli.Commands;

/// <summary>The repository a command works on: <c>--repo</c>, or the Git root around the current folder.</summary>
internal static class RepositoryOption
{
    /// <summary>The option every command has.</summary>
    public static Option<string?> Option() =>
        new("--repo")
        {
            Description = "The repository (default: the Git root around the current folder).",
            HelpName = "DIR",
        };

    /// <summary>The root folder, which must exist.</summary>
    public static string Root(string? asked, Terminal terminal) =>
        Found(asked, terminal)
        ?? throw new UsageException(
            "there is no repository around the current folder",
            "go to a clone of the repository of requests, or name it with `--repo DIR`"
        );

    /// <summary>The root folder, or the current one for what works on files of any place.</summary>
    public static string RootOrHere(string? asked, Terminal terminal) =>
        Found(asked, terminal) ?? terminal.CurrentFolder;

    private static string? Found(string? asked, Terminal terminal)
    {
        if (asked is not null)
        {
            string full = Path.GetFullPath(asked, terminal.CurrentFolder);
            return Directory.Exists(full)
                ? full
                : throw new UsageException(
                    $"there is no folder `{asked}`",
                    "give `--repo` the root of a repository of requests"
                );
        }

        for (DirectoryInfo? folder = new(terminal.CurrentFolder); folder is not null; folder = folder.Parent)
        {
            if (
                Path.Exists(Path.Combine(folder.FullName, ".git"))
                || Directory.Exists(Path.Combine(folder.FullName, "jobs-requests"))
                || Directory.Exists(Path.Combine(folder.FullName, "policies"))
            )
            {
                return folder.FullName;
            }
        }

        return null;
    }

    /// <summary>The request paths that files and folders on the command line stand for, ordinal; null for all.</summary>
    public static IReadOnlyList<string>? Requests(IReadOnlyList<string> paths, FolderTree tree, Terminal terminal)
    {
        if (paths.Count == 0)
        {
            return null;
        }

        SortedSet<string> found = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            string relative = Path.GetRelativePath(tree.Root, Path.GetFullPath(path, terminal.CurrentFolder))
                .Replace('\\', '/');
            if (Directory.Exists(Path.Combine(tree.Root, relative)))
            {
                string prefix = relative == "." ? RequestPath.Requests : relative.TrimEnd('/') + "/";
                string[] inside = [.. tree.List(prefix).Select(e => e.Path).Where(RequestPath.IsRequest)];
                if (inside.Length == 0)
                {
                    throw new UsageException(
                        $"`{path}` holds no request",
                        "requests are files `jobs-requests/<team>/<name>.yaml`; for plain manifests use `rayquest lint --manifest`"
                    );
                }

                found.UnionWith(inside);
            }
            else if (tree.Find(relative) is null)
            {
                throw new UsageException(
                    $"there is no file `{path}`",
                    "give a request or a folder of requests, or nothing for all of them"
                );
            }
            else if (!RequestPath.IsRequest(relative))
            {
                throw new UsageException(
                    $"`{path}` is not a request",
                    "requests are files `jobs-requests/<team>/<name>.yaml`; for plain manifests use `rayquest lint --manifest`"
                );
            }
            else
            {
                found.Add(relative);
            }
        }

        return [.. found];
    }

    /// <summary>A repository's history; null for a folder inside somebody's repository, or outside of any, which has none of its own.</summary>
    public static GitRepository? Git(string root) =>
        Path.Exists(Path.Combine(root, ".git")) ? GitRepository.Open(root) : null;

    /// <summary>
    /// The repository's Git, where it can tell anything of merged jobs: without rendered ones nothing is frozen, without a ledger
    /// no name is known, and asking would cost as much as the rest of the start.
    /// </summary>
    public static GitRepository? GitOfMerged(string root)
    {
        string jobs = Path.Combine(root, RequestPath.Jobs);
        return
            (Directory.Exists(jobs) && Directory.EnumerateFileSystemEntries(jobs).Any())
            || LocalLedger.IsLikely(Path.Combine(root, ".git"))
            ? Git(root)
            : null;
    }

    /// <summary>What the branch holds that jobs are applied from: only that is frozen, whatever lies in the folder.</summary>
    public static IRepositoryTree Merged(GitRepository git, FolderTree tree, string? asked, string branch)
    {
        ObjectId? commit = asked is null
            ? git.TryResolve($"refs/remotes/origin/{branch}")
                ?? git.TryResolve($"refs/heads/{branch}")
                ?? git.TryResolve("HEAD")
            : git.Resolve(asked);
        return commit is null
            ? new MemoryTree(new Dictionary<string, byte[]>(StringComparer.Ordinal))
            : new MergedTree(new CommitTree(git, commit), tree);
    }

    /// <summary>A commit of the repository as a tree.</summary>
    public static CommitTree Commit(GitRepository git, string revision) => new(git, git.Resolve(revision));
}
