using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Preview;
using Rayquest.JobReport.Verdicts;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// The trusted evaluation of a pull request: reads its head as objects, judges it by the base's policies, commits the
/// rendering onto its branch and tells everybody. It holds no state: killed after any call and run again, it ends in the
/// same comment, check, status, labels and commit; and where those are right already, it writes nothing.
/// </summary>
public sealed class PullReviewer(GitHubClient github, GitRepository git, ReviewOptions options)
{
    private const string BaseReference = "refs/rayquest/base";
    private readonly List<string> written = [];

    /// <summary>Judges a pull request by its number.</summary>
    /// <exception cref="HostFault">Git or GitHub failed; running it again goes on from there.</exception>
    public async Task<ReviewOutcome> Review(int number, CancellationToken cancel = default)
    {
        string? commit = null;
        bool again = false;
        for (int attempt = 1; attempt <= options.Attempts; attempt++)
        {
            PullRequest pull = await github.PullRequest.Get(number, cancel);
            // A status belongs to a commit, not to a pull request: judging a head against the policies of some other
            // branch would open the gate of this one.
            if (pull.State != ItemState.Open || pull.Base.Ref != (pull.Base.Repo?.DefaultBranch ?? pull.Base.Ref))
            {
                return new ReviewOutcome(
                    ReviewResult.NotOurs,
                    number,
                    pull.Head.Sha,
                    null,
                    MarkdownText.Empty,
                    MarkdownText.Empty,
                    null,
                    []
                );
            }

            pull = await Requester.Of(github, pull, cancel);
            Situation situation = await Look(pull, cancel);
            if (situation.Preview.RenderChanges.Count > 0 && !pull.IsFork && !options.DryRun)
            {
                commit = await CommitRendering(pull, situation, cancel);
                if (commit is null)
                {
                    continue; // The branch moved: what was judged is no longer its head.
                }

                written.Add($"commit {commit[..10]}");
                situation = await Look(pull with { Head = pull.Head with { Sha = commit } }, cancel, situation);
                if (situation.Preview.RenderChanges.Count > 0)
                {
                    continue;
                }
            }

            Announcement announcement = new(github, options, situation, written, again);
            ReviewOutcome? outcome = await announcement.Publish(cancel);
            if (outcome is not null)
            {
                return outcome with { Commit = commit };
            }

            again |= announcement.IsContested;
        }

        throw new HeadKeepsMoving(number, options.Attempts);
    }

    /// <summary>Judges the one open pull request that has this head; null when none or several have it.</summary>
    public async Task<ReviewOutcome?> ReviewHead(string sha, CancellationToken cancel = default)
    {
        PullRequest[] found = [.. (await github.PullRequest.GetAll(cancel: cancel)).Where(p => p.Head.Sha == sha)];
        return found.Length == 1 ? await Review(found[0].Number, cancel) : null;
    }

    /// <summary>Everything known of a pull request at one head.</summary>
    private async Task<Situation> Look(PullRequest pull, CancellationToken cancel, Situation? before = null)
    {
        // A commit that was made just now has none; of any other this is read first, since they tell who else is at work.
        IReadOnlyList<CommitStatus> statuses =
            before is null && !options.DryRun
                ? (await github.Repository.Status.GetCombined(pull.Head.Sha, cancel)).Statuses
                : [];
        ObjectId head = Fetch(pull);
        ObjectId tip = before?.Base ?? git.Resolve(BaseReference);
        CommitTree baseTree = before?.BaseTree ?? new CommitTree(git, tip);
        CommitTree headTree = new(git, head);
        ObjectId fork = git.MergeBase(tip, head) ?? tip;
        string[] changed = [.. git.Diff(fork, head).Select(c => c.Path)];
        bool ours = Previewer.KindOf(changed) != ChangeKind.Ordinary;
        IReadOnlyList<PullRequest> open =
            before?.Open
            ?? (ours ? await github.PullRequest.GetAll(ItemState.Open, pull.Base.Ref, cancel: cancel) : []);
        IReadOnlyList<IssueComment> comments =
            before?.Comments ?? await github.Issue.Comment.GetAllForIssue(pull.Number, cancel);
        PreviewInput input = new()
        {
            Base = baseTree,
            Head = headTree,
            ChangedPaths = changed,
            Fork = fork == tip ? null : new CommitTree(git, fork),
            Author = pull.User?.Login,
            IsFork = pull.IsFork,
            Elsewhere = before?.Elsewhere ?? Demands(open, pull, baseTree, tip),
            GpuHoursUsed = options.GpuHoursUsed,
            Known = JobKnowledge.Of(options.Ledger, options.Time.GetUtcNow()),
        };
        SubmissionPreview preview = Previewer.Of(input);
        IReadOnlyList<GivenReview>? reviews = before?.Reviews;
        bool isOpen = preview.Verdict != Verdict.Blocked;
        bool approves = isOpen && preview.Approvals.IsNeeded;
        if (approves || (isOpen && preview.Stops.Any(s => s.MustBeConfirmed)))
        {
            // A confirmation is a comment; only approvals are reviews too.
            if (approves)
            {
                reviews ??= [.. (await github.PullRequest.Review.GetAll(pull.Number, cancel)).Select(GivenReview.Of)];
            }

            HashSet<string> same = SameRequests.Of(git, head, preview);
            ApprovalInput approvals = new(
                pull.User?.Login,
                same,
                [
                    .. GivenReview.Statements(reviews ?? [], comments),
                    .. LifecycleBranch.Confirmation(pull, headTree, changed),
                ]
            )
            {
                // Somebody else's pull request of the same commits would let its true author approve them.
                AlsoAuthors =
                [
                    .. open.Where(p => same.Contains(p.Head.Sha) && p.Number != pull.Number)
                        .Select(p => p.User?.Login)
                        .OfType<string>(),
                ],
            };
            preview = Previewer.Of(input with { Approvals = approvals });
        }

        return new Situation(
            pull,
            tip,
            baseTree,
            headTree,
            preview,
            open,
            comments,
            reviews ?? [],
            input.Elsewhere,
            fork,
            git,
            statuses
        );
    }

    private ObjectId Fetch(PullRequest pull)
    {
        ObjectId head = ObjectId.Parse(pull.Head.Sha);
        git.Fetch(
            options.Remote,
            [
                $"+refs/heads/{pull.Base.Ref}:{BaseReference}",
                $"+refs/pull/{pull.Number}/head:refs/rayquest/pull/{pull.Number}/head",
            ],
            options.Credential
        );
        // GitHub may show a head that its pull reference doesn't have yet, and the other way round.
        git.FetchCommit(options.Remote, head, options.Credential);
        return head;
    }

    // Only those that were judged to be submissions once: they carry our label.
    private List<PendingDemand> Demands(
        IReadOnlyList<PullRequest> open,
        PullRequest self,
        CommitTree baseTree,
        ObjectId tip
    )
    {
        PullRequest[] others =
        [
            .. open.Where(p =>
                    p.Number != self.Number
                    && !p.Draft
                    && p.Labels.Any(l => l.Name is ReviewLabels.Pass or ReviewLabels.NeedsApproval)
                )
                .Take(options.MaxOthers),
        ];
        if (others.Length == 0)
        {
            return [];
        }

        ObjectId[] missing = [.. others.Select(p => ObjectId.Parse(p.Head.Sha)).Where(id => !git.Has(id))];
        if (missing.Length > 0)
        {
            git.Fetch(options.Remote, [.. missing.Select(id => id.ToString())], options.Credential);
        }

        List<PendingDemand> demands = [];
        foreach (PullRequest other in others)
        {
            ObjectId head = ObjectId.Parse(other.Head.Sha);
            ObjectId fork = git.MergeBase(tip, head) ?? tip;
            demands.AddRange(
                Previewer.DemandOf(
                    other.Number,
                    new PreviewInput
                    {
                        Base = baseTree,
                        Head = new CommitTree(git, head),
                        ChangedPaths = [.. git.Diff(fork, head).Select(c => c.Path)],
                    }
                )
            );
        }

        return demands;
    }

    /// <summary>Commits the rendering on top of exactly the judged head; null when the branch has moved.</summary>
    private async Task<string?> CommitRendering(PullRequest pull, Situation situation, CancellationToken cancel)
    {
        IReadOnlyList<RenderChange> changes = situation.Preview.RenderChanges;
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

        // Ours is the commit right on the judged head that leaves nothing to render; any other head has moved.
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
