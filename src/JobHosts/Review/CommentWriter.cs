using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.Review;

/// <summary>The comment: one of ours on every pull request that is spoken of.</summary>
/// <param name="wanted">Its text; null where nothing is said.</param>
/// <param name="ours">Those that are there, the oldest first.</param>
internal sealed class CommentWriter(
    GitHubClient github,
    PullRequest pull,
    string? wanted,
    IReadOnlyList<IssueComment> ours,
    WriteLog log
) : IReviewPart
{
    private readonly string text = wanted ?? "";
    private readonly string body = (wanted ?? "").TrimEnd();

    /// <inheritdoc/>
    public bool IsRight => wanted is null || (ours.Count == 1 && BotComment.ReviewPart(ours[0]) == body);

    /// <inheritdoc/>
    public async Task<bool> Write(CancellationToken cancel)
    {
        bool made = false;
        if (ours.Count > 0)
        {
            if (BotComment.ReviewPart(ours[0]) != body)
            {
                await github.Issue.Comment.Update(ours[0].Id, text, cancel);
                log.Add("comment updated");
            }
        }
        else
        {
            await WriteOnce.Run<IssueComment>(
                github,
                async later =>
                    (
                        await BotComment.Among(
                            await github.Issue.Comment.GetAllForIssue(pull.Number, later),
                            github,
                            later
                        )
                    ).FirstOrDefault(),
                later => github.Issue.Comment.Create(pull.Number, text, later),
                cancel
            );
            log.Add("comment");
            made = true;
        }

        foreach (IssueComment surplus in ours.Skip(1))
        {
            await github.Issue.Comment.Delete(surplus.Id, cancel);
            log.Add("surplus comment deleted");
        }

        return made;
    }
}
