using System.Globalization;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Lifecycle;

namespace Rayquest.JobHosts.Authorship;

/// <summary>
/// Who asked for a pull request that the pipeline opened for somebody. A branch's name proves nothing: the comment or the issue
/// it answers is looked up and must say the same. What can't be traced keeps its bot as author, for which nobody may approve.
/// </summary>
/// <param name="Pull">With its true author.</param>
/// <param name="Editors">Who else had a hand in what it was made from: an issue's editors.</param>
public sealed record PullRequestAuthor(PullRequest Pull, IReadOnlyList<string> Editors)
{
    /// <summary>The pull request with whom it was opened for.</summary>
    /// <param name="viewer">Who holds the token; asked where it isn't known.</param>
    public static async Task<PullRequestAuthor> Of(
        GitHubClient github,
        PullRequest pull,
        string? viewer,
        CancellationToken cancel
    )
    {
        PullRequestAuthor untraced = new(pull, []);
        if (
            pull is not { IsFork: false, User: { Type: "Bot" } bot }
            || !ApprovalReader.IsSame(bot.Login, viewer ?? await github.GraphQL.Viewer(cancel))
        )
        {
            return untraced;
        }

        if (LifecycleBranch.Read(pull.Head.Ref) is { } branch)
        {
            IssueComment? command = await github.Issue.Comment.Find(branch.Comment, cancel);
            return
                command?.User is { Type: not "Bot" } by
                && string.Equals(by.Login, branch.Login, StringComparison.OrdinalIgnoreCase)
                && LifecycleCommand.ParseComment(command.Body)?.Word == branch.Word
                && command.HtmlUrl.Contains(
                    string.Create(CultureInfo.InvariantCulture, $"/{branch.Pull}#"),
                    StringComparison.Ordinal
                )
                ? new PullRequestAuthor(pull with { User = by }, [])
                : untraced;
        }

        if (
            !pull.Head.Ref.StartsWith(IssueForm.BranchPrefix, StringComparison.Ordinal)
            || !int.TryParse(
                pull.Head.Ref.AsSpan(IssueForm.BranchPrefix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out int number
            )
        )
        {
            return untraced;
        }

        Issue issue = await github.Issue.Get(number, cancel);
        return issue.User is { Type: not "Bot" } author && await IssueForm.IsAnswered(github, number, cancel)
            ? new PullRequestAuthor(pull with { User = author }, await github.GraphQL.IssueEditors(number, cancel))
            : untraced;
    }
}
