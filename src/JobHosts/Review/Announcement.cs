using System.Globalization;
using System.Text;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Preview;
using Rayquest.JobReport.Verdicts;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// Tells GitHub what a pull request came to: status, check run, suggestions, labels, and last the comment. The comment is
/// written last because it says that all the rest is written: where its text is already as it should be, nothing is left
/// to do.
/// </summary>
internal sealed class Announcement(
    GitHubClient github,
    ReviewOptions options,
    Situation situation,
    List<string> written
)
{
    public const string StatusContext = "rayquest";
    public const string CheckName = "rayquest review";
    private const int AnnotationsPerCall = 50;
    private const int MostAnnotations = 500;

    private readonly SubmissionPreview preview = situation.Preview;
    private readonly PullRequest pull = situation.Pull;

    private string Head => pull.Head.Sha;

    /// <summary>Writes what differs from what is there; null when the head moved before anything was written.</summary>
    public async Task<ReviewOutcome?> Publish(CancellationToken cancel)
    {
        bool merges =
            preview.Verdict == Verdict.Pass
            && preview.Kind == ChangeKind.Submission
            && preview.Platform.AutoMerge
            && !pull.Draft;
        CommentPlace place = new(
            options.Page,
            Head,
            situation.Base.ToString(),
            options.RunUrl is null ? null : options.Page,
            merges,
            Route()
        );
        // The run's address changes with every run and would make every comment new; the check run links to it.
        MarkdownText body = Marker() + ReviewComment.Write(preview, place with { RunUrl = null });
        MarkdownText summary = ReviewComment.Write(preview, place, ReviewComment.SummaryLimit);
        ReviewOutcome outcome = new(ReviewResult.Judged, pull.Number, Head, preview, body, summary, null, written);
        if (options.DryRun)
        {
            return outcome;
        }

        List<IssueComment> ours = await Ours(situation.Comments, cancel);
        bool speaks = preview.Kind != ChangeKind.Ordinary || preview.Verdict != Verdict.Pass || ours.Count > 0;
        IReadOnlyList<string>? labels = Labels(speaks);
        (CommitState state, string words) = StatusOf(preview);
        CombinedCommitStatus combined = await github.Repository.Status.GetCombined(Head, cancel);
        bool statusIsRight = combined.Statuses.Any(s =>
            s.Context == StatusContext && s.State == state && s.Description == words
        );
        bool commentIsRight =
            ours.Count == (speaks ? 1 : 0) && (!speaks || ReviewPart(ours[0].Body) == body.ToString().TrimEnd());
        bool mergeIsRight = !merges || pull.AutoMerge is not null;
        if (statusIsRight && commentIsRight && labels is null && mergeIsRight)
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

        if (!statusIsRight)
        {
            await github.Repository.Status.Create(
                Head,
                new NewCommitStatus(state, StatusContext, words, options.RunUrl),
                cancel
            );
            written.Add($"status {state.ToString().ToLowerInvariant()}");
        }

        if (speaks && !commentIsRight)
        {
            // The status is written before the check run: where there was none, there can be no check run of ours.
            await WriteCheck(summary, combined.Statuses.Any(s => s.Context == StatusContext), cancel);
            await Suggest(cancel);
        }

        if (labels is not null)
        {
            await WriteLabels(labels, cancel);
        }

        if (speaks && !commentIsRight)
        {
            await WriteComment(body.ToString(), ours, cancel);
        }

        if (!mergeIsRight)
        {
            await EnableAutoMerge(cancel);
        }

        return outcome;
    }

    private RenderRoute Route() =>
        preview.Manifests.Count == 0 ? RenderRoute.None
        : pull.IsFork ? RenderRoute.AtMerge
        : RenderRoute.OnBranch;

    private MarkdownText Marker() =>
        MarkdownText.Marker(
            string.Create(CultureInfo.InvariantCulture, $"rayquest:review pull={pull.Number} head={Head}")
        );

    /// <summary>The gate's state and words.</summary>
    public static (CommitState State, string Words) StatusOf(SubmissionPreview preview) =>
        (
            preview.IsOurFault
                ? CommitState.Error
                : preview.Verdict switch
                {
                    Verdict.Pass => CommitState.Success,
                    Verdict.NeedsApproval => CommitState.Pending,
                    _ => CommitState.Failure,
                },
            ReviewComment.Headline(preview)
        );

    // After the merge the status of the jobs is kept in the same comment, below what the review wrote.
    private static string ReviewPart(string? text)
    {
        string body = (text ?? "").ReplaceLineEndings("\n");
        int end = body.IndexOf("<!-- rayquest:status", StringComparison.Ordinal);
        return (end < 0 ? body : body[..end]).TrimEnd();
    }

    private async Task<List<IssueComment>> Ours(IReadOnlyList<IssueComment> comments, CancellationToken cancel)
    {
        IssueComment[] marked =
        [
            .. comments.Where(c => c.Body?.StartsWith(ReviewComment.Marker, StringComparison.Ordinal) == true),
        ];
        if (marked.All(c => c.User?.Type == "Bot"))
        {
            return [.. marked.OrderBy(c => c.Id)];
        }

        // Anybody can write our marker; only what we wrote is ours.
        string login = await github.GraphQL.Viewer(cancel);
        return
        [
            .. marked
                .Where(c => string.Equals(c.User?.Login, login, StringComparison.OrdinalIgnoreCase))
                .OrderBy(c => c.Id),
        ];
    }

    private async Task WriteComment(string body, List<IssueComment> ours, CancellationToken cancel)
    {
        if (ours.Count > 0)
        {
            await github.Issue.Comment.Update(ours[0].Id, body, cancel);
            written.Add("comment updated");
        }
        else
        {
            await WriteOnce.Run<IssueComment>(
                github,
                async again =>
                    (await Ours(await github.Issue.Comment.GetAllForIssue(pull.Number, again), again)).FirstOrDefault(),
                again => github.Issue.Comment.Create(pull.Number, body, again),
                cancel
            );
            written.Add("comment");
            // Two evaluations at once may both have found none: the older one stays.
            ours = await Ours(await github.Issue.Comment.GetAllForIssue(pull.Number, cancel), cancel);
            if (ours.Count > 1 && ReviewPart(ours[0].Body) != body.TrimEnd())
            {
                await github.Issue.Comment.Update(ours[0].Id, body, cancel);
            }
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

    private async Task WriteCheck(MarkdownText summary, bool mayExist, CancellationToken cancel)
    {
        IReadOnlyList<NewCheckRunAnnotation> annotations = Annotations();
        CheckConclusion conclusion = preview.Verdict switch
        {
            Verdict.Pass => CheckConclusion.Success,
            Verdict.NeedsApproval => CheckConclusion.Neutral,
            _ => CheckConclusion.Failure,
        };
        string title = ReviewComment.Headline(preview);
        string text =
            summary.Length <= 60_000
                ? summary.ToString()
                : ReviewComment
                    .Write(preview, new CommentPlace(options.Page, Head, situation.Base.ToString(), Route: Route()))
                    .ToString();
        string id = JobHeader.Digest(Encoding.UTF8.GetBytes(text + conclusion))[..16];
        CheckRun? run = mayExist ? await Find(cancel) : null;
        if (run is { Status: CheckStatus.Completed } && run.ExternalId == id)
        {
            return;
        }

        int sent = run?.Output.AnnotationsCount ?? 0;
        if (run is null)
        {
            run = await WriteOnce.Run<CheckRun>(
                github,
                Find,
                again =>
                    github.Check.Run.Create(
                        Is(Output([.. annotations.Take(AnnotationsPerCall)]), annotations.Count <= AnnotationsPerCall),
                        again
                    ),
                cancel
            );
            sent = Math.Min(annotations.Count, AnnotationsPerCall);
            written.Add("check run");
            if (annotations.Count <= AnnotationsPerCall)
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
                async again =>
                    await github.Check.Run.Get(number, again) is { } now && now.Output.AnnotationsCount >= expected
                        ? now
                        : null,
                again => github.Check.Run.Update(number, new CheckRunUpdate(Output: Output(batch)), again),
                cancel
            );
            sent = expected;
        }

        await github.Check.Run.Update(
            run.Id,
            new CheckRunUpdate(CheckStatus.Completed, conclusion, options.RunUrl, Output(null), id),
            cancel
        );
        written.Add("check run completed");

        async Task<CheckRun?> Find(CancellationToken again) =>
            (await github.Check.Run.GetAllForReference(Head, CheckName, again)).FirstOrDefault();

        NewCheckRunOutput Output(IReadOnlyList<NewCheckRunAnnotation>? batch) => new(title, text, null, batch);

        NewCheckRun Is(NewCheckRunOutput output, bool whole) =>
            new(
                CheckName,
                Head,
                whole ? CheckStatus.Completed : CheckStatus.InProgress,
                whole ? conclusion : null,
                whole ? id : null,
                options.RunUrl,
                output
            );
    }

    private List<NewCheckRunAnnotation> Annotations()
    {
        List<NewCheckRunAnnotation> annotations = [];
        foreach (Finding finding in preview.Findings.OrderByDescending(f => f.Severity).Take(MostAnnotations))
        {
            string path = finding.Span.Source.Path;
            if (situation.HeadTree.Find(path) is null)
            {
                continue; // GitHub refuses a place the commit doesn't have; the comment tells it.
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

    private async Task Suggest(CancellationToken cancel)
    {
        IReadOnlyList<NewReviewComment> remarks = preview.Verdict == Verdict.Blocked ? Suggestions.Of(situation) : [];
        if (remarks.Count == 0)
        {
            return;
        }

        string digest = JobHeader.Digest(
            Encoding.UTF8.GetBytes(string.Concat(remarks.Select(r => $"{r.Path}\n{r.Line}\n{r.Body}\n")))
        )[..16];
        string marker = $"{Suggestions.Marker}{digest} -->";
        if (situation.Reviews.Any(IsOurs))
        {
            return;
        }

        string body = MarkdownText.Of($"{remarks.Count} × mended by a click.\n\n") + marker;
        try
        {
            await WriteOnce.Run<SuggestionsMade>(
                github,
                async again =>
                    (await github.PullRequest.Review.GetAll(pull.Number, again)).Select(GivenReview.Of).Any(IsOurs)
                        ? new SuggestionsMade()
                        : null,
                async again =>
                {
                    await github.PullRequest.Review.Create(
                        pull.Number,
                        new NewPullRequestReview(Head, "COMMENT", body, remarks),
                        again
                    );
                    return new SuggestionsMade();
                },
                cancel
            );
            written.Add("suggestions");
        }
        catch (GitHubRefused)
        {
            // GitHub's diff and ours may differ on a line; the comment and the annotations have told everything.
            written.Add("suggestions refused");
        }

        bool IsOurs(GivenReview review) =>
            review.CommitId == Head && review.Body.Contains(marker, StringComparison.Ordinal);
    }

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

    private sealed record SuggestionsMade;
}
