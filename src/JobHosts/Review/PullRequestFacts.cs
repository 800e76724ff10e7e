using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Review;

/// <summary>Everything known of a pull request at one head.</summary>
/// <param name="Pull">With its true author.</param>
/// <param name="Editors">Who else had a hand in what it was made from.</param>
/// <param name="Change">What merging it would change.</param>
/// <param name="Evaluation">What that comes to, and what was decided.</param>
/// <param name="Reviews">Null where they are more than were read and nobody's word was needed.</param>
/// <param name="Status">Our newest status on the head, read before anything else of what may change.</param>
internal sealed record PullRequestFacts(
    PullRequest Pull,
    IReadOnlyList<string> Editors,
    MergedChange Change,
    ChangeEvaluation Evaluation,
    IReadOnlyList<OpenPull> Open,
    IReadOnlyList<IssueComment> Comments,
    IReadOnlyList<PullRequestReview>? Reviews,
    IReadOnlyList<PendingDemand> Elsewhere,
    PullRequestHistory History,
    StatusMark? Status
)
{
    /// <summary>Who pushed it; null where nobody looked.</summary>
    public IReadOnlyList<User>? Pushers { get; init; }
}
