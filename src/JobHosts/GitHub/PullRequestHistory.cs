namespace Rayquest.JobHosts.GitHub;

/// <summary>A commit of a pull request, with the accounts GitHub knows for its author and committer.</summary>
/// <param name="Logins">Self-declared, as everything in a commit is; empty where no account has the address.</param>
/// <param name="State">The state of our status on it, in lower case; null where it has none.</param>
/// <param name="Description">What that status says.</param>
public sealed record HistoryCommit(string Sha, IReadOnlyList<string> Logins, string? State, string? Description = null);

/// <summary>A head that a force push took away.</summary>
/// <param name="By">Who pushed; null for a deleted account.</param>
/// <param name="State">The state of our status on it, in lower case; null where it has none.</param>
/// <param name="Description">What that status says.</param>
public sealed record ReplacedHead(string Sha, string? By, string? State, string? Description = null);

/// <summary>Something that somebody else did to a comment.</summary>
/// <param name="Author">Whose comment it was.</param>
/// <param name="By">Who deleted or edited it.</param>
public sealed record TouchedComment(string Author, string By, DateTimeOffset At);

/// <summary>A pull request, and what happened to it that its present state doesn't show.</summary>
/// <param name="Viewer">Who holds the token.</param>
/// <param name="Commits">The newest hundred.</param>
/// <param name="DismissedRequests">Reviews that asked for changes and were dismissed, which whoever may write can do.</param>
/// <param name="Comments">In the order they were made; null where there are more than one call shows.</param>
/// <param name="Reviews">In the order they were submitted; null where there are more than one call shows.</param>
/// <param name="Open">Every open pull request to the same base; null where there are more than one call shows.</param>
/// <param name="Head">The head that this was read at.</param>
/// <param name="BaseTip">The commit that the base branch is at; null where it is gone.</param>
/// <param name="Status">Our newest status on that head; null where it has none.</param>
/// <param name="IsUnprotected">
/// Whether the base branch is known to require neither up-to-date branches nor a merge queue; false where it can't be read.
/// </param>
/// <param name="Pull">The pull request itself; GraphQL may be behind a change that was made a moment ago.</param>
public sealed record PullRequestHistory(
    string Viewer,
    IReadOnlyList<HistoryCommit> Commits,
    IReadOnlyList<ReplacedHead> Replaced,
    IReadOnlyList<TouchedComment> Touched,
    IReadOnlyList<long> DismissedRequests,
    IReadOnlyList<IssueComment>? Comments,
    IReadOnlyList<PullRequestReview>? Reviews,
    IReadOnlyList<OpenPull>? Open,
    string Head,
    string? BaseTip,
    StatusMark? Status,
    bool IsUnprotected,
    PullRequest Pull
);

/// <summary>Our newest status on a commit.</summary>
/// <param name="NodeId">What REST calls it as well.</param>
/// <param name="Creator">Who put it there: whoever may write can.</param>
public sealed record StatusMark(
    string NodeId,
    CommitState State,
    string? Description,
    DateTimeOffset CreatedAt,
    string? Creator = null
);

/// <summary>An open pull request as a list of all shows it.</summary>
/// <param name="Author">Null for a deleted account.</param>
/// <param name="State">The state of our status on its head, in lower case; null where it has none.</param>
/// <param name="Description">What that status says.</param>
public sealed record OpenPull(int Number, string Head, bool IsDraft, string? Author, string? State, string? Description)
{
    /// <summary>Whether a bot opened it: for whom, its author doesn't say.</summary>
    public bool IsOfBot { get; init; }

    /// <summary>When something last happened to it: a push, a comment, a review.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
