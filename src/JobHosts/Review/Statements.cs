using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Approvals;

namespace Rayquest.JobHosts.Review;

/// <summary>What reviews and comments say about approval.</summary>
internal static class Statements
{
    /// <summary>Everything said, in any order.</summary>
    public static IEnumerable<Statement> Of(
        IReadOnlyList<PullRequestReview> reviews,
        IReadOnlyList<IssueComment> comments,
        IReadOnlyList<long> dismissedRequests
    ) =>
        reviews
            .Select(review => OfReview(review, dismissedRequests))
            .Concat(
                comments.Select(comment =>
                    comment.User is { } user
                    && Statement.OfComment(user.Login, comment.Body, comment.CreatedAt, comment.UpdatedAt) is { } said
                        ? said with
                        {
                            Account = user.Id,
                        }
                        : null
                )
            )
            .OfType<Statement>();

    // A comment of a review says nothing about approval. A dismissed approval is as if taken back; a dismissed demand for
    // changes stays until who made it approves, since the author may be able to dismiss it.
    private static Statement? OfReview(PullRequestReview review, IReadOnlyList<long> dismissedRequests)
    {
        Say? say = review.State switch
        {
            PullRequestReviewState.Approved => Say.Approve,
            PullRequestReviewState.ChangesRequested => Say.RequestChanges,
            PullRequestReviewState.Dismissed => dismissedRequests.Contains(review.Id)
                ? Say.RequestChanges
                : Say.Withdraw,
            _ => null,
        };
        return say is { } known && review.User is { } user && review.SubmittedAt is { } at
            ? new Statement(user.Login, known, review.CommitId ?? "", at) { Account = user.Id }
            : null;
    }
}
