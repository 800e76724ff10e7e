using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.Authorship;

/// <summary>The branch that a filled-in issue form became, and how its answer is recognised.</summary>
internal static class IssueBranch
{
    /// <summary>How the branches of forms begin; the issue's number follows.</summary>
    public const string Prefix = "rayquest/issue-";

    /// <summary>How our answer on an issue begins.</summary>
    public const string Marker = "<!-- rayquest:issue-form ";

    /// <summary>Whether an issue has an answer of ours: what opened a pull request for it.</summary>
    public static async Task<bool> IsAnswered(GitHubClient github, int number, CancellationToken cancel) =>
        (await github.Issue.Comment.GetAllForIssue(number, cancel)).Any(c =>
            c.User?.Type == "Bot" && c.Body?.StartsWith(Marker, StringComparison.Ordinal) == true
        );
}
