using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// Evaluates open submissions again whose status is not what it would be now, so that a pull request which lost the last GPUs
/// doesn't stay green. They are found by what they change and by the status they have; nothing is remembered between runs, so
/// what a run that failed or never started has left is done by the next.
/// </summary>
public sealed class OpenSubmissions(GitHubClient github, GitRepository git, ReviewOptions options)
{
    private const string TipReference = "refs/rayquest/merged";

    // Longer than a run of its own may wait and last (submission.yml).
    private static readonly TimeSpan OwnRun = TimeSpan.FromMinutes(30);

    /// <summary>Evaluates again what the branch as it is gives another verdict.</summary>
    /// <exception cref="HostException">Git or GitHub failed; running it again goes on from there.</exception>
    public async Task<IReadOnlyList<ReviewOutcome>> Refresh(string branch, CancellationToken cancel = default)
    {
        IReadOnlyList<OpenPull> open = await github.GraphQL.OpenPulls(branch, cancel);
        if (open.Count == 0)
        {
            return [];
        }

        git.Fetch(options.Remote, $"+refs/heads/{branch}:{TipReference}", options.Credential);
        ObjectId tip = git.Resolve(TipReference);
        HeadFetch.All(git, options, open.Select(p => p.Head));
        ChangeReader reader = new(git);
        OpenPull[] outdated = [.. open.Where(p => IsOutdated(p, tip, reader)).OrderBy(p => p.Number)];
        // First nobody is green who may not be; a call each, before the dozen that an evaluation takes.
        if (!options.DryRun)
        {
            foreach (OpenPull pull in outdated.Where(p => p.State == "success"))
            {
                await github.Repository.Status.Create(
                    pull.Head,
                    new NewCommitStatus(
                        CommitState.Pending,
                        ReviewStatus.Context,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"The base branch has changed: pull request {pull.Number} is being evaluated again"
                        ),
                        options.RunUrl
                    ),
                    cancel
                );
            }
        }

        List<ReviewOutcome> evaluated = [];
        foreach (OpenPull pull in outdated.Take(options.MaxReevaluated))
        {
            evaluated.Add(await new PullReviewer(github, git, options).Review(pull.Number, cancel));
        }

        return evaluated;
    }

    /// <summary>Whether a status may say something else than an evaluation now would; approvals are read only then.</summary>
    private bool IsOutdated(OpenPull pull, ObjectId tip, ChangeReader reader)
    {
        if (!ObjectId.TryParse(pull.Head, out ObjectId? head) || !git.Has(head))
        {
            return pull.State == "success";
        }

        if (pull.State is null)
        {
            // Everybody's first evaluation is their own run's; where that never came, or ended early, this is the next one.
            return options.Time.GetUtcNow() - pull.UpdatedAt > OwnRun;
        }

        MergedChange change = reader.Read(tip, head);
        if (change.Obstacle == MergeObstacle.None && ChangePaths.KindOf(change.ChangedPaths) == ChangeKind.Ordinary)
        {
            return false;
        }

        ChangeEvaluation now = VerdictRule.Decide(
            Assessor.Assess(
                change.Input(git) with
                {
                    GpuHoursUsed = options.GpuHoursUsed,
                    Recorded = options.Recorded,
                }
            ),
            // Who has left a team is entitled no longer. Whom a bot's was opened for is not looked up here.
            pull.IsOfBot
                ? ApprovalInput.None
                : ApprovalInput.None with
                {
                    Author = pull.Author,
                },
            null
        );
        return (pull.State, now.Verdict) switch
        {
            // Only a person's word makes it green, and that has to be read.
            ("success", Verdict.NeedsApproval) => true,
            // Whoever isn't entitled, or stops something, waits although the quota is free. Any other word than that is of a run
            // that ended before it could say more.
            ("pending", Verdict.NeedsApproval or Verdict.Pass) => pull.Description?.StartsWith(
                "Needs ",
                StringComparison.Ordinal
            ) != true,
            (var state, var verdict) => state != State(verdict) || pull.Description != ReviewComment.Headline(now),
        };
    }

    private static string State(Verdict verdict) =>
        verdict switch
        {
            Verdict.Pass => "success",
            Verdict.NeedsApproval => "pending",
            _ => "failure",
        };
}
