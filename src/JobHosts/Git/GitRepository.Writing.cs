using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rayquest.JobHosts.Processes;

namespace Rayquest.JobHosts.Git;

/// <summary>The half that writes: objects first, a reference last, and that only if it hasn't moved.</summary>
public sealed partial class GitRepository
{
    /// <summary>Stores contents as blobs, byte for byte, in one process; the ids come in the same order.</summary>
    public IReadOnlyList<ObjectId> WriteBlobs(IReadOnlyList<byte[]> contents)
    {
        if (contents.Count == 0)
            return [];
        using var stream = new MemoryStream();
        for (var i = 0; i < contents.Count; i++)
        {
            stream.Write(Encoding.ASCII.GetBytes($"blob\nmark :{i + 1}\ndata {contents[i].Length}\n"));
            stream.Write(contents[i]);
            stream.Write(Encoding.ASCII.GetBytes($"\nget-mark :{i + 1}\n"));
        }

        var output = git.Run(["fast-import", "--quiet"], stream.ToArray());
        return [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ObjectId.Parse)];
    }

    /// <summary>The tree that results from edits to a commit's tree (or to nothing).</summary>
    /// <exception cref="GitException">A path leaves the tree or names Git's own folder.</exception>
    public ObjectId WriteTree(ObjectId? baseCommit, IReadOnlyList<TreeEdit> edits)
    {
        var ids = WriteBlobs([.. edits.Select(edit => edit.Content).OfType<byte[]>()]);
        var next = 0;
        return WriteTree(
            baseCommit,
            [.. edits.Select(edit => (edit.Path, edit.Mode, edit.Content is null ? (ObjectId?)null : ids[next++]))]
        );
    }

    /// <summary>The tree that results from putting known objects at paths (null takes the path away).</summary>
    public ObjectId WriteTree(ObjectId? baseCommit, IReadOnlyList<(string Path, EntryMode Mode, ObjectId? Id)> entries)
    {
        var lines = new StringBuilder();
        // update-index would only grumble about a bad path and leave it out.
        if (entries.FirstOrDefault(entry => !IsSafe(entry.Path)) is { Path: { } bad })
            throw new GitException(
                $"{Shown(bad)} is not a path of a tree",
                "use a relative path without . or .. or .git"
            );
        foreach (var (path, mode, id) in entries.OrderBy(entry => entry.Id is not null))
            lines.Append(
                CultureInfo.InvariantCulture,
                $"{(id is null ? "0" : Digits(mode))} {id ?? ObjectId.Zero}\t{path}\0"
            );
        var file = Path.Combine(GitDirectory, "rayquest-index-" + Path.GetRandomFileName());
        var index = new Dictionary<string, string?>(StringComparer.Ordinal) { ["GIT_INDEX_FILE"] = file };
        try
        {
            if (baseCommit is { } commit)
                git.Run(["read-tree", commit.ToString()], default, index);
            git.Run(["update-index", "-z", "--add", "--index-info"], Encoding.UTF8.GetBytes(lines.ToString()), index);
            return ObjectId.Parse(git.Run(["write-tree"], default, index).Text.TrimEnd('\n'));
        }
        finally
        {
            File.Delete(file);
        }
    }

    public ObjectId WriteCommit(
        ObjectId tree,
        IReadOnlyList<ObjectId> parents,
        Signature author,
        Signature committer,
        string message
    )
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["GIT_AUTHOR_NAME"] = author.Name,
            ["GIT_AUTHOR_EMAIL"] = author.Email,
            ["GIT_AUTHOR_DATE"] = Raw(author.When),
            ["GIT_COMMITTER_NAME"] = committer.Name,
            ["GIT_COMMITTER_EMAIL"] = committer.Email,
            ["GIT_COMMITTER_DATE"] = Raw(committer.When),
        };
        var arguments = new List<string> { "commit-tree", tree.ToString() };
        foreach (var parent in parents)
            arguments.AddRange(["-p", parent.ToString()]);
        arguments.AddRange(["-F", "-"]);
        var result = git.Run(arguments, Encoding.UTF8.GetBytes(message), environment);
        return ObjectId.Parse(result.Text.TrimEnd('\n'));

        static string Raw(DateTimeOffset when) => $"@{when.ToUnixTimeSeconds()} +0000";
    }

    /// <summary>Moves a reference from one commit to another, or not at all. A null <paramref name="old"/> means "must not exist".</summary>
    public ReferenceUpdate UpdateReference(string name, ObjectId target, ObjectId? old)
    {
        string[] arguments =
        [
            "update-ref",
            "--no-deref",
            Checked(name),
            target.ToString(),
            (old ?? ObjectId.Zero).ToString(),
        ];
        return Swap(arguments, name, old);
    }

    /// <summary>Takes a reference away if it still is where the caller saw it.</summary>
    public ReferenceUpdate DeleteReference(string name, ObjectId old) =>
        Swap(["update-ref", "--no-deref", "-d", Checked(name), old.ToString()], name, old);

    /// <summary>Brings one commit and its history into the object database; no reference of ours changes.</summary>
    public void FetchCommit(string remote, ObjectId commit, GitCredential? credential = null)
    {
        if (!Has(commit))
            Fetch(remote, commit.ToString(), credential);
    }

    /// <summary>Brings a pull request's head as <c>refs/rayquest/pull/N/head</c>, without checking it out.</summary>
    public ObjectId FetchPull(string remote, int number, GitCredential? credential = null)
    {
        var name = $"refs/rayquest/pull/{number}/head";
        Fetch(remote, $"+refs/pull/{number}/head:{name}", credential);
        return Resolve(name);
    }

    /// <summary>Brings any references by refspec (<c>+refs/heads/main:refs/rayquest/base</c>).</summary>
    public void Fetch(string remote, string refspec, GitCredential? credential = null) =>
        Fetch(remote, [refspec], credential);

    /// <summary>Brings several references in one conversation.</summary>
    public void Fetch(string remote, IReadOnlyList<string> refspecs, GitCredential? credential = null)
    {
        git.Run(
            [.. Fetching, "--end-of-options", remote, .. refspecs],
            default,
            Credentials(credential),
            git.Options.NetworkTimeout
        );
        if (credential is not null && promised?.Remote == remote)
            Promise(remote, credential);
    }

    /// <summary>
    /// Moves a remote branch forward, from exactly <paramref name="old"/> (null: it must be new); history is never
    /// rewritten, since <paramref name="target"/> must descend from <paramref name="old"/>.
    /// </summary>
    public ReferenceUpdate Push(
        string remote,
        string name,
        ObjectId target,
        ObjectId? old,
        GitCredential? credential = null
    )
    {
        if (old is { } before && !IsAncestor(before, target))
            throw new GitException(
                $"{target.Short} doesn't descend from {before.Short}",
                "build the commit on the branch's present head"
            );
        string[] arguments =
        [
            "push",
            "--porcelain",
            "--no-verify",
            "--no-signed",
            "--no-recurse-submodules",
            $"--force-with-lease={Checked(name)}:{old}",
            "--end-of-options",
            remote,
            $"{target}:{name}",
        ];
        var result = git.Try(arguments, default, Credentials(credential), git.Options.NetworkTimeout);
        if (result.ExitCode == 0)
            return ReferenceUpdate.Updated;
        var rejected = result.Text.Split('\n').Where(line => line.StartsWith('!')).ToList();
        if (rejected.Exists(SaysMoved))
            return ReferenceUpdate.Moved;
        // Why the remote declined stands on standard output, beside the reference.
        throw GitProgram.Fault(
            arguments,
            result with
            {
                Error = string.Join(' ', [result.Error.Trim(), .. rejected.Select(line => line.Replace('\t', ' '))]),
            }
        );

        static bool SaysMoved(string line) =>
            line.Contains("stale info", StringComparison.Ordinal)
            || line.Contains("fetch first", StringComparison.Ordinal)
            || line.Contains("non-fast-forward", StringComparison.Ordinal)
            || line.Contains("cannot lock ref", StringComparison.Ordinal)
            || line.Contains("failed to update ref", StringComparison.Ordinal);
    }

    private ReferenceUpdate Swap(string[] arguments, string name, ObjectId? old)
    {
        var result = git.Try(arguments);
        if (result.ExitCode == 0)
            return ReferenceUpdate.Updated;
        var now = (references ?? objects).Describe([name])[0]?.Id;
        return now != old ? ReferenceUpdate.Moved : throw GitProgram.Fault(arguments, result);
    }

    private static Dictionary<string, string?>? Credentials(GitCredential? credential) =>
        credential is null
            ? null
            : new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["GIT_CONFIG_COUNT"] = "1",
                ["GIT_CONFIG_KEY_0"] = $"http.{credential.Remote.GetLeftPart(UriPartial.Authority)}/.extraHeader",
                ["GIT_CONFIG_VALUE_0"] = "Authorization: " + credential.Authorization,
            };

    private static bool IsSafe(string path) =>
        !path.Contains('\0', StringComparison.Ordinal)
        && path.Split('/')
            .All(part => part is not ("" or "." or "..") && !part.Equals(".git", StringComparison.OrdinalIgnoreCase));

    private static string Digits(EntryMode mode) =>
        mode switch
        {
            EntryMode.Executable => "100755",
            EntryMode.Symlink => "120000",
            EntryMode.Submodule => "160000",
            _ => "100644",
        };

    private static string Checked(string name) =>
        ReferenceName().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal)
            ? name
            : throw new GitException(
                $"{Shown(name)} is not a reference name",
                "use a full name such as refs/heads/main"
            );

    // Narrower than git's own rule: only what the pipeline needs to write.
    [GeneratedRegex(@"^refs/[A-Za-z0-9_][A-Za-z0-9_./+@=#,-]*$", RegexOptions.NonBacktracking)]
    private static partial Regex ReferenceName();
}
