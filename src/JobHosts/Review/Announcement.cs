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
internal sealed class Announcement(
    GitHubClient github,
    GitRepository git,
    ReviewOptions options,
    PullRequestFacts facts,
    List<string> written,
    bool again = false
)
{
    public const string CheckName = "rayquest review";

    /// <summary>What a check run is called that was made at the same moment as another.</summary>
    public const string SupersededCheck = CheckName + " (superseded)";

    private const int AnnotationsPerCall = 50;
    private const int MostAnnotations = 500;
    private const int CheckBytes = 65_000;

    private readonly ChangeEvaluation preview = facts.Evaluation;
    private readonly PullRequest pull = facts.Pull;

    // The last status of ours when reading began: where there was none, nobody had begun to write about this head.
    private readonly StatusMark? before = facts.Status;
    private bool made;

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
        ReviewOutcome outcome = new(ReviewResult.Judged, pull.Number, Head, preview, body, summary, null, written);
        if (options.DryRun)
        {
            return outcome;
        }

        List<IssueComment> ours = await OurComment.Among(facts.Comments, github, cancel);
        bool speaks = preview.Kind != ChangeKind.Ordinary || preview.Verdict != Verdict.Pass || ours.Count > 0;
        IReadOnlyList<string>? labels = Labels(speaks);
        (CommitState state, string words) = ReviewStatus.Of(preview);
        CheckReport check = Report(summary);
        List<CheckRun> runs = speaks && before is not null ? await CheckRuns(cancel) : [];
        IReadOnlyList<NewReviewComment> remarks =
            speaks && preview.Verdict == Verdict.Blocked ? Suggestions.Of(git, facts) : [];
        bool statusIsRight = before is { } last && last.State == state && last.Description == words;
        bool commentIsRight =
            ours.Count == (speaks ? 1 : 0) && (!speaks || OurComment.ReviewPart(ours[0]) == body.ToString().TrimEnd());
        bool checkIsRight =
            !speaks || (runs is [{ Status: CheckStatus.Completed } only] && only.ExternalId == check.Id);
        bool mergeIsRight = !merges || pull.AutoMerge is not null;
        if (again)
        {
            await RemoveSurplusSuggestions(remarks, cancel);
        }

        if (statusIsRight && commentIsRight && checkIsRight && labels is null && mergeIsRight)
        {
            return outcome;
        }

        // Reading took time: what is about to be said must still be about this head.
        if (
            !written.Exists(w => w.StartsWith("commit ", StringComparison.Ordinal))
            && (await github.PullRequest.Get(pull.Number, cancel)).Head.Sha != Head
        )
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
            written.Add($"status {state.ToString().ToLowerInvariant()}");
        }

        if (!checkIsRight)
        {
            await WriteCheck(check, runs, cancel);
        }

        if (remarks.Count > 0 && !(checkIsRight && commentIsRight))
        {
            await Suggest(remarks, cancel);
        }

        if (labels is not null)
        {
            await WriteLabels(labels, cancel);
        }

        if (speaks && !commentIsRight)
        {
            await WriteComment(body.ToString(), ours, cancel);
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

    private async Task WriteComment(string body, List<IssueComment> ours, CancellationToken cancel)
    {
        if (ours.Count > 0)
        {
            if (OurComment.ReviewPart(ours[0]) != body.TrimEnd())
            {
                await github.Issue.Comment.Update(ours[0].Id, body, cancel);
                written.Add("comment updated");
            }
        }
        else
        {
            await WriteOnce.Run<IssueComment>(
                github,
                async later =>
                    (
                        await OurComment.Among(
                            await github.Issue.Comment.GetAllForIssue(pull.Number, later),
                            github,
                            later
                        )
                    ).FirstOrDefault(),
                later => github.Issue.Comment.Create(pull.Number, body, later),
                cancel
            );
            written.Add("comment");
            made = true;
        }

        foreach (IssueComment surplus in ours.Skip(1))
        {
            await github.Issue.Comment.Delete(surplus.Id, cancel);
            written.Add("surplus comment deleted");
        }
    }

    /// <summary>The labels the pull request should have; null when it has them.</summary>
    private List<string>? Labels(bool speaks)
    {
        List<string> others =
        [
            .. pull.Labels.Select(l => l.Name).Where(l => !l.StartsWith(ReviewLabels.Prefix, StringComparison.Ordinal)),
        ];
        List<string> wanted =
            speaks && preview.Kind != ChangeKind.Ordinary ? [.. others, ReviewLabels.Of(preview.Verdict)] : others;
        return
            pull.Labels.Count == wanted.Count && pull.Labels.All(l => wanted.Contains(l.Name, StringComparer.Ordinal))
            ? null
            : wanted;
    }

    private async Task WriteLabels(IReadOnlyList<string> wanted, CancellationToken cancel)
    {
        if (pull.Labels.All(l => wanted.Contains(l.Name, StringComparer.Ordinal)))
        {
            await github.Issue.Labels.AddToIssue(pull.Number, [ReviewLabels.Of(preview.Verdict)], cancel);
        }
        else
        {
            await github.Issue.Labels.ReplaceAllForIssue(pull.Number, wanted, cancel);
        }

        written.Add("labels");
    }

    /// <summary>What the check run should say.</summary>
    /// <param name="Id">Of all that it says: a completed run with this id is right.</param>
    private sealed record CheckReport(
        string Title,
        string Text,
        CheckConclusion Conclusion,
        string Id,
        IReadOnlyList<NewCheckRunAnnotation> Annotations
    )
    {
        public NewCheckRunOutput Output(IReadOnlyList<NewCheckRunAnnotation>? batch) => new(Title, Text, null, batch);
    }

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

    /// <summary>Our check runs on the head, the oldest first: that is the one which stays.</summary>
    private async Task<List<CheckRun>> CheckRuns(CancellationToken cancel) =>
        [.. (await github.Check.Run.GetAllForReference(Head, CheckName, all: true, cancel)).OrderBy(r => r.Id)];

    private async Task WriteCheck(CheckReport report, List<CheckRun> runs, CancellationToken cancel)
    {
        // They can't be deleted: what was made at the same moment is renamed and ends without a verdict.
        foreach (CheckRun surplus in runs.Skip(1))
        {
            await github.Check.Run.Update(
                surplus.Id,
                new CheckRunUpdate(
                    CheckStatus.Completed,
                    CheckConclusion.Skipped,
                    Output: new NewCheckRunOutput(
                        "Superseded",
                        $"Two evaluations of this commit ran at the same moment; `{CheckName}` holds the result of both."
                    ),
                    Name: SupersededCheck
                ),
                cancel
            );
            written.Add("surplus check run superseded");
        }

        CheckRun? run = runs.FirstOrDefault();
        if (run is { Status: CheckStatus.Completed } && run.ExternalId == report.Id)
        {
            return;
        }

        IReadOnlyList<NewCheckRunAnnotation> annotations = report.Annotations;
        int sent = run?.Output.AnnotationsCount ?? 0;
        if (run is null)
        {
            bool whole = annotations.Count <= AnnotationsPerCall;
            NewCheckRun first = new(
                CheckName,
                Head,
                whole ? CheckStatus.Completed : CheckStatus.InProgress,
                whole ? report.Conclusion : null,
                whole ? report.Id : null,
                options.RunUrl,
                report.Output([.. annotations.Take(AnnotationsPerCall)])
            );
            run = await WriteOnce.Run<CheckRun>(
                github,
                async later => (await CheckRuns(later)).FirstOrDefault(),
                later => github.Check.Run.Create(first, later),
                cancel
            );
            sent = Math.Min(annotations.Count, AnnotationsPerCall);
            written.Add("check run");
            made = true;
            if (whole)
            {
                return;
            }
        }

        // Annotations can only be added: what an earlier, interrupted run sent is counted and gone on from.
        while (sent < annotations.Count)
        {
            NewCheckRunAnnotation[] batch = [.. annotations.Skip(sent).Take(AnnotationsPerCall)];
            int expected = sent + batch.Length;
            long number = run.Id;
            await WriteOnce.Run<CheckRun>(
                github,
                async later =>
                    await github.Check.Run.Get(number, later) is { } now && now.Output.AnnotationsCount >= expected
                        ? now
                        : null,
                later => github.Check.Run.Update(number, new CheckRunUpdate(Output: report.Output(batch)), later),
                cancel
            );
            sent = expected;
        }

        await github.Check.Run.Update(
            run.Id,
            new CheckRunUpdate(
                CheckStatus.Completed,
                report.Conclusion,
                options.RunUrl,
                report.Output(null),
                report.Id
            ),
            cancel
        );
        written.Add("check run completed");
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

    private async Task Suggest(IReadOnlyList<NewReviewComment> remarks, CancellationToken cancel)
    {
        string marker = MarkerOf(remarks);
        if (before is not null && await Find(cancel) is not null)
        {
            return;
        }

        string body = MarkdownText.Of($"{remarks.Count} × mended by a click.\n\n") + marker;
        try
        {
            await WriteOnce.Run<PullRequestReview>(
                github,
                Find,
                later =>
                    github.PullRequest.Review.Create(
                        pull.Number,
                        new NewPullRequestReview(Head, "COMMENT", body, remarks),
                        later
                    ),
                cancel
            );
            written.Add("suggestions");
            made = true;
        }
        catch (GitHubRefused)
        {
            // GitHub's diff and ours may differ on a line; the comment and the annotations have told everything.
            written.Add("suggestions refused");
        }

        async Task<PullRequestReview?> Find(CancellationToken later) =>
            (await github.PullRequest.Review.GetAll(pull.Number, later)).FirstOrDefault(r => IsOf(r, marker));
    }

    /// <summary>Takes back what two evaluations suggested at the same moment; the older review stays.</summary>
    private async Task RemoveSurplusSuggestions(IReadOnlyList<NewReviewComment> remarks, CancellationToken cancel)
    {
        if (remarks.Count == 0)
        {
            return;
        }

        string marker = MarkerOf(remarks);
        PullRequestReview[] same =
        [
            .. (await github.PullRequest.Review.GetAll(pull.Number, cancel)).Where(r => IsOf(r, marker)),
        ];
        if (same.Length < 2)
        {
            return;
        }

        // Anybody can write our marker; only what we wrote is ours to take back.
        string login = await github.GraphQL.Viewer(cancel);
        PullRequestReview[] surplus =
        [
            .. same.Where(r => string.Equals(r.User?.Login, login, StringComparison.OrdinalIgnoreCase))
                .OrderBy(r => r.Id)
                .Skip(1),
        ];
        IReadOnlyList<PullRequestReviewComment> lines =
            surplus.Length == 0 ? [] : await github.PullRequest.ReviewComment.GetAll(pull.Number, cancel);
        foreach (PullRequestReview review in surplus)
        {
            foreach (PullRequestReviewComment line in lines.Where(l => l.PullRequestReviewId == review.Id))
            {
                await github.PullRequest.ReviewComment.Delete(line.Id, cancel);
            }

            await github.PullRequest.Review.Update(
                pull.Number,
                review.Id,
                "<sub>superseded: the same suggestions were made at the same moment</sub>",
                cancel
            );
            written.Add("surplus suggestions removed");
        }
    }

    private static string MarkerOf(IReadOnlyList<NewReviewComment> remarks)
    {
        string digest = JobHeader.Digest(
            Encoding.UTF8.GetBytes(string.Concat(remarks.Select(r => $"{r.Path}\n{r.Line}\n{r.Body}\n")))
        )[..16];
        return $"{Suggestions.Marker}{digest} -->";
    }

    private bool IsOf(PullRequestReview review, string marker) =>
        review.CommitId == Head && review.Body?.Contains(marker, StringComparison.Ordinal) == true;

    private async Task EnableAutoMerge(CancellationToken cancel)
    {
        try
        {
            await github.GraphQL.EnablePullRequestAutoMerge(pull.NodeId, PullRequestMergeMethod.Merge, Head, cancel);
            written.Add("auto-merge");
        }
        catch (GitHubRefused)
        {
            // Nothing left to wait for, so there is nothing to enable: merge exactly what was judged.
            MergeResult result = await github.PullRequest.Merge(pull.Number, new MergePullRequest(Head), cancel);
            written.Add(result.Outcome == MergeOutcome.Merged ? "merged" : $"not merged ({result.Reason})");
        }
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
