using Rayquest.JobHosts.Git;

namespace Rayquest.JobHosts.LedgerBranch;

/// <summary>The branch the ledger is on: it is read as it is now, and moved only from where it was seen.</summary>
public interface ILedgerBranch
{
    /// <summary>The present commit, with its objects at hand; null while there is no such branch.</summary>
    /// <exception cref="GitFault">The remote could not be asked.</exception>
    ObjectId? Head();

    /// <summary>Compare-and-swap: moves the branch to a commit unless somebody else moved it first.</summary>
    /// <exception cref="GitFault">It was not moved, or nobody knows.</exception>
    ReferenceUpdate Move(ObjectId commit, ObjectId? old);
}

/// <summary>The branch of a remote, or of the repository itself where there is none.</summary>
internal sealed class GitLedgerBranch(GitRepository repository, LedgerStoreOptions options) : ILedgerBranch
{
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
        catch (GitFault fault)
            when (fault.Cause.Contains("couldn't find remote ref", StringComparison.OrdinalIgnoreCase))
        {
            // A ledger that is not there yet is no fault; one that cannot be asked for is.
            return null;
        }

        return repository.Resolve(local);
    }

    /// <inheritdoc/>
    public ReferenceUpdate Move(ObjectId commit, ObjectId? old) =>
        options.Remote is { } remote
            ? repository.Push(remote, options.Reference, commit, old, options.Credential)
            : repository.UpdateReference(options.Reference, commit, old);
}
