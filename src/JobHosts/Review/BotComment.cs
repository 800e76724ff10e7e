using System.Globalization;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobHosts.Review;

/// <summary>The one comment of ours on a pull request: how it is found again, and how it is told something later.</summary>
internal static class BotComment
{
    /// <summary>Its first line.</summary>
    public static MarkdownText MarkerOf(PullRequest pull) =>
        MarkdownText.Marker(
            string.Create(CultureInfo.InvariantCulture, $"rayquest:review pull={pull.Number} head={pull.Head.Sha}")
        );

    /// <summary>What the review wrote in it, without the status of the jobs.</summary>
    public static string ReviewPart(IssueComment comment) => StatusComment.ReviewPart(comment.Body ?? "").TrimEnd();

    /// <summary>Ours among all of a pull request, the oldest first: that is the one which stays.</summary>
    public static async Task<List<IssueComment>> Among(
        IReadOnlyList<IssueComment> comments,
        GitHubClient github,
        CancellationToken cancel
    )
    {
        IssueComment[] marked =
        [
            .. comments.Where(c => c.Body?.StartsWith(ReviewComment.Marker, StringComparison.Ordinal) == true),
        ];
        if (marked.All(c => c.User?.Type == "Bot"))
        {
            return [.. marked.OrderBy(c => c.Id)];
        }

        // Anybody can write our marker; only what we wrote is ours.
        string login = await github.GraphQL.Viewer(cancel);
        return
        [
            .. marked
                .Where(c => string.Equals(c.User?.Login, login, StringComparison.OrdinalIgnoreCase))
                .OrderBy(c => c.Id),
        ];
    }

    /// <summary>
    /// Tells a pull request what came of it elsewhere, in a queue or at the merge; false where it had no comment of ours or
    /// has been told already. A later evaluation of the pull request itself writes over it.
    /// </summary>
    public static async Task<bool> Report(
        PullRequest pull,
        ChangeEvaluation preview,
        CommentContext context,
        GitHubClient github,
        CancellationToken cancel
    )
    {
        List<IssueComment> ours = await Among(
            await github.Issue.Comment.GetAllForIssue(pull.Number, cancel),
            github,
            cancel
        );
        string part = (
            MarkerOf(pull) + ReviewComment.Write(preview, context with { HeadSha = pull.Head.Sha, RunUrl = null })
        ).ToString();
        if (ours.Count == 0 || ReviewPart(ours[0]) == part.TrimEnd())
        {
            return false;
        }

        await github.Issue.Comment.Update(ours[0].Id, StatusComment.WithReviewPart(ours[0].Body ?? "", part), cancel);
        return true;
    }
}
