using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Approvals;

namespace Rayquest.JobHosts.Review;

/// <summary>What reviews and comments say about approval.</summary>
internal static class Statements
{
    /// <summary>Everything said, in any order.</summary>
    public static IEnumerable<ApprovalEvent> Of(
        IReadOnlyList<PullRequestReview> reviews,
        IReadOnlyList<IssueComment> comments,
        IReadOnlyList<long> dismissedRequests
    ) =>
        reviews
            .Select(review => OfReview(review, dismissedRequests))
            .Concat(
                comments.Select(comment =>
                    comment.User is { } user
                    && ApprovalEvent.ParseComment(user.Login, comment.Body, comment.CreatedAt, comment.UpdatedAt)
                        is { } said
                        ? said with
                        {
                            Account = user.Id,
                        }
                        : null
                )
            )
            .OfType<ApprovalEvent>();

    // A comment of a review says nothing about approval. A dismissed approval is as if taken back; a dismissed demand for
    // changes stays until who made it approves, since the author may be able to dismiss it.
    private static ApprovalEvent? OfReview(PullRequestReview review, IReadOnlyList<long> dismissedRequests)
    {
        ApprovalAction? say = review.State switch
        {
            PullRequestReviewState.Approved => ApprovalAction.Approve,
            PullRequestReviewState.ChangesRequested => ApprovalAction.RequestChanges,
            PullRequestReviewState.Dismissed => dismissedRequests.Contains(review.Id)
                ? ApprovalAction.RequestChanges
                : ApprovalAction.Withdraw,
            _ => null,
        };
        return say is { } known && review.User is { } user && review.SubmittedAt is { } at
            ? new ApprovalEvent(user.Login, known, review.CommitId ?? "", at) { Account = user.Id }
            : null;
    }
}
