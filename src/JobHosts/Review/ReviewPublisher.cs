using System.Text;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// Tells GitHub what a pull request came to: status, check run, suggestions, labels, and last the comment. GitHub can't be
/// asked to make something only where there is none, so the status is a bell: whoever is about to write rings it first and
/// looks afterwards whether anybody else has rung since he began to read. If so, one of both may have told what was no
/// longer so, or made something twice: he reads everything anew and puts it right. Of two made at once the older stays.
/// </summary>
/// <param name="again">Whether somebody else was heard: what can't be seen for nothing is looked at too.</param>
internal sealed class ReviewPublisher(
    GitHubClient github,
    GitRepository git,
    ReviewOptions options,
    PullRequestFacts facts,
    WriteLog log,
    bool again = false
)
{
    private const int MostAnnotations = 500;
    private const int CheckBytes = 65_000;

    private readonly ChangeEvaluation preview = facts.Evaluation;
    private readonly PullRequest pull = facts.Pull;

    // The last status of ours when reading began: where there was none, nobody had begun to write about this head.
    private readonly StatusMark? before = facts.Status;

    private string Head => pull.Head.Sha;

    /// <summary>Whether another evaluation was heard, so that what was read may be old and what was made may be there twice.</summary>
    public bool IsContested { get; private set; }

    /// <summary>
    /// Writes what differs from what is there; null when everything must be read anew: the head moved before anything was
    /// written, or <see cref="IsContested"/>.
    /// </summary>
    public async Task<ReviewOutcome?> Publish(CancellationToken cancel)
    {
        bool merges =
            preview.Verdict == Verdict.Pass
            && preview.Kind == ChangeKind.Submission
            && preview.Platform.AutoMerge
            && options.StartsWorkflows
            && !pull.Draft;
        CommentPlace place = new(
            options.Page,
            Head,
            facts.Change.Tip.ToString(),
            options.RunUrl is null ? null : options.Page,
            merges,
            Route(),
            IsUnprotected: facts.History.IsUnprotected
        );
        // The run's address changes with every run and would make every comment new; the check run links to it.
        MarkdownText body = OurComment.MarkerOf(pull) + ReviewComment.Write(preview, place with { RunUrl = null });
        MarkdownText summary = ReviewComment.Write(preview, place, ReviewComment.SummaryLimit);
        ReviewOutcome outcome = new(ReviewResult.Judged, pull.Number, Head, preview, body, summary, null, log.Lines);
        if (options.DryRun)
        {
            return outcome;
        }

        List<IssueComment> ours = await OurComment.Among(facts.Comments, github, cancel);
        bool speaks = preview.Kind != ChangeKind.Ordinary || preview.Verdict != Verdict.Pass || ours.Count > 0;
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
        bool statusIsRight = before is { } last && last.State == state && last.Description == words;
        bool mergeIsRight = !merges || pull.AutoMerge is not null;
        if (again)
        {
            await suggestions.RemoveSurplus(cancel);
        }

        if (statusIsRight && mergeIsRight && parts.All(p => p.IsRight))
        {
            return outcome;
        }

        // Reading took time: what is about to be said must still be about this head.
        if (!log.HasCommitted && (await github.PullRequest.Get(pull.Number, cancel)).Head.Sha != Head)
        {
            return null;
        }

        // Rung even where the status is right: others must hear that somebody writes.
        CommitStatus rung = await github.Repository.Status.Create(
            Head,
            new NewCommitStatus(state, ReviewStatus.Context, words, options.RunUrl),
            cancel
        );
        if (!statusIsRight)
        {
            log.Add($"status {state.ToString().ToLowerInvariant()}");
        }

        bool made = false;
        foreach (IReviewPart part in parts)
        {
            if (!part.IsRight)
            {
                made |= await part.Write(cancel);
            }
        }

        // Somebody who had rung before may still be writing and look before he hears this ring: only what was made without
        // anybody in sight is made once for sure.
        IsContested = (made && before is not null) || await SomebodyRang(rung, cancel);
        if (IsContested)
        {
            return null;
        }

        if (!mergeIsRight)
        {
            await EnableAutoMerge(cancel);
        }

        return outcome;
    }

    private async Task<bool> SomebodyRang(CommitStatus rung, CancellationToken cancel)
    {
        CommitStatus[] all =
        [
            .. (await github.Repository.Status.Newest(Head, cancel)).Where(s => s.Context == ReviewStatus.Context),
        ];
        long read = before is null ? 0 : (all.FirstOrDefault(s => s.NodeId == before.NodeId)?.Id ?? 0);
        return all.Any(s =>
            s.Id != rung.Id
            // Where the one we read is not among them, the moment has to do.
            && (read > 0 || before is null ? s.Id > read : s.CreatedAt > before.CreatedAt)
        );
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
                    .Write(preview, new CommentPlace(options.Page, Head, facts.Change.Tip.ToString(), Route: Route()))
                    .ToString();
        string id = JobHeader.Digest(Encoding.UTF8.GetBytes(text + conclusion))[..16];
        return new CheckReport(ReviewComment.Headline(preview), text, conclusion, id, Annotations());
    }

    private List<NewCheckRunAnnotation> Annotations()
    {
        List<NewCheckRunAnnotation> annotations = [];
        foreach (Finding finding in preview.Findings.OrderByDescending(f => f.Severity).Take(MostAnnotations))
        {
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
                    VisibleText.Lines(Cut(finding.Message, 4000)),
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
            // Nothing left to wait for, so there is nothing to enable: merge exactly what was judged.
            MergeResult result = await github.PullRequest.Merge(pull.Number, new MergePullRequest(Head), cancel);
            log.Add(result.Outcome == MergeOutcome.Merged ? "merged" : $"not merged ({result.Reason})");
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
