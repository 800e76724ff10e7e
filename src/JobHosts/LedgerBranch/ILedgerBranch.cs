using Rayquest.JobHosts.Git;

namespace Rayquest.JobHosts.LedgerBranch;

/// <summary>One commit for the ledger branch.</summary>
/// <param name="Parent">The commit it is made for; null while there is no branch.</param>
public sealed record LedgerChange(ObjectId? Parent, IReadOnlyList<TreeEdit> Edits, string Message)
{
    /// <summary>The message with the mark by which the commit is known.</summary>
    public string Marked => LedgerMark.Add(Message, Parent, Edits);
}

/// <summary>
/// The branch the ledger is on: read as it is now and believed only where it is ours, and moved only from where it was seen.
/// </summary>
public interface ILedgerBranch
{
    /// <summary>Whether somebody was asked who made the last commit.</summary>
    bool ChecksAuthors { get; }

    /// <summary>The present commit with the names of its files at hand; null while there is no such branch.</summary>
    /// <exception cref="LedgerNotTrustedException">Somebody else made it.</exception>
    /// <exception cref="HostException">The remote could not be asked.</exception>
    ObjectId? Head();

    /// <summary>The present commit whoever made it; null while there is no such branch.</summary>
    ObjectId? Tip();

    /// <summary>The last commit of ours at or below a commit; null when there is none.</summary>
    ObjectId? LastByBot(ObjectId tip);

    /// <summary>Brings the content of files of a commit of this branch.</summary>
    void Fetch(IReadOnlyCollection<ObjectId> blobs);

    /// <summary>Compare-and-swap: puts a commit on the branch, unless somebody else moved it first (then null).</summary>
    /// <exception cref="HostException">It was not moved, or nobody knows.</exception>
    ObjectId? Commit(LedgerChange change);
}

/// <summary>
/// The branch of a remote by Git alone, or of the repository itself where there is no remote. Nobody tells whose commits they
/// are: it is for one's own repository, and for looking at one without a token.
/// </summary>
internal sealed class GitLedgerBranch(GitRepository repository, LedgerStoreOptions options) : ILedgerBranch
{
    /// <inheritdoc/>
    public bool ChecksAuthors => false;

    /// <inheritdoc/>
    public ObjectId? Head()
    {
        if (options.Remote is not { } remote)
        {
            return repository.TryResolve(options.Reference);
        }

        const string local = "refs/rayquest/ledger";
        try
        {
            repository.Fetch(remote, $"+{options.Reference}:{local}", options.Credential);
        }
        catch (GitException fault) when (IsNoBranch(fault))
        {
            // A ledger that is not there yet is no fault; one that cannot be asked for is.
            return null;
        }

        return repository.Resolve(local);
    }

    /// <inheritdoc/>
    public ObjectId? Tip() => Head();

    /// <inheritdoc/>
    public ObjectId? LastByBot(ObjectId tip) => tip;

    /// <inheritdoc/>
    public void Fetch(IReadOnlyCollection<ObjectId> blobs)
    {
        // They came with the branch.
    }

    /// <inheritdoc/>
    public ObjectId? Commit(LedgerChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var signature = new Signature(options.AuthorName, options.AuthorEmail, options.Time.GetUtcNow());
        var commit = repository.WriteCommit(
            repository.WriteTree(change.Parent, change.Edits),
            change.Parent is { } parent ? [parent] : [],
            signature,
            signature,
            change.Marked
        );
        var moved = options.Remote is { } remote
            ? repository.Push(remote, options.Reference, commit, change.Parent, options.Credential)
            : repository.UpdateReference(options.Reference, commit, change.Parent);
        return moved == ReferenceUpdate.Updated ? commit : null;
    }

    internal static bool IsNoBranch(GitException fault) =>
        fault.Cause.Contains("couldn't find remote ref", StringComparison.OrdinalIgnoreCase);
}
