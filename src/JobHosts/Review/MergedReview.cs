using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Preview;
using Rayquest.JobReport.Verdicts;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// After a push to the default branch: <c>jobs/</c> must be what the merged requests render to. A fork's rendering is
/// missing until now; anything else that differs is put right. What is blocked (over a hard bound by a merge race, say) is
/// not rendered, so it doesn't run, and the run fails with the reason.
/// </summary>
public sealed class MergedReview(GitHubClient github, GitRepository git, ReviewOptions options)
{
    private const string TipReference = "refs/rayquest/merged";
    private const int MostMerges = 20;

    /// <summary>Checks everything since <paramref name="before"/> on the branch as it is now; running it twice changes nothing.</summary>
    /// <exception cref="HostFault">Git or GitHub failed, or the branch is protected against the repair.</exception>
    public async Task<ReviewOutcome> Review(string before, string branch, CancellationToken cancel = default)
    {
        ObjectId from = ObjectId.Parse(before);
        for (int attempt = 1; attempt <= options.Attempts; attempt++)
        {
            git.Fetch(options.Remote, $"+refs/heads/{branch}:{TipReference}", options.Credential);
            ObjectId tip = git.Resolve(TipReference);
            git.FetchCommit(options.Remote, from, options.Credential);
            SubmissionPreview preview = Preview(from, tip);
            string? commit = null;
            if (preview.RenderChanges.Count > 0 && !options.DryRun)
            {
                commit = await Repair(branch, tip, preview, cancel);
                if (commit is null)
                {
                    continue; // Somebody merged meanwhile: look again from there.
                }

                git.Fetch(options.Remote, $"+refs/heads/{branch}:{TipReference}", options.Credential);
                preview = Preview(from, ObjectId.Parse(commit));
            }

            CommentPlace place = new(
                options.Page,
                commit ?? tip.ToString(),
                before,
                options.RunUrl,
                Route: RenderRoute.OnBranch,
                At: JudgedAt.Merge
            );
            List<string> written = commit is null ? [] : [$"commit {commit[..10]}"];
            if (!options.DryRun && preview.Reasons.Any(r => r.Kind == ReasonKind.OverHard))
            {
                await TellMerged(from, tip, preview, place, written, cancel);
            }

            JobReport.Markdown.MarkdownText text = ReviewComment.Write(preview, place, ReviewComment.SummaryLimit);
            return new ReviewOutcome(
                ReviewResult.Judged,
                0,
                commit ?? tip.ToString(),
                preview,
                text,
                text,
                commit,
                written
            );
        }

        throw new HeadKeepsMoving(0, options.Attempts);
    }

    // Two that were green one by one and merged at the same moment: whoever merged last finds it on his pull request.
    private async Task TellMerged(
        ObjectId from,
        ObjectId tip,
        SubmissionPreview preview,
        CommentPlace place,
        List<string> written,
        CancellationToken cancel
    )
    {
        ObjectId at = tip;
        for (int i = 0; i < MostMerges && at != from; i++)
        {
            foreach (PullRequest pull in await github.Repository.Commit.PullRequests(at.ToString(), cancel))
            {
                if (pull.State != ItemState.Open && await OurComment.Tell(pull, preview, place, github, cancel))
                {
                    written.Add($"comment on {pull.Number}");
                }
            }

            if (git.ReadCommit(at).Parents is not [var first, ..])
            {
                break;
            }

            at = first;
        }
    }

    private SubmissionPreview Preview(ObjectId from, ObjectId tip) =>
        Previewer.Of(
            new PreviewInput
            {
                Base = new CommitTree(git, from),
                Head = new CommitTree(git, tip),
                // What isn't ours was reviewed by people and is merged: only requests and jobs are looked at.
                ChangedPaths =
                [
                    .. git.Diff(from, tip).Select(c => c.Path).Where(p => Previewer.KindOf([p]) != ChangeKind.Ordinary),
                ],
            }
        );

    private async Task<string?> Repair(string branch, ObjectId tip, SubmissionPreview preview, CancellationToken cancel)
    {
        CommitOnBranch commit = new(
            branch,
            tip.ToString(),
            "Render the merged requests",
            "These files are what the merged requests render to.",
            [
                .. preview
                    .RenderChanges.Where(c => c.Bytes is not null)
                    .Select(c => new FileAddition(c.Path, c.Bytes!.Value.ToArray())),
            ],
            [.. preview.RenderChanges.Where(c => c.Bytes is null).Select(c => c.Path)]
        );
        CommitOnBranchResult result = await WriteOnce.Run<CommitOnBranchResult>(
            github,
            Lookup,
            again => github.GraphQL.CreateCommitOnBranch(commit, again),
            cancel
        );
        return result.Oid;

        Task<CommitOnBranchResult?> Lookup(CancellationToken again)
        {
            git.Fetch(options.Remote, $"+refs/heads/{branch}:{TipReference}", options.Credential);
            ObjectId now = git.Resolve(TipReference);
            return Task.FromResult(
                now == tip
                    ? null
                    : new CommitOnBranchResult(
                        git.ReadCommit(now).Parents is [var parent] && parent == tip ? now.ToString() : null
                    )
            );
        }
    }
}
