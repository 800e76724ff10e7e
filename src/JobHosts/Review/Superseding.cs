using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// Takes success away from commits that are not the head of their pull request any more. A status belongs to a commit and stays
/// there: pushed back, such a commit could be merged before anybody looks at it again.
/// </summary>
internal sealed class Superseding(GitHubClient github, ReviewOptions options)
{
    /// <summary>Every commit of a pull request that is green and not its head, and the one before the last push.</summary>
    /// <param name="open">Other open pull requests: what is the head of one of them is evaluated as that.</param>
    /// <param name="isEvaluated">Whether its own head is being evaluated; that of a closed one isn't, or of one to another branch.</param>
    /// <param name="log">What was written is added.</param>
    public async Task Supersede(
        PullRequest pull,
        PullRequestHistory history,
        IReadOnlyList<OpenPull> open,
        bool isEvaluated,
        WriteLog log,
        CancellationToken cancel
    )
    {
        if (options.DryRun)
        {
            return;
        }

        HashSet<string> heads = new(
            open.Where(p => p.Number != pull.Number).Select(p => p.Head),
            StringComparer.Ordinal
        );
        if (isEvaluated)
        {
            heads.Add(pull.Head.Sha);
        }

        IEnumerable<string> green = history
            .Commits.Where(c => MayBeGreen(c.State, c.Description))
            .Select(c => c.Sha)
            .Concat(history.Replaced.Where(h => MayBeGreen(h.State, h.Description)).Select(h => h.Sha));
        foreach (string sha in green.Distinct(StringComparer.Ordinal).Where(sha => !heads.Contains(sha)))
        {
            await Write(sha, pull.Number, cancel);
            log.AddSuperseded(sha);
        }

        // The event names it even where no history does, and the history may lag behind it.
        if (
            options.Before is { } before
            && !heads.Contains(before)
            && !log.IsSuperseded(before)
            && await IsGreen(before, cancel)
        )
        {
            await Write(before, pull.Number, cancel);
            log.AddSuperseded(before);
        }
    }

    // An evaluation that is about to make it green sees by this that it was overtaken.
    private static bool MayBeGreen(string? state, string? description) =>
        state == "success" || description == StatusPublication.Evaluating;

    private async Task<bool> IsGreen(string sha, CancellationToken cancel)
    {
        try
        {
            return (await github.Repository.Status.GetCombined(sha, cancel)).Statuses.Any(s =>
                s.Context == ReviewStatus.Context
                && (s.State == CommitState.Success || s.Description == StatusPublication.Evaluating)
            );
        }
        catch (GitHubRefused)
        {
            return false; // A commit that GitHub does not know has no status.
        }
    }

    private Task Write(string sha, int pull, CancellationToken cancel) =>
        github.Repository.Status.Create(
            ObjectId.Parse(sha).ToString(),
            new NewCommitStatus(
                CommitState.Pending,
                ReviewStatus.Context,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Superseded: no longer the head of pull request {pull}; evaluated again when it is"
                ),
                options.RunUrl
            ),
            cancel
        );
}
