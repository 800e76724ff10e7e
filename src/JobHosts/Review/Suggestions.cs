using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobHosts.Review;

/// <summary>Safe fixes as suggestion blocks: the author applies them with a click.</summary>
internal static class Suggestions
{
    /// <summary>Finds our reviews again; what follows is the digest of their suggestions.</summary>
    public const string Marker = "<!-- rayquest:suggestions ";

    // More than this many remarks on lines would bury the conversation; the comment names all of them.
    private const int Most = 10;

    /// <summary>One remark for every safe fix whose lines the diff shows; no line twice.</summary>
    public static IReadOnlyList<NewReviewComment> Of(GitRepository git, PullRequestFacts facts)
    {
        Language spoken = Language.Of(facts.Evaluation.Language);
        List<NewReviewComment> remarks = [];
        HashSet<(string, int)> taken = [];
        Dictionary<string, IReadOnlySet<int>> shown = new(StringComparer.Ordinal);
        foreach (Finding finding in facts.Evaluation.Findings.OrderByDescending(f => f.Severity))
        {
            if (
                remarks.Count == Most
                || finding.Fix is not { Safety: FixSafety.Safe, Edits.Count: > 0 } fix
                || !IsAsInHead(git, facts.Change, finding.Span.Source.Path)
            )
            {
                continue;
            }

            SourceText source = finding.Span.Source;
            int first = source.PositionOf(fix.Edits.Min(e => e.Span.Start)).Line;
            int last = source.PositionOf(fix.Edits.Max(e => e.Span.End)).Line;
            if (!shown.TryGetValue(source.Path, out IReadOnlySet<int>? lines))
            {
                shown[source.Path] = lines = UnifiedDiff.AddedLines(Before(git, facts, source.Path), source.Text);
            }

            int[] all = [.. Enumerable.Range(first, last - first + 1)];
            if (
                all.Any(l => !lines.Contains(l) || taken.Contains((source.Path, l)))
                || Fixed(source, fix, first, last) is not { } text
            )
            {
                continue;
            }

            foreach (int line in all)
            {
                taken.Add((source.Path, line));
            }

            MarkdownText body =
                MarkdownText.Of(
                    $"{MarkdownText.Code(finding.Rule.Code)} {MarkdownText.Prose(spoken.Text(finding.Rule.Code, fix.Text), 200)}\n\n"
                ) + MarkdownText.Fence(text, "suggestion");
            remarks.Add(
                new NewReviewComment(
                    source.Path,
                    body.ToString(),
                    last,
                    StartLine: first < last ? first : null,
                    StartSide: first < last ? "RIGHT" : null
                )
            );
        }

        return remarks;
    }

    /// <summary>Whether a file's lines are those of the head: GitHub knows no other, and a merge may have moved them.</summary>
    public static bool IsAsInHead(GitRepository git, MergedChange change, string path) =>
        change.Result.IdOf(path) is { } id && git.IdAt(change.Head, path) == id;

    // A suggestion is applied byte for byte: text that can't be shown as it is can't be suggested.
    private static string? Fixed(SourceText source, Fix fix, int first, int last)
    {
        int start = source.OffsetOfLine(first);
        int end = last >= source.LineCount ? source.Text.Length : source.OffsetOfLine(last + 1);
        string text = source.Text[start..end];
        foreach (TextEdit edit in fix.Edits.OrderByDescending(e => e.Span.Start))
        {
            text = text[..(edit.Span.Start - start)] + edit.NewText + text[(edit.Span.End - start)..];
        }

        text = text.TrimEnd('\n');
        return VisibleText.Lines(text) == text && text.Length < 4000 ? text : null;
    }

    private static string? Before(GitRepository git, PullRequestFacts facts, string path) =>
        git.ReadFile(facts.Change.Fork, path) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;
}
