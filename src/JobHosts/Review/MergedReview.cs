using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Protection;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Repository;
using Rayquest.JobRender.Folder;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// After a push to the default branch: <c>jobs/</c> must be what its requests render to. What is missing is rendered, what was
/// edited or smuggled in is put back or removed, request by request; what is wrong, over a hard limit or unapproved gets no
/// manifest, so it doesn't run, and whoever brought it is told. It looks at all requests each time, so that what a failed run has
/// left is done by the next.
/// </summary>
public sealed class MergedReview(GitHubClient github, GitRepository git, ReviewOptions options)
{
    internal const string Headline = "Render the merged requests";
    internal const string Body = "These files are what the merged requests render to.";
    private const string TipReference = "refs/rayquest/merged";
    private const int MostVersions = 20;

    /// <summary>Puts right what the branch as it is holds; running it twice changes nothing.</summary>
    /// <param name="before">The branch when it was last known to be right.</param>
    /// <exception cref="HostException">Git or GitHub failed.</exception>
    public async Task<ReviewOutcome> Review(string before, string branch, CancellationToken cancel = default)
    {
        ObjectId from = ObjectId.Parse(before);
        for (int attempt = 1; attempt <= options.Attempts; attempt++)
        {
            git.Fetch(
                options.Remote,
                [$"+refs/heads/{branch}:{TipReference}", RepairPullRequest.Refspec],
                options.Credential
            );
            ObjectId tip = git.Resolve(TipReference);
            git.FetchCommit(options.Remote, from, options.Credential);
            from = await Earlier(from, tip, cancel);
            MergedFolderResult result = await Settle(from, tip, cancel);
            string? commit = null;
            (int Pull, BranchProtected Refusal)? proposed = null;
            RepairPullRequest proposal = new(github, git, options);
            if (
                !options.DryRun
                && (proposal.IsSpent(tip) || (proposal.Fetched is not null && result.Changes.Count == 0))
            )
            {
                await proposal.Withdraw(cancel);
            }

            if (result.Changes.Count > 0 && !options.DryRun)
            {
                BranchProtected? refusal = null;
                try
                {
                    commit = await Repair(branch, tip, result.Changes, cancel);
                    if (commit is not null && proposal.Fetched is not null)
                    {
                        await proposal.Withdraw(cancel);
                    }
                }
                catch (HostException fault) when (BranchRules.Refusal(fault, branch) is { } said)
                {
                    refusal = said;
                }

                if (
                    refusal is not null
                    && await proposal.Propose(branch, from, tip, result.Changes, cancel) is { } pull
                )
                {
                    proposed = (pull, refusal);
                }

                if (commit is null && proposed is null)
                {
                    continue; // Somebody merged meanwhile: look again from there.
                }
            }

            CommentContext context = new(
                options.Page,
                commit ?? tip.ToString(),
                before,
                options.RunUrl,
                Route: RenderRoute.OnBranch,
                At: EvaluationStage.Merge
            );
            List<string> written = commit is null ? [] : [$"commit {commit[..10]}"];
            if (proposed is { } asked)
            {
                written.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"pull request {asked.Pull} proposes it, since {asked.Refusal.Cause}; {asked.Refusal.Remedy}"
                    )
                );
            }

            if (commit is not null)
            {
                written.AddRange(result.Foreign.Select(path => $"put right {path}"));
                written.AddRange(result.Withheld.Select(w => $"withheld {w.Request}"));
            }

            if (!options.DryRun)
            {
                await Report(tip, result, context, written, cancel);
            }

            ChangeEvaluation evaluation = result.Withheld is [var first, ..] ? first.Evaluation : result.Evaluation;
            MarkdownText text = ReviewComment.Write(evaluation, context, ReviewComment.SummaryLimit);
            return new ReviewOutcome(
                ReviewResult.Evaluated,
                0,
                commit ?? tip.ToString(),
                evaluation,
                text,
                text,
                commit,
                written
            );
        }

        throw new HeadKeepsMoving(0, options.Attempts);
    }

    /// <summary>What the branch must be changed in, as of one of its commits; the same for everybody who asks.</summary>
    internal async Task<IReadOnlyList<RenderChange>> Wanted(ObjectId from, ObjectId tip, CancellationToken cancel) =>
        (await Settle(from, tip, cancel)).Changes;

    // What an open pull request of ours repairs is not done yet: this run goes on from where that one did.
    private async Task<ObjectId> Earlier(ObjectId from, ObjectId tip, CancellationToken cancel)
    {
        RepairPullRequest open = new(github, git, options);
        return
            open.Fetched is { } head && await open.Since(head, tip, cancel) is { } since && git.IsAncestor(since, from)
            ? since
            : from;
    }

    private async Task<MergedFolderResult> Settle(ObjectId from, ObjectId tip, CancellationToken cancel)
    {
        MergedFolderInput input = new()
        {
            Before = new CommitTree(git, from),
            Now = new CommitTree(git, tip),
            Changed = InOrder(from, tip),
            LastIntact = (path, request) => LastIntact(from, path, request),
            GpuHoursUsed = options.GpuHoursUsed,
            Recorded = options.Recorded,
        };
        MergedFolderResult result = MergedFolder.Settle(input);
        HashSet<string> unapproved = new(StringComparer.Ordinal);
        foreach (string request in result.OverSoft)
        {
            if (!await IsApproved(request, tip, result.Evaluation.Assessment, cancel))
            {
                unapproved.Add(request);
            }
        }

        return unapproved.Count == 0 ? result : MergedFolder.Settle(input with { Unapproved = unapproved });
    }

    /// <summary>The paths a push changed, those of the merges that came first in front.</summary>
    private string[] InOrder(ObjectId from, ObjectId tip)
    {
        string[] changed = [.. git.Diff(from, tip).Select(c => c.Path).Where(ChangePaths.IsSubmissionPath)];
        if (changed.Length == 0)
        {
            return [];
        }

        Dictionary<string, int> order = new(StringComparer.Ordinal);
        IReadOnlyList<ObjectId> merges = git.FirstParents(from, tip, RequestPath.Requests);
        for (int i = 0; i < merges.Count; i++)
        {
            if (git.ReadCommit(merges[i]).Parents is [var parent, ..])
            {
                foreach (TreeChange change in git.Diff(parent, merges[i]))
                {
                    order[change.Path] = i;
                }
            }
        }

        return
        [
            .. changed.OrderBy(p => order.GetValueOrDefault(p, int.MaxValue)).ThenBy(p => p, StringComparer.Ordinal),
        ];
    }

    private ReadOnlyMemory<byte>? LastIntact(ObjectId from, string path, RequestIdentity request)
    {
        ObjectId? at = git.LastChange(from, path);
        for (int i = 0; i < MostVersions && at is { } commit; i++)
        {
            if (
                git.ReadFile(commit, path, 16 << 20) is { } bytes
                && JobsFolder.IntactHeader(path, bytes) is { } header
                && request.Is(header)
            )
            {
                return bytes;
            }

            at = git.ReadCommit(commit).Parents is [var parent, ..] ? git.LastChange(parent, path) : null;
        }

        return null;
    }

    // What no pull request brought was put there by somebody who may push to the branch. Each is evaluated on the branch as it was
    // when it was merged: on what holds it already it would change nothing, and need nobody.
    private async Task<bool> IsApproved(string request, ObjectId tip, Assessment together, CancellationToken cancel)
    {
        if (git.LastChange(tip, request) is not { } brought || git.ReadCommit(brought).Parents is not [var before, ..])
        {
            return true;
        }

        PullReviewer reviewer = new(github, git, options);
        foreach (PullRequest pull in await Bringing(request, tip, cancel))
        {
            PullRequestFacts facts = await reviewer.Gather(pull, before, together, cancel);
            if (facts.Evaluation.StillOpen.Any())
            {
                return false;
            }
        }

        return true;
    }

    private async Task<IReadOnlyList<PullRequest>> Bringing(string request, ObjectId tip, CancellationToken cancel) =>
        git.LastChange(tip, request) is { } commit
            ?
            [
                .. (await github.Repository.Commit.PullRequests(commit.ToString(), cancel)).Where(p =>
                    p.MergedAt is not null
                ),
            ]
            : [];

    private async Task Report(
        ObjectId tip,
        MergedFolderResult result,
        CommentContext context,
        List<string> written,
        CancellationToken cancel
    )
    {
        HashSet<int> reported = [];
        foreach (WithheldRequest withheld in result.Withheld)
        {
            foreach (PullRequest pull in await Bringing(withheld.Request, tip, cancel))
            {
                if (
                    reported.Add(pull.Number)
                    && await BotComment.Report(pull, withheld.Evaluation, context, github, cancel)
                )
                {
                    written.Add($"comment on {pull.Number}");
                }
            }
        }
    }

    private async Task<string?> Repair(
        string branch,
        ObjectId tip,
        IReadOnlyList<RenderChange> changes,
        CancellationToken cancel
    )
    {
        CommitOnBranch commit = new(
            branch,
            tip.ToString(),
            Headline,
            Body,
            [
                .. changes
                    .Where(c => c.Bytes is not null)
                    .Select(c => new FileAddition(c.Path, c.Bytes!.Value.ToArray())),
            ],
            [.. changes.Where(c => c.Bytes is null).Select(c => c.Path)]
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
