using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobHosts.Review;

/// <summary>Answers to commands, one for each comment, found again by a hidden marker.</summary>
internal static class CommandReplies
{
    /// <summary>What a comment answers; null for one that is no answer of ours.</summary>
    // Anybody can write our marker; only a bot's counts.
    public static AnsweredCommand? Of(IssueComment comment) =>
        comment.User?.Type == "Bot" ? AnsweredCommand.Read(comment.Body) : null;

    /// <summary>Whether a comment is our answer to another.</summary>
    public static bool IsTo(IssueComment comment, long command) => Of(comment)?.Comment == command;

    /// <summary>Writes an answer where there is none; two runs at once leave one.</summary>
    public static async Task<IssueComment> Write(
        GitHubClient github,
        int pull,
        long comment,
        LifecycleReply reply,
        CommentStrings strings,
        string? page,
        CancellationToken cancel
    )
    {
        string body =
            MarkdownText.Marker(AnsweredCommand.Of(comment, reply).Marker) + reply.Write(strings, page).ToString();
        IssueComment made = await WriteOnce.Run<IssueComment>(
            github,
            async again => (await Replies(again)).FirstOrDefault(),
            again => github.Issue.Comment.Create(pull, body, again),
            cancel
        );
        // Two runs at once may both have found none: the older answer stays.
        IReadOnlyList<IssueComment> all = await Replies(cancel);
        foreach (IssueComment surplus in all.Skip(1))
        {
            await github.Issue.Comment.Delete(surplus.Id, cancel);
        }

        return all.Count > 0 ? all[0] : made;

        async Task<IReadOnlyList<IssueComment>> Replies(CancellationToken again) =>
            [
                .. (await github.Issue.Comment.GetAllForIssue(pull, again))
                    .Where(c => IsTo(c, comment))
                    .OrderBy(c => c.Id),
            ];
    }
}
