using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// Evaluates what a merge queue would make of the branch: requests that are inside the quota one by one may be over it together.
/// Approvals are those of exactly the pull requests of the group.
/// </summary>
public sealed class QueueReview(GitHubClient github, GitRepository git, ReviewOptions options)
{
    private const string QueuePrefix = "refs/heads/gh-readonly-queue/";
    private const string TipReference = "refs/rayquest/base";

    /// <summary>Evaluates a group's commit against the branch as it is, and sets the status on it.</summary>
    /// <param name="branch">The branch the queue merges to.</param>
    /// <param name="reference">The group's temporary branch.</param>
    /// <exception cref="HostException">Git or GitHub failed.</exception>
    public async Task<ReviewOutcome> Review(
        string branch,
        string reference,
        string headSha,
        CancellationToken cancel = default
    )
    {
        ObjectId head = ObjectId.Parse(headSha);
        // What the event calls the base is the group before: what counts is what the branch holds now.
        git.Fetch(options.Remote, $"+refs/heads/{branch}:{TipReference}", options.Credential);
        git.FetchCommit(options.Remote, head, options.Credential);
        ObjectId tip = git.Resolve(TipReference);
        ChangeReader reader = new(git);
        MergedChange change = git.IsAncestor(tip, head) ? reader.Between(tip, head) : reader.Read(tip, head);
        AssessmentInput input = change.Input(git) with
        {
            GpuHoursUsed = options.GpuHoursUsed,
            Recorded = options.Recorded,
        };
        Assessment together = Assessor.Assess(input);
        List<(PullRequest Pull, ChangeEvaluation Evaluation)> members = [];
        bool areAllKnown = true;
        if (together.Kind != ChangeKind.Ordinary)
        {
            IReadOnlyList<int>? group = await Group(branch, reference, change, cancel);
            areAllKnown = group is not null;
            Assessment parts =
                group is not null && IsOfSeveral(together)
                    ? Assessor.Assess(
                        input with
                        {
                            ChangedPaths = [.. input.ChangedPaths.Where(ChangePaths.IsSubmissionPath)],
                        }
                    )
                    : together;
            PullReviewer reviewer = new(github, git, options);
            foreach (int number in group ?? [])
            {
                members.Add(await reviewer.Member(number, tip, parts, cancel));
            }

            together = members.Exists(m => m.Evaluation.Kind == ChangeKind.Mixed) ? together : parts;
        }

        ChangeEvaluation evaluation = VerdictRule.DecideTogether(
            together,
            [.. members.Select(m => m.Evaluation)],
            areAllKnown
        );
        List<string> written = [];
        if (!options.DryRun)
        {
            await WriteStatus(headSha, evaluation, written, cancel);
        }

        CommentContext context = new(options.Page, headSha, tip.ToString(), At: EvaluationStage.MergeQueue);
        if (!options.DryRun && evaluation.Verdict != Verdict.Pass)
        {
            // GitHub takes the last one out of the queue and says no more than that a check failed; what is ahead stays.
            foreach ((PullRequest pull, _) in members.TakeLast(1))
            {
                if (await BotComment.Report(pull, evaluation, context, github, cancel))
                {
                    written.Add($"comment on {pull.Number}");
                }
            }
        }

        MarkdownText summary = ReviewComment.Write(evaluation, context, ReviewComment.SummaryLimit);
        return new ReviewOutcome(ReviewResult.Evaluated, 0, headSha, evaluation, summary, summary, null, written);
    }

    // Submissions and something else in one group are each what they are. Policies ahead of a submission would evaluate it: it comes
    // back when they are on the branch.
    private static bool IsOfSeveral(Assessment together) =>
        together.Kind == ChangeKind.Mixed
        && !together.ChangedPaths.Any(path => path.StartsWith(RequestPath.Policies, StringComparison.Ordinal));

    // A group never waits: what still needs a word leaves the queue, and comes back with it.
    private async Task WriteStatus(
        string sha,
        ChangeEvaluation evaluation,
        List<string> written,
        CancellationToken cancel
    )
    {
        (CommitState state, string description) = ReviewStatus.Of(evaluation);
        state = state == CommitState.Pending ? CommitState.Failure : state;
        CombinedCommitStatus combined = await github.Repository.Status.GetCombined(sha, cancel);
        if (
            combined.Statuses.Any(s =>
                s.Context == ReviewStatus.Context && s.State == state && s.Description == description
            )
        )
        {
            return;
        }

        await github.Repository.Status.Create(
            sha,
            new NewCommitStatus(state, ReviewStatus.Context, description, options.RunUrl),
            cancel
        );
        written.Add($"status {state.ToString().ToLowerInvariant()}");
    }

    /// <summary>The pull requests of the group, in order; null where they can't all be told.</summary>
    private async Task<IReadOnlyList<int>?> Group(
        string branch,
        string reference,
        MergedChange change,
        CancellationToken cancel
    )
    {
        if (await github.GraphQL.QueueGroup(branch, change.Head.ToString(), cancel) is { } group)
        {
            return group;
        }

        // The queue has moved on. The name of the group's branch has the last one, and merge commits have every head.
        List<int> found = [];
        ObjectId at = change.Head;
        while (at != change.Tip)
        {
            if (git.ReadCommit(at).Parents is not [var first, var head])
            {
                return found.Count == 0 && git.ReadCommit(at).Parents is [var only] && only == change.Tip
                    ? Last(branch, reference)
                    : null;
            }

            PullRequest[] pulls =
            [
                .. (await github.Repository.Commit.PullRequests(head.ToString(), cancel)).Where(p =>
                    p.State == ItemState.Open && p.Head.Sha == head.ToString() && p.Base.Ref == branch
                ),
            ];
            if (pulls is not [var pull])
            {
                return null;
            }

            found.Insert(0, pull.Number);
            at = first;
        }

        return found;
    }

    private static int[]? Last(string branch, string reference)
    {
        string prefix = $"{QueuePrefix}{branch}/pr-";
        return
            reference.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(reference[prefix.Length..].Split('-')[0], out int number)
            ? [number]
            : null;
    }
}
