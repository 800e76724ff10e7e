using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Preview;
using Rayquest.JobReport.Verdicts;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// Judges what a merge queue would make of main: requests that are inside the quota one by one may be over it together.
/// Approvals are those of the pull requests in the queue, recognised by the very requests they bring.
/// </summary>
public sealed class QueueReview(GitHubClient github, GitRepository git, ReviewOptions options)
{
    /// <summary>Judges a queued result against the base it would be merged to, and sets the status on it.</summary>
    /// <exception cref="HostFault">Git or GitHub failed.</exception>
    public async Task<ReviewOutcome> Review(string baseSha, string headSha, CancellationToken cancel = default)
    {
        (ObjectId tip, ObjectId head) = (ObjectId.Parse(baseSha), ObjectId.Parse(headSha));
        git.FetchCommit(options.Remote, tip, options.Credential);
        git.FetchCommit(options.Remote, head, options.Credential);
        CommitTree headTree = new(git, head);
        PreviewInput input = new()
        {
            Base = new CommitTree(git, tip),
            Head = headTree,
            ChangedPaths = [.. git.Diff(tip, head).Select(c => c.Path)],
            GpuHoursUsed = options.GpuHoursUsed,
        };
        SubmissionPreview preview = Previewer.Of(input);
        if (preview.Verdict == Verdict.NeedsApproval)
        {
            preview = await WithApprovals(input, preview, headTree, cancel);
        }

        (CommitState state, string words) = Announcement.StatusOf(preview);
        List<string> written = [];
        if (!options.DryRun)
        {
            CombinedCommitStatus combined = await github.Repository.Status.GetCombined(headSha, cancel);
            if (
                !combined.Statuses.Any(s =>
                    s.Context == Announcement.StatusContext && s.State == state && s.Description == words
                )
            )
            {
                await github.Repository.Status.Create(
                    headSha,
                    new NewCommitStatus(state, Announcement.StatusContext, words, options.RunUrl),
                    cancel
                );
                written.Add($"status {state.ToString().ToLowerInvariant()}");
            }
        }

        CommentPlace place = new(options.Page, headSha, baseSha, At: JudgedAt.MergeQueue);
        if (!options.DryRun && preview.Verdict != Verdict.Pass)
        {
            // GitHub takes them out of the queue and says no more than that a check failed.
            foreach (PullRequest pull in await Queued(preview, headTree, cancel))
            {
                if (await OurComment.Tell(pull, preview, place, github, cancel))
                {
                    written.Add($"comment on {pull.Number}");
                }
            }
        }

        MarkdownText summary = ReviewComment.Write(preview, place, ReviewComment.SummaryLimit);
        return new ReviewOutcome(ReviewResult.Judged, 0, headSha, preview, summary, summary, null, written);
    }

    /// <summary>The open submissions that bring a request of the queue's result.</summary>
    private async Task<List<PullRequest>> Queued(SubmissionPreview preview, CommitTree queued, CancellationToken cancel)
    {
        string[] requests = [.. preview.ChangedPaths.Where(RequestPath.IsRequest)];
        List<PullRequest> found = [];
        foreach (PullRequest pull in await Submissions(cancel))
        {
            ObjectId head = ObjectId.Parse(pull.Head.Sha);
            git.FetchCommit(options.Remote, head, options.Credential);
            CommitTree tree = new(git, head);
            if (requests.Any(r => queued.IdOf(r) is { } id && tree.IdOf(r) == id))
            {
                found.Add(pull);
            }
        }

        return found;
    }

    private async Task<PullRequest[]> Submissions(CancellationToken cancel) =>
        [
            .. (await github.PullRequest.GetAll(ItemState.Open, cancel: cancel)).Where(p =>
                p.Labels.Any(l => l.Name.StartsWith(ReviewLabels.Prefix, StringComparison.Ordinal))
            ),
        ];

    // Every pull request that brings a request of a team which needs approval must have that approval.
    private async Task<SubmissionPreview> WithApprovals(
        PreviewInput input,
        SubmissionPreview preview,
        CommitTree queued,
        CancellationToken cancel
    )
    {
        PullRequest[] open = await Submissions(cancel);
        SubmissionPreview? worst = null;
        foreach (TeamApproval team in preview.Approvals.Teams)
        {
            string[] requests =
            [
                .. preview
                    .Jobs.Where(j => j.Team == team.Team && j.Action is JobAction.Add or JobAction.Replace)
                    .Select(j => j.Request)
                    .Distinct(StringComparer.Ordinal),
            ];
            foreach (string request in requests)
            {
                bool approved = false;
                foreach (PullRequest pull in open)
                {
                    ObjectId head = ObjectId.Parse(pull.Head.Sha);
                    git.FetchCommit(options.Remote, head, options.Credential);
                    if (queued.IdOf(request) is not { } id || new CommitTree(git, head).IdOf(request) != id)
                    {
                        continue;
                    }

                    SubmissionPreview judged = Previewer.Of(
                        input with
                        {
                            Author = pull.User?.Login,
                            Approvals = await ApprovalsOf(pull, head, preview, cancel),
                        }
                    );
                    worst = judged;
                    approved = judged.Approvals.Teams.FirstOrDefault(t => t.Team == team.Team)?.IsGiven == true;
                    break;
                }

                if (!approved)
                {
                    return worst is { Verdict: not Verdict.Pass } ? worst : preview;
                }
            }
        }

        // All are given, each by the pull request it belongs to.
        return preview with
        {
            Verdict = Verdict.Pass,
            Reasons =
            [
                .. preview.Reasons.Where(r =>
                    r.Kind is not (ReasonKind.ApprovalMissing or ReasonKind.ChangesRequested)
                ),
            ],
        };
    }

    private async Task<ApprovalInput> ApprovalsOf(
        PullRequest pull,
        ObjectId head,
        SubmissionPreview preview,
        CancellationToken cancel
    )
    {
        IReadOnlyList<PullRequestReview> reviews = await github.PullRequest.Review.GetAll(pull.Number, cancel);
        IReadOnlyList<IssueComment> comments = await github.Issue.Comment.GetAllForIssue(pull.Number, cancel);
        return new ApprovalInput(
            pull.User?.Login,
            SameRequests.Of(git, head, preview),
            [.. GivenReview.Statements([.. reviews.Select(GivenReview.Of)], comments)]
        );
    }
}

/// <summary>Which commits ask for the very same as a head.</summary>
internal static class SameRequests
{
    /// <summary>
    /// The head and the commits below it that differ from it only under <c>jobs/</c>. Where the head is exactly what its
    /// requests render to, whoever approved one of those has approved this.
    /// </summary>
    public static HashSet<string> Of(GitRepository git, ObjectId head, SubmissionPreview preview)
    {
        HashSet<string> same = new([head.ToString()], StringComparer.Ordinal);
        if (preview.RenderChanges.Count > 0)
        {
            return same;
        }

        ObjectId at = head;
        for (int i = 0; i < 8; i++)
        {
            CommitInfo commit = git.ReadCommit(at);
            if (commit.Parents.Count != 1)
            {
                break;
            }

            IReadOnlyList<TreeChange> changes = git.Diff(commit.Parents[0], at);
            if (changes.Count == 0 || changes.Any(c => !c.Path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal)))
            {
                break;
            }

            at = commit.Parents[0];
            same.Add(at.ToString());
        }

        return same;
    }
}
