using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Preview;
using Rayquest.JobReport.Verdicts;

namespace Rayquest.JobHosts.Review;

/// <summary>Everything known of a pull request at one head.</summary>
/// <param name="Base">The tip of the base branch it was judged against.</param>
/// <param name="Fork">Where the head left the base: what GitHub's diff starts from.</param>
/// <param name="Statuses">The statuses of the head, read before anything else of what may change.</param>
internal sealed record Situation(
    PullRequest Pull,
    ObjectId Base,
    CommitTree BaseTree,
    CommitTree HeadTree,
    SubmissionPreview Preview,
    IReadOnlyList<PullRequest> Open,
    IReadOnlyList<IssueComment> Comments,
    IReadOnlyList<GivenReview> Reviews,
    IReadOnlyList<PendingDemand> Elsewhere,
    ObjectId Fork,
    GitRepository Git,
    IReadOnlyList<CommitStatus> Statuses
);

/// <summary>A review as approvals see it.</summary>
internal sealed record GivenReview(Statement? Statement)
{
    public static GivenReview Of(PullRequestReview review) => new(StatementOf(review));

    /// <summary>Everything said about approval, by reviews and by commands.</summary>
    public static IEnumerable<Statement> Statements(
        IReadOnlyList<GivenReview> reviews,
        IReadOnlyList<IssueComment> comments
    )
    {
        foreach (GivenReview review in reviews)
        {
            if (review.Statement is { } statement)
            {
                yield return statement;
            }
        }

        foreach (IssueComment comment in comments)
        {
            if (
                comment.User is { } user
                && Statement.OfComment(user.Login, comment.Body, comment.CreatedAt, comment.UpdatedAt) is { } statement
            )
            {
                yield return statement;
            }
        }
    }

    // A comment of a review says nothing about approval; a dismissed one is as if taken back.
    private static Statement? StatementOf(PullRequestReview review)
    {
        Say? say = review.State switch
        {
            PullRequestReviewState.Approved => Say.Approve,
            PullRequestReviewState.ChangesRequested => Say.RequestChanges,
            PullRequestReviewState.Dismissed => Say.Withdraw,
            _ => null,
        };
        return say is { } known && review.User is { } user && review.SubmittedAt is { } at
            ? new Statement(user.Login, known, review.CommitId ?? "", at)
            : null;
    }
}

/// <summary>The labels a review sets; exactly one of them, or none.</summary>
public static class ReviewLabels
{
    public const string Prefix = "rayquest/";
    public const string Pass = "rayquest/pass";
    public const string NeedsApproval = "rayquest/needs-approval";
    public const string Blocked = "rayquest/blocked";

    /// <summary>The label of a verdict.</summary>
    public static string Of(Verdict verdict) => Prefix + PreviewJson.Word(verdict);
}
