using System.Globalization;
using System.Text;

namespace Rayquest.JobHosts.Git;

/// <summary>The half that brings only what is asked for: one commit, its folders, and the files that are named.</summary>
public sealed partial class GitRepository
{
    /// <summary>
    /// Names a remote. Git remembers by the name what it left with a remote, and takes no plain address for one.
    /// </summary>
    public void SetRemote(string name, string url) => git.Run(["config", "--replace-all", $"remote.{name}.url", url]);

    /// <summary>
    /// Brings a branch's commit with the names of its files, but neither its history nor what is in them. A remote that knows
    /// no filters (a plain folder) gives the content as well.
    /// </summary>
    public void FetchTip(string remote, string refspec, GitCredential? credential = null) =>
        git.Run(
            [
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
                "--no-auto-maintenance",
                "--depth=1",
                "--filter=blob:none",
                "--end-of-options",
                remote,
                refspec,
            ],
            default,
            Credentials(credential),
            git.Options.NetworkTimeout
        );

    /// <summary>Brings the content of files in one conversation; what is here already isn't asked for.</summary>
    public void FetchBlobs(string remote, IEnumerable<ObjectId> ids, GitCredential? credential = null)
    {
        // Asking cat-file for one that is missing would make git fetch it by itself, one conversation each.
        var here = git.Run(["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"])
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.Ordinal);
        var missing = ids.Select(id => id.ToString()).Where(id => !here.Contains(id)).Distinct().ToList();
        if (missing.Count == 0)
            return;
        git.Run(
            [
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--recurse-submodules=no",
                "--no-auto-maintenance",
                "--filter=blob:none",
                "--stdin",
                "--end-of-options",
                remote,
            ],
            Encoding.ASCII.GetBytes(string.Join('\n', missing) + "\n"),
            WithoutNegotiation(credential),
            git.Options.NetworkTimeout
        );
    }

    // Whoever says that it has the commit is taken to have its files as well, and is sent none.
    private static Dictionary<string, string?> WithoutNegotiation(GitCredential? credential)
    {
        var variables = new Dictionary<string, string?>(Credentials(credential) ?? [], StringComparer.Ordinal);
        var next = credential is null ? 0 : 1;
        variables["GIT_CONFIG_COUNT"] = (next + 1).ToString(CultureInfo.InvariantCulture);
        variables[$"GIT_CONFIG_KEY_{next}"] = "fetch.negotiationAlgorithm";
        variables[$"GIT_CONFIG_VALUE_{next}"] = "noop";
        return variables;
    }
}
