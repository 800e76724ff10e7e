using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.LedgerBranch;

/// <summary>
/// The branch on GitHub: read by Git, one commit deep, and written through the API, so that GitHub signs what we write and
/// tells us what somebody else did.
/// </summary>
/// <param name="objects">Where what is fetched is kept; a repository of its own.</param>
public sealed class GitHubLedgerBranch(
    GitHubClient client,
    GitRepository objects,
    LedgerStoreOptions options,
    LedgerAuthors authors
) : ILedgerBranch
{
    private const string Local = "refs/rayquest/ledger";
    private const string RemoteName = "ledger";

    // GitHub says no limit for one call; this stays far below what has been seen to be refused.
    private const int MostFiles = 2500;
    private const int MostBytes = 16 << 20;

    private readonly HashSet<ObjectId> brought = [];
    private bool isNamed;

    private string Remote
    {
        get
        {
            if (!isNamed)
            {
                objects.SetRemote(
                    RemoteName,
                    options.Remote ?? throw new ArgumentException("a ledger on GitHub has a remote", nameof(options))
                );
                isNamed = true;
            }

            return RemoteName;
        }
    }

    private string Branch => options.Reference["refs/heads/".Length..];

    /// <inheritdoc/>
    public bool ChecksAuthors => true;

    /// <inheritdoc/>
    public ObjectId? Head()
    {
        if (Tip() is not { } tip)
        {
            return null;
        }

        // A root without records is what a branch begins with: it says nothing that could be forged.
        if (
            objects.ReadCommit(tip).Parents.Count > 0
            || objects.ListTree(tip).Any(entry => entry.Path != Beginning.Path)
        )
        {
            authors.Check(tip);
        }

        return tip;
    }

    /// <inheritdoc/>
    public ObjectId? Tip()
    {
        try
        {
            objects.FetchTip(Remote, $"+{options.Reference}:{Local}", options.Credential);
        }
        catch (GitException fault) when (GitLedgerBranch.IsNoBranch(fault))
        {
            return null;
        }

        return objects.Resolve(Local);
    }

    /// <inheritdoc/>
    public ObjectId? LastByBot(ObjectId tip)
    {
        var ours = authors.LastByBot(tip);
        if (ours is { } commit && !objects.Has(commit))
        {
            objects.FetchTip(Remote, commit.ToString(), options.Credential);
        }

        return ours;
    }

    /// <inheritdoc/>
    public void Fetch(IReadOnlyCollection<ObjectId> blobs)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        if (blobs.All(brought.Contains))
        {
            return;
        }

        objects.FetchBlobs(Remote, blobs, options.Credential);
        brought.UnionWith(blobs);
    }

    /// <inheritdoc/>
    public ObjectId? Commit(LedgerChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if ((change.Parent ?? Begin()) is not { } head)
        {
            return null;
        }

        var parts = Parts(change.Edits).ToList();
        foreach (var part in parts)
        {
            // Only the last one is known as the whole: whoever is cut off before it begins again.
            var (headline, body) = Split(
                part == parts[^1] ? change.Marked : LedgerMark.Add($"{change.Message} (in part)", head, part)
            );
            var answer = client
                .GraphQL.CreateCommitOnBranch(
                    new CommitOnBranch(
                        Branch,
                        head.ToString(),
                        headline,
                        body,
                        [
                            .. part.Where(edit => edit.Content is not null)
                                .Select(edit => new FileAddition(edit.Path, edit.Content!)),
                        ],
                        [.. part.Where(edit => edit.Content is null).Select(edit => edit.Path)]
                    )
                )
                .GetAwaiter()
                .GetResult();
            if (answer.Oid is not { } made)
            {
                return null;
            }

            head = ObjectId.Parse(made);
            authors.Made(head);
        }

        return head;
    }

    private static TreeEdit Beginning => new(".nojekyll", []);

    /// <summary>The API commits only onto a branch that is there; null when somebody else made it first.</summary>
    private ObjectId? Begin()
    {
        var blob = client.Git.Blob.Create(Beginning.Content!).GetAwaiter().GetResult();
        var tree = client
            .Git.Tree.Create(new NewTree([new NewTreeItem(Beginning.Path, "100644", "blob", blob.Sha)]))
            .GetAwaiter()
            .GetResult();
        // Without author and committer, so that GitHub signs it.
        var commit = client
            .Git.Commit.Create(new NewCommit(LedgerMark.Add("Begin the ledger", null, [Beginning]), tree.Sha, []))
            .GetAwaiter()
            .GetResult();
        try
        {
            client.Git.Reference.Create($"heads/{Branch}", commit.Sha).GetAwaiter().GetResult();
        }
        catch (GitHubRefused refused) when (refused.Reason.Contains("already exists", StringComparison.Ordinal))
        {
            return null;
        }

        return ObjectId.Parse(commit.Sha);
    }

    /// <summary>What fits one call at a time. Records are united whoever is first, so that half of them does no harm.</summary>
    private static IEnumerable<List<TreeEdit>> Parts(IReadOnlyList<TreeEdit> edits)
    {
        var part = new List<TreeEdit>();
        var bytes = 0;
        foreach (var edit in edits)
        {
            if (part.Count >= MostFiles || (part.Count > 0 && bytes + (edit.Content?.Length ?? 0) > MostBytes))
            {
                yield return part;
                (part, bytes) = ([], 0);
            }

            part.Add(edit);
            bytes += edit.Content?.Length ?? 0;
        }

        yield return part;
    }

    private static (string Headline, string Body) Split(string message)
    {
        var cut = message.IndexOf('\n', StringComparison.Ordinal);
        return cut < 0 ? (message, "") : (message[..cut], message[cut..].Trim('\n'));
    }
}
