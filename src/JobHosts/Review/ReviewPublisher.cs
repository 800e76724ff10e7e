using System.Security.Cryptography;
using System.Text;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// Reports to GitHub what a pull request came to: check run, suggestions, labels, and last the comment, under the statuses that
/// <see cref="StatusPublication"/> puts. GitHub can't be asked to make something only where there is none: of two that were made
/// at once the older stays.
/// </summary>
/// <param name="contests">
/// How often another evaluation was seen: after the first, what costs a call of its own is looked at too.
/// </param>
internal sealed class ReviewPublisher(
    GitHubClient github,
    GitRepository git,
    ReviewOptions options,
    PullRequestFacts facts,
    WriteLog log,
    int contests = 0
)
{
    private readonly GitHubClient github = github;
    private readonly ReviewOptions options = options;
    private readonly PullRequestFacts facts = facts;
    private const int MostLooks = 30;
    private const int MostAnnotations = 500;
    private const int CheckBytes = 65_000;

    private readonly ChangeEvaluation preview = facts.Evaluation;
    private readonly PullRequest pull = facts.Pull;

    // The last status of ours when reading began: where there was none, no evaluation had begun to write about this head.
    private readonly StatusMark? before = facts.Status;

    private string Head => pull.Head.Sha;

    /// <summary>Whether another evaluation was seen, so that what was read may be old and what was made may be there twice.</summary>
    public bool IsContested { get; private set; }

    /// <summary>
    /// Writes what differs from what is there; null when everything must be read anew: the head moved while it was
    /// being written about, or <see cref="IsContested"/>.
    /// </summary>
    public async Task<ReviewOutcome?> Publish(CancellationToken cancel)
    {
        bool merges =
            preview.Verdict == Verdict.Pass
            && preview.Kind == ChangeKind.Submission
            && preview.Platform.AutoMerge
            && options.StartsWorkflows
            && !pull.Draft;
        CommentContext context = new(
            options.Page,
            Head,
            facts.Change.Tip.ToString(),
            options.RunUrl is null ? null : options.Page,
            merges,
            Route(),
            IsUnprotected: facts.History.IsUnprotected
        );
        // The run's address changes with every run and would make every comment new; the check run links to it.
        MarkdownText body = BotComment.MarkerOf(pull) + ReviewComment.Write(preview, context with { RunUrl = null });
        MarkdownText summary = ReviewComment.Write(preview, context, ReviewComment.SummaryLimit);
        ReviewOutcome outcome = new(ReviewResult.Evaluated, pull.Number, Head, preview, body, summary, null, log.Lines);
        if (options.DryRun)
        {
            return outcome;
        }

        List<IssueComment> ours = await BotComment.Among(facts.Comments, github, cancel);
        // What is merely odd about policies is said on their own pull request, and nowhere else.
        bool speaks =
            preview.Kind != ChangeKind.Ordinary
            || preview.Verdict != Verdict.Pass
            || preview.Findings.Count > 0
            || ours.Count > 0;
        CheckRunWriter check = new(
            github,
            options,
            Head,
            speaks ? Report(summary) : null,
            speaks && before is not null ? await CheckRunWriter.Read(github, Head, cancel) : [],
            log
        );
        CommentWriter comment = new(github, pull, speaks ? body.ToString() : null, ours, log);
        SuggestionWriter suggestions = new(
            github,
            pull,
            speaks && preview.Verdict == Verdict.Blocked ? Suggestions.Of(git, facts) : [],
            before is not null,
            check.IsRight && comment.IsRight,
            log
        );
        LabelWriter labels = new(
            github,
            pull,
            speaks && preview.Kind != ChangeKind.Ordinary ? preview.Verdict : null,
            log
        );
        IReviewPart[] parts = [check, suggestions, labels, comment];
        (CommitState state, string words) = ReviewStatus.Of(preview);
        bool statusIsRight =
            before is { } last
            && last.State == state
            && last.Description == words
            // Anybody who may write can put one that looks like ours; where ours is required, theirs doesn't count.
            && (last.Creator is null || ApprovalReader.IsViewer(last.Creator, facts.History));
        bool mergeIsRight = !merges || pull.AutoMerge is not null;
        if (contests > 0)
        {
            await suggestions.RemoveSurplus(cancel);
        }

        if (statusIsRight && mergeIsRight && parts.All(p => p.IsRight))
        {
            return outcome;
        }

        PublicationResult result = await StatusPublication.Publish(
            new Gate(this, parts, cancel),
            before,
            state,
            words,
            isAtOnce: preview.Kind == ChangeKind.Ordinary
        );
        if (!statusIsRight)
        {
            log.Add($"status {state.ToString().ToLowerInvariant()}");
        }

        IsContested = result is PublicationResult.Contested or PublicationResult.Overtaken;
        if (result == PublicationResult.Overtaken)
        {
            await WaitForOthers(cancel);
        }

        if (result != PublicationResult.Done)
        {
            return null;
        }

        if (!mergeIsRight)
        {
            await EnableAutoMerge(cancel);
        }

        return outcome;
    }

    // Two that went on at the same pace would meet again and again: each waits longer every time, by chance.
    private async Task WaitForOthers(CancellationToken cancel)
    {
        Gate gate = new(this, [], cancel);
        long last = 0;
        for (int look = 0; look < MostLooks; look++)
        {
            int most = 700 << Math.Min(contests, 3);
            await github.Connection.Pause(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(300, most)), cancel);
            PublishedStatus newest = (await gate.All()).MaxBy(s => s.Id)!;
            if (newest.Id == last && newest.Description != StatusPublication.Evaluating)
            {
                return;
            }

            last = newest.Id;
        }
    }

    /// <summary>The head as GitHub holds it.</summary>
    private sealed class Gate(ReviewPublisher publisher, IReadOnlyList<IReviewPart> parts, CancellationToken cancel)
        : IStatusGate
    {
        public async Task<PublishedStatus> Put(CommitState state, string description) =>
            Of(
                await publisher.github.Repository.Status.Create(
                    publisher.Head,
                    new NewCommitStatus(state, ReviewStatus.Context, description, publisher.options.RunUrl),
                    cancel
                )
            );

        public async Task<IReadOnlyList<PublishedStatus>> All() =>
            [
                .. (await publisher.github.Repository.Status.Newest(publisher.Head, cancel))
                    .Where(s => s.Context == ReviewStatus.Context)
                    .Select(Of),
            ];

        // Sent again after an outage, it would rest on what was read before.
        public async Task<PublishedStatus?> PutSuccess(string description) =>
            await publisher.github.Repository.Status.CreateWhile(
                publisher.Head,
                new NewCommitStatus(CommitState.Success, ReviewStatus.Context, description, publisher.options.RunUrl),
                async _ => await Reread() == PublicationResult.Done,
                cancel
            )
                is { } status
                ? Of(status)
                : null;

        public async Task<PublicationResult> Reread()
        {
            (PullRequest pull, PullRequestFacts facts) = (publisher.pull, publisher.facts);
            PullRequestHistory now = await publisher.github.GraphQL.History(pull.Number, pull.Base.Ref, cancel);
            if (now.Head != publisher.Head)
            {
                // GraphQL may lag behind our own commit, and REST may not.
                if ((await publisher.github.PullRequest.Get(pull.Number, cancel)).Head.Sha != publisher.Head)
                {
                    return PublicationResult.HeadMoved;
                }
            }

            return
                now.BaseTip is { } tip
                && tip == facts.Change.Tip.ToString()
                && now.Touched.SequenceEqual(facts.History.Touched)
                && SameHead(now.Open).SequenceEqual(SameHead(facts.Open))
                && (await Said(now)).SequenceEqual(
                    Statements.Of(facts.Reviews ?? await Reviews(), facts.Comments, facts.History.DismissedRequests)
                )
                ? PublicationResult.Done
                : PublicationResult.Contested;

            async Task<IEnumerable<JobReport.Approvals.ApprovalEvent>> Said(PullRequestHistory history) =>
                Statements.Of(
                    history.Reviews ?? await Reviews(),
                    history.Comments ?? await publisher.github.Issue.Comment.GetAllForIssue(pull.Number, cancel),
                    history.DismissedRequests
                );

            Task<IReadOnlyList<PullRequestReview>> Reviews() =>
                publisher.github.PullRequest.Review.GetAll(pull.Number, cancel);

            IEnumerable<int> SameHead(IReadOnlyList<OpenPull>? open) =>
                (open ?? publisher.facts.Open)
                    .Where(p => p.Head == publisher.Head && p.Number != pull.Number)
                    .Select(p => p.Number)
                    .Order();
        }

        public async Task<bool> WriteParts()
        {
            bool made = false;
            foreach (IReviewPart part in parts)
            {
                if (!part.IsRight)
                {
                    made |= await part.Write(cancel);
                }
            }

            return made;
        }

        private static PublishedStatus Of(CommitStatus status) =>
            new(status.Id, status.NodeId, status.CreatedAt, status.Description);
    }

    private RenderRoute Route() =>
        preview.Manifests.Count == 0 ? RenderRoute.None
        : pull.IsFork ? RenderRoute.AtMerge
        : RenderRoute.OnBranch;

    private CheckReport Report(MarkdownText summary)
    {
        CheckConclusion conclusion = preview.Verdict switch
        {
            Verdict.Pass => CheckConclusion.Success,
            Verdict.NeedsApproval => CheckConclusion.Neutral,
            _ => CheckConclusion.Failure,
        };
        // GitHub counts bytes here, and takes 65,535 of them.
        string text =
            Encoding.UTF8.GetByteCount(summary.ToString()) <= CheckBytes
                ? summary.ToString()
                : ReviewComment
                    .Write(preview, new CommentContext(options.Page, Head, facts.Change.Tip.ToString(), Route: Route()))
                    .ToString();
        string id = JobHeader.Digest(Encoding.UTF8.GetBytes(text + conclusion))[..16];
        return new CheckReport(ReviewComment.Headline(preview), text, conclusion, id, Annotations());
    }

    private List<NewCheckRunAnnotation> Annotations()
    {
        List<NewCheckRunAnnotation> annotations = [];
        Language spoken = Language.Of(preview.Language);
        foreach (Finding found in preview.Findings.OrderByDescending(f => f.Severity).Take(MostAnnotations))
        {
            Finding finding = spoken.Of(found);
            string path = finding.Span.Source.Path;
            if (!Suggestions.IsAsInHead(git, facts.Change, path))
            {
                continue; // GitHub refuses lines the head doesn't have; the comment says it.
            }

            (LinePosition start, LinePosition end) = (finding.Span.Start, finding.Span.End);
            bool oneLine = start.Line == end.Line;
            annotations.Add(
                new NewCheckRunAnnotation(
                    path,
                    start.Line,
                    end.Line,
                    finding.Severity == Severity.Error ? CheckAnnotationLevel.Failure : CheckAnnotationLevel.Warning,
                    VisibleText.Lines(TextShortening.Cut(finding.Message, 4000)),
                    $"{finding.Rule.Code} {finding.Rule.Name}",
                    oneLine ? start.Column : null,
                    oneLine ? end.Column : null
                )
            );
        }

        return annotations;
    }

    private async Task EnableAutoMerge(CancellationToken cancel)
    {
        try
        {
            await github.GraphQL.EnablePullRequestAutoMerge(pull.NodeId, PullRequestMergeMethod.Merge, Head, cancel);
            log.Add("auto-merge");
        }
        catch (GitHubRefused)
        {
            // Nothing left to wait for, so there is nothing to enable: merge exactly what was evaluated.
            MergeResult result = await github.PullRequest.Merge(pull.Number, new MergePullRequest(Head), cancel);
            log.Add(result.Outcome == MergeOutcome.Merged ? "merged" : $"not merged ({result.Reason})");
        }
    }
}
