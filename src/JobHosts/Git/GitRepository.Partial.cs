using System.Globalization;
using System.Text;

namespace Rayquest.JobHosts.Git;

/// <summary>The half that brings only what is asked for: one commit, its folders, and the files that are named.</summary>
public sealed partial class GitRepository
{
    private (string Remote, GitCredential? Credential)? promised;

    // Of a partial clone: what names mean is asked of it, and what its objects are of a folder that knows of no remote.
    private ObjectReader? references;
    private string? reading;

    /// <summary>
    /// Names a remote. Git remembers by the name what it left with a remote, and takes no plain address for one.
    /// </summary>
    public void SetRemote(string name, string url) => git.Run(["config", "--replace-all", $"remote.{name}.url", url]);

    // Brings what is asked for, and leaves nothing else behind.
    private static readonly string[] Fetching =
    [
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
    ];

    /// <summary>
    /// Brings a branch's commit with the names of its files, but neither its history nor what is in them. A remote that knows
    /// no filters (a plain folder) gives the content as well.
    /// </summary>
    public void FetchTip(string remote, string refspec, GitCredential? credential = null) =>
        git.Run(
            [.. Fetching, "--depth=1", "--filter=blob:none", "--end-of-options", remote, refspec],
            default,
            Credentials(credential),
            git.Options.NetworkTimeout
        );

    /// <summary>Whether the history is cut off, as a checkout with <c>fetch-depth: 1</c> leaves it.</summary>
    public bool IsShallow =>
        git.Run(["rev-parse", "--is-shallow-repository"]).Text.StartsWith("true", StringComparison.Ordinal);

    /// <summary>
    /// Completes the history of a clone that has only its last commit: all commits and the names of their files, and of what is
    /// in them only what is read, each portion in one conversation. A remote that knows no filters gives everything at once.
    /// Does nothing where the history is whole.
    /// </summary>
    /// <param name="refspec">What is fetched with it; other branches stay where they are.</param>
    /// <exception cref="GitException">The remote can't be reached, or the history is still cut off.</exception>
    public void Complete(string remote, string refspec, GitCredential? credential = null)
    {
        if (!IsShallow)
            return;
        git.Run(
            [.. Fetching, "--unshallow", "--filter=blob:none", "--end-of-options", remote, refspec],
            default,
            Credentials(credential),
            git.Options.NetworkTimeout
        );
        if (IsShallow)
            throw new GitException("the remote's own history is cut off", "make the remote a whole clone");
        Promise(remote, credential);
    }

    /// <summary>
    /// From here on the remote owes what isn't here: what is read is fetched before, and what git itself misses in a merge it
    /// fetches with the same credential.
    /// </summary>
    private void Promise(string remote, GitCredential? credential)
    {
        promised = (remote, credential);
        git.Access = Credentials(credential) ?? [];
        if (reading is not null)
            return;

        // Asked for an object that is owed, git fetches it, each by itself, or ends where it mustn't; without a remote to ask it
        // says that it isn't here.
        references = objects;
        reading = Directory.CreateTempSubdirectory("rayquest-git-").FullName;
        // What a repository must have (gitrepository-layout), and nothing of a template.
        Directory.CreateDirectory(Path.Combine(reading, "objects"));
        Directory.CreateDirectory(Path.Combine(reading, "refs"));
        File.WriteAllText(Path.Combine(reading, "HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(
            Path.Combine(reading, "config"),
            $"[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = {layout.ObjectFormat}\n"
        );
        objects = new ObjectReader(new GitProgram(reading, git.Options), layout.Objects);
    }

    /// <summary>The remote that a partial clone takes its missing objects from; null for a whole one.</summary>
    private static string? PromisingRemote(GitProgram git, string commonDirectory)
    {
        // Looked at before git is asked: most clones are whole, and every command opens one.
        var config = Path.Combine(commonDirectory, "config");
        if (!File.Exists(config) || !File.ReadAllText(config).Contains("promisor", StringComparison.OrdinalIgnoreCase))
            return null;
        var named = git.Try(["config", "--name-only", "--get-regexp", @"^remote\..*\.promisor$", "true"]).Text;
        return named.Split('\n')[0] is { Length: > 16 } key ? key["remote.".Length..^".promisor".Length] : null;
    }

    /// <summary>Brings what is about to be read and isn't here, in one conversation; without a promise, nothing.</summary>
    /// <returns>Whether anything came.</returns>
    private bool FetchPromised(IReadOnlyList<ObjectId> missing)
    {
        if (promised is not { } from || missing.Count == 0)
            return false;
        FetchObjects(from.Remote, missing.Select(id => id.ToString()), from.Credential);
        return true;
    }

    /// <summary>Brings the content of files in one conversation; what is here already isn't asked for.</summary>
    public void FetchBlobs(string remote, IEnumerable<ObjectId> ids, GitCredential? credential = null)
    {
        // Asking cat-file for one that is missing would make git fetch it by itself, one conversation each.
        var here = git.Run(["cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"])
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToHashSet(StringComparer.Ordinal);
        var missing = ids.Select(id => id.ToString()).Where(id => !here.Contains(id)).Distinct().ToList();
        if (missing.Count > 0)
            FetchObjects(remote, missing, credential);
    }

    private void FetchObjects(string remote, IEnumerable<string> objects, GitCredential? credential) =>
        git.Run(
            [.. Fetching, "--filter=blob:none", "--stdin", "--end-of-options", remote],
            Encoding.ASCII.GetBytes(string.Join('\n', objects) + "\n"),
            WithoutNegotiation(credential),
            git.Options.NetworkTimeout
        );

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
