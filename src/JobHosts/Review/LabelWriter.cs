using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Review;

/// <summary>Our label of the verdict, and everybody else's as they are. Nothing is ever decided by them.</summary>
/// <param name="verdict">Null where the pull request gets none of ours.</param>
internal sealed class LabelWriter(GitHubClient github, PullRequest pull, Verdict? verdict, WriteLog log) : IReviewPart
{
    private readonly string[] wanted =
    [
        .. pull.Labels.Select(l => l.Name).Where(l => !l.StartsWith(ReviewLabels.Prefix, StringComparison.Ordinal)),
        .. verdict is { } reported ? new[] { ReviewLabels.Of(reported) } : [],
    ];

    /// <inheritdoc/>
    public bool IsRight => pull.Labels.Count == wanted.Length && AreWanted;

    private bool AreWanted => pull.Labels.All(l => wanted.Contains(l.Name, StringComparer.Ordinal));

    /// <inheritdoc/>
    public async Task<bool> Write(CancellationToken cancel)
    {
        if (AreWanted && verdict is { } reported)
        {
            await github.Issue.Labels.AddToIssue(pull.Number, [ReviewLabels.Of(reported)], cancel);
        }
        else
        {
            await github.Issue.Labels.ReplaceAllForIssue(pull.Number, wanted, cancel);
        }

        log.Add("labels");
        return false;
    }
}
