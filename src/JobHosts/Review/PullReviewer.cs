using Rayquest.JobHosts.Authorship;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Jobs;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// The trusted evaluation of a pull request: reads its head as objects, works out what a merge would bring, commits the
/// rendering onto its branch and reports. It holds no state: killed after any call and run again, it ends in the
/// same comment, check, status, labels and commit; and where those are right already, it writes nothing.
/// </summary>
public sealed class PullReviewer(GitHubClient github, GitRepository git, ReviewOptions options)
{
    private const string BaseReference = "refs/rayquest/base";

    // As many as a history shows.
    private const int MostCommits = 100;
    private readonly WriteLog log = new();
    private readonly ChangeReader changeReader = new(git);

    /// <summary>Evaluates a pull request by its number.</summary>
    /// <exception cref="HostException">Git or GitHub failed; running it again goes on from there.</exception>
    public Task<ReviewOutcome> Review(int number, CancellationToken cancel = default) =>
        Review(number, options.ChangedAt, cancel);

    private async Task<ReviewOutcome> Review(int number, DateTimeOffset? changedAt, CancellationToken cancel)
    {
        string? commit = null;
        int contests = 0;
        for (int attempt = 1; attempt <= options.Attempts; attempt++)
        {
            PullRequestHistory history = await github.GraphQL.History(number, null, cancel);
            FetchReferences(history.Pull);
            PullRequest pull = await Current(history, changedAt, cancel);
            if (pull.State != ItemState.Open || !IsToDefault(pull))
            {
                await SupersedeUnjudged(pull, history, cancel);
                return new ReviewOutcome(
                    ReviewResult.NotASubmission,
                    number,
                    pull.Head.Sha,
                    null,
                    MarkdownText.Empty,
                    MarkdownText.Empty,
                    null,
                    log.Lines
                );
            }

            PullRequestFacts facts = await Look(pull, history, null, cancel);
            if (facts.Evaluation.RenderChanges.Count > 0 && !pull.IsFork && !options.DryRun)
            {
                commit = await CommitRendering(pull, facts.Evaluation, cancel);
                if (commit is null)
                {
                    continue; // The branch moved: what was evaluated is no longer its head.
                }

                log.AddCommit(commit);
                facts = await Look(pull with { Head = pull.Head with { Sha = commit } }, history, facts, cancel);
                if (facts.Evaluation.RenderChanges.Count > 0)
                {
                    continue;
                }
            }

            ReviewPublisher publisher = new(github, git, options, facts, log, contests);
            ReviewOutcome? outcome = await publisher.Publish(cancel);
            if (outcome is not null)
            {
                await AnswerCommands(facts, cancel);
                return outcome with { Commit = commit };
            }

            contests += publisher.IsContested ? 1 : 0;
        }

        throw new HeadKeepsMoving(number, options.Attempts);
    }

    // A command that does nothing here is answered once, so that nobody waits for what it would do elsewhere. What isn't about
    // requests is other people's, and so are the commands there.
    private async Task AnswerCommands(PullRequestFacts facts, CancellationToken cancel)
    {
        if (options.DryRun || facts.Evaluation.Kind == ChangeKind.Ordinary)
        {
            return;
        }

        foreach (IssueComment comment in facts.Comments.OrderBy(c => c.Id))
        {
            if (
                comment.User is { Type: not "Bot" } by
                && LifecycleCommand.ParseComment(comment.Body) is { } command
                && CommandRule.DecideOpen(
                    command,
                    by.Login,
                    facts.Pull.Head.Sha,
                    options.Time.GetUtcNow() - comment.CreatedAt
                )
                    is { } reply
                && !facts.Comments.Any(c => CommandReplies.IsTo(c, comment.Id))
            )
            {
                await CommandReplies.Write(
                    github,
                    facts.Pull.Number,
                    comment.Id,
                    reply,
                    CommentStrings.Of(facts.Evaluation.Language),
                    options.Page,
                    cancel
                );
                log.Add($"answer to {reply.Meant}");
            }
        }
    }

    /// <summary>Evaluates the one open pull request that has this head; null when none or several have it.</summary>
    public async Task<ReviewOutcome?> ReviewHead(string sha, CancellationToken cancel = default)
    {
        PullRequest[] found = [.. (await github.PullRequest.GetAll(cancel: cancel)).Where(p => p.Head.Sha == sha)];
        return found is [var only] ? await Review(only.Number, options.ChangedAt ?? only.UpdatedAt, cancel) : null;
    }

    // GraphQL tells everything with one call, and may be a moment behind: what it shows is taken where it is no older than the
    // event that woke this run, and Git has the same head.
    private async Task<PullRequest> Current(
        PullRequestHistory history,
        DateTimeOffset? changedAt,
        CancellationToken cancel
    )
    {
        PullRequest pull = history.Pull;
        if (changedAt is not { } changed || pull.UpdatedAt < changed)
        {
            return await github.PullRequest.Get(pull.Number, cancel);
        }

        return pull.State != ItemState.Open || git.Resolve(HeadReference(pull)).ToString() == pull.Head.Sha
            ? pull
            : await github.PullRequest.Get(pull.Number, cancel);
    }

    /// <summary>One pull request of a merge queue's group, with what is still open about it.</summary>
    /// <param name="together">The group as a whole.</param>
    internal async Task<(PullRequest Pull, ChangeEvaluation Evaluation)> Member(
        int number,
        ObjectId tip,
        Assessment together,
        CancellationToken cancel
    )
    {
        PullRequest pull = await github.PullRequest.Get(number, cancel);
        PullRequestFacts facts = await Gather(pull, tip, together, cancel);
        return (facts.Pull, facts.Evaluation);
    }

    /// <summary>What was said of a pull request that is part of something larger, and whether that is enough.</summary>
    internal async Task<PullRequestFacts> Gather(
        PullRequest pull,
        ObjectId tip,
        Assessment together,
        CancellationToken cancel
    )
    {
        ObjectId head = ObjectId.Parse(pull.Head.Sha);
        git.FetchCommit(options.Remote, head, options.Credential);
        MergedChange change = changeReader.Read(tip, head);
        PullRequestHistory history = await github.GraphQL.History(pull.Number, pull.Base.Ref, cancel);
        PullRequestAuthor requester = await PullRequestAuthor.Of(github, pull, history.Viewer, cancel);
        Assessment assessment = Assessor.Assess(
            change.Input(git) with
            {
                At = options.Time.GetUtcNow(),
                CanCommit = !pull.IsFork,
                GpuHoursUsed = options.GpuHoursUsed,
                Recorded = options.Recorded,
            }
        );
        HashSet<string> asks = new(assessment.Jobs.Where(j => j.Starts).Select(j => j.Team), StringComparer.Ordinal);
        assessment = assessment with
        {
            AlsoAsk =
            [
                .. together.Quota.Where(q => q.IsOverSoft && asks.Contains(q.Team)).Select(q => q.Team),
                .. together.GpuHours.Where(h => h.IsOver && asks.Contains(h.Team)).Select(h => h.Team),
            ],
        };
        return await Decide(
            new PullRequestFacts(
                requester.Pull,
                requester.Editors,
                change,
                VerdictRule.Decide(assessment, ApprovalInput.None, null),
                await OpenPulls(pull, history, cancel),
                history.Comments ?? await github.Issue.Comment.GetAllForIssue(pull.Number, cancel),
                history.Reviews,
                [],
                history,
                null
            ),
            cancel,
            evenBlocked: true
        );
    }

    // A status belongs to a commit, not to a pull request: evaluating a head against the policies of some other branch would
    // open the gate of this one.
    private static bool IsToDefault(PullRequest pull) => pull.Base.Ref == DefaultBranchOf(pull);

    private static string DefaultBranchOf(PullRequest pull) => pull.Base.Repo?.DefaultBranch ?? pull.Base.Ref;

    // Opened again, pointed back at this branch, or offered by somebody else, with a commit that is green from before, it could
    // be merged at once. What a merge commit has brought into the base is not merged a second time; what was squashed or rebased
    // could be, once the base has lost it.
    private async Task SupersedeUnjudged(PullRequest pull, PullRequestHistory history, CancellationToken cancel)
    {
        if (options.DryRun || (pull.MergedAt is not null && IsToDefault(pull) && IsInBase(pull)))
        {
            return;
        }

        string branch = DefaultBranchOf(pull);
        // Its own base may be another one.
        IReadOnlyList<OpenPull> open =
            (pull.Base.Ref == branch && history.Pull.Base.Ref == branch ? history.Open : null)
            ?? await github.GraphQL.OpenPulls(branch, cancel);
        if (!IsToDefault(pull))
        {
            // Below its head may be anything that was merged here, and all of its pushes were told.
            history = history with
            {
                Commits = [.. history.Commits.Where(c => c.Sha == pull.Head.Sha)],
            };
        }

        await new Superseding(github, options).Supersede(pull, history, open, isEvaluated: false, log, cancel);
    }

    private bool IsInBase(PullRequest pull)
    {
        ObjectId head = Fetch(pull);
        return git.IsAncestor(head, git.Resolve(BaseReference));
    }

    /// <summary>Everything known of a pull request at one head.</summary>
    /// <param name="history">Read first: the status tells who else is at work. A commit that was made just now has none.</param>
    private async Task<PullRequestFacts> Look(
        PullRequest pull,
        PullRequestHistory history,
        PullRequestFacts? before,
        CancellationToken cancel
    )
    {
        StatusMark? status =
            before is not null || options.DryRun ? null
            : history.Head == pull.Head.Sha ? history.Status
            : await StatusOf(pull.Head.Sha, cancel);
        ObjectId head = Fetch(pull);
        MergedChange change = changeReader.Read(before?.Change.Tip ?? git.Resolve(BaseReference), head);
        IReadOnlyList<OpenPull> open = before?.Open ?? await OpenPulls(pull, history, cancel);
        IReadOnlyList<IssueComment> comments =
            before?.Comments ?? history.Comments ?? await github.Issue.Comment.GetAllForIssue(pull.Number, cancel);
        if (before is null)
        {
            await new Superseding(github, options).Supersede(pull, history, open, isEvaluated: true, log, cancel);
        }

        PullRequestAuthor requester = before is null
            ? await PullRequestAuthor.Of(github, pull, history.Viewer, cancel)
            : new PullRequestAuthor(pull with { User = before.Pull.User }, before.Editors);
        IReadOnlyList<PendingDemand> elsewhere = before?.Elsewhere ?? Demands(open, pull, change.Tip);
        Assessment assessment = Assessor.Assess(
            change.Input(git) with
            {
                At = options.Time.GetUtcNow(),
                CanCommit = !pull.IsFork,
                Elsewhere = elsewhere,
                GpuHoursUsed = options.GpuHoursUsed,
                Recorded = options.Recorded,
            }
        );
        return await Decide(
            new PullRequestFacts(
                requester.Pull,
                requester.Editors,
                change,
                VerdictRule.Decide(assessment, ApprovalInput.None, null),
                open,
                comments,
                before?.Reviews ?? history.Reviews,
                elsewhere,
                history,
                status
            )
            {
                Pushers = before?.Pushers,
            },
            cancel
        );
    }

    private async Task<IReadOnlyList<OpenPull>> OpenPulls(
        PullRequest pull,
        PullRequestHistory history,
        CancellationToken cancel
    ) =>
        (history.Pull.Base.Ref == pull.Base.Ref ? history.Open : null)
        ?? await github.GraphQL.OpenPulls(pull.Base.Ref, cancel);

    // GraphQL may lag behind a push.
    private async Task<StatusMark?> StatusOf(string sha, CancellationToken cancel) =>
        (await github.Repository.Status.GetCombined(sha, cancel)).Statuses.FirstOrDefault(s =>
            s.Context == ReviewStatus.Context
        )
            is { } status
            ? new StatusMark(
                status.NodeId ?? "",
                status.State,
                status.Description,
                status.CreatedAt,
                status.Creator?.Login
            )
            : null;

    // Who pushed costs a call: it is read where the verdict may depend on whose work it is.
    private async Task<PullRequestFacts> Decide(
        PullRequestFacts facts,
        CancellationToken cancel,
        bool evenBlocked = false
    )
    {
        ApprovalReader reader = new(github, git, options);
        JobKnowledge known = JobKnowledge.Of(options.Ledger, options.Time.GetUtcNow());
        Assessment assessment = facts.Evaluation.Assessment;
        ApprovalInput authors = await reader.Authors(facts.Pull, facts.Editors, facts.Change, facts.History, cancel);
        ChangeEvaluation first = VerdictRule.Decide(assessment, authors, known);
        if (
            first.Kind == ChangeKind.Ordinary
            || (!evenBlocked && (first.Verdict == Verdict.Blocked || (!NeedsWord(first) && IsVouchedFor(facts))))
        )
        {
            return facts with { Evaluation = first };
        }

        facts = facts with { Pushers = facts.Pushers ?? await reader.Pushers(facts.Pull, facts.Change, cancel) };
        authors = ApprovalReader.WithPushers(facts, authors);
        first = VerdictRule.Decide(assessment, authors, known);
        if (!NeedsWord(first))
        {
            return facts with { Evaluation = first };
        }

        (ApprovalInput said, IReadOnlyList<PullRequestReview> reviews) = await reader.Read(
            facts,
            authors,
            first.Approvals.IsNeeded,
            cancel
        );
        return facts with
        {
            Evaluation = VerdictRule.Decide(assessment, said, known),
            Reviews = first.Approvals.IsNeeded ? reviews : facts.Reviews,
        };
    }

    private static bool NeedsWord(ChangeEvaluation evaluation) =>
        evaluation.Approvals.IsNeeded || evaluation.Stops.Any(s => s.MustBeConfirmed);

    // Whoever opened it answers for what was on its branch then, so that the first evaluation needs no more than that; a push
    // meanwhile has an evaluation of its own. What was found to be green where nobody has said anything was looked at before.
    private bool IsVouchedFor(PullRequestFacts facts)
    {
        PullRequestHistory history = facts.History;
        return options.Before is null
            && history.Touched.Count == 0
            && (
                history.Status is null
                    ? history.Commits.Count < MostCommits
                        && history.Commits.All(c => c.State is null)
                        && history.Replaced.Count == 0
                    : history.Status is { State: CommitState.Success, Creator: { } by }
                        && ApprovalReader.IsViewer(by, history)
                        && facts.Reviews is { } reviews
                        && !Statements.Of(reviews, facts.Comments, history.DismissedRequests).Any()
            );
    }

    private ObjectId Fetch(PullRequest pull)
    {
        ObjectId head = ObjectId.Parse(pull.Head.Sha);
        // GitHub may show a head that its pull reference doesn't have yet, and the other way round.
        git.FetchCommit(options.Remote, head, options.Credential);
        return head;
    }

    private static string HeadReference(PullRequest pull) => $"refs/rayquest/pull/{pull.Number}/head";

    private void FetchReferences(PullRequest pull) =>
        git.Fetch(
            options.Remote,
            [
                $"+refs/heads/{DefaultBranchOf(pull)}:{BaseReference}",
                $"+refs/pull/{pull.Number}/head:{HeadReference(pull)}",
            ],
            options.Credential
        );

    /// <summary>What other open pull requests ask for: found by what they change, whatever their labels say.</summary>
    private List<PendingDemand> Demands(IReadOnlyList<OpenPull> open, PullRequest self, ObjectId tip)
    {
        OpenPull[] others =
        [
            .. open.Where(p => p.Number != self.Number && !p.IsDraft)
                .OrderByDescending(p => p.Number)
                .Take(options.MaxOthers),
        ];
        if (others.Length == 0)
        {
            return [];
        }

        HeadFetch.All(git, options, others.Select(p => p.Head));
        List<PendingDemand> demands = [];
        foreach (OpenPull other in others)
        {
            if (
                ObjectId.TryParse(other.Head, out ObjectId? head)
                && git.Has(head)
                && changeReader.Read(tip, head) is { Obstacle: MergeObstacle.None } change
                && ChangePaths.KindOf(change.ChangedPaths) == ChangeKind.Submission
            )
            {
                demands.AddRange(Assessor.DemandOf(other.Number, change.Input(git)));
            }
        }

        return demands;
    }

    /// <summary>Commits the rendering on top of exactly the evaluated head; null when the branch has moved.</summary>
    private async Task<string?> CommitRendering(PullRequest pull, ChangeEvaluation evaluation, CancellationToken cancel)
    {
        IReadOnlyList<RenderChange> changes = evaluation.RenderChanges;
        CommitOnBranch commit = new(
            pull.Head.Ref,
            pull.Head.Sha,
            "Render the requests of this branch",
            "What is approved is what runs: these files are what the requests render to.",
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

        // Ours is the commit right on the evaluated head that leaves nothing to render; any other head has moved.
        async Task<CommitOnBranchResult?> Lookup(CancellationToken again)
        {
            PullRequest now = await github.PullRequest.Get(pull.Number, again);
            if (now.Head.Sha == pull.Head.Sha)
            {
                return null;
            }

            Fetch(now);
            CommitInfo head = git.ReadCommit(ObjectId.Parse(now.Head.Sha));
            bool ours =
                head.Parents.Count == 1 && head.Parents[0].ToString() == pull.Head.Sha && IsRendered(head.Id, changes);
            return new CommitOnBranchResult(ours ? now.Head.Sha : null);
        }
    }

    private bool IsRendered(ObjectId head, IReadOnlyList<RenderChange> changes) =>
        changes.All(change =>
            git.ReadFile(head, change.Path, 16 << 20) is var bytes
            && (
                change.Bytes is { } wanted
                    ? bytes is not null && bytes.AsSpan().SequenceEqual(wanted.Span)
                    : bytes is null
            )
        );
}
