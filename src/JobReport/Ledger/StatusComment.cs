using System.Globalization;
using System.Text;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Status;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobReport.Ledger;

/// <summary>Addresses of the platform that the comment points to; <c>{job}</c>, <c>{namespace}</c>, <c>{cluster}</c> and <c>{team}</c> are filled in.</summary>
public sealed record StatusLinks(string Dashboard = "", string Logs = "");

/// <summary>The line of a request that a refusal is about.</summary>
/// <param name="Url">Of that line as it was merged; may be empty.</param>
public sealed record SourceLink(string Path, int Line, string Url);

/// <summary>
/// The part of the pull request's one comment that says how its jobs fare. It stands between two markers after the
/// comment's own first line, so that the review's part stays as it was and can be put back together without being read.
/// </summary>
public static class StatusComment
{
    private const string Begin = "<!-- rayquest:status -->\n";
    private const string End = "<!-- rayquest:status:end -->\n";
    private const int MostRows = 60;
    private const int MostHistory = 40;
    private const int MostSources = 10;

    /// <summary>GitHub takes 65,536 characters.</summary>
    private const int Limit = 60_000;

    // What an engine says may be of any length.
    private const int MessageLength = 1_000;

    // All logs together; tables and history need the rest.
    private const int LogBytes = 24_000;

    /// <summary>The whole comment: what the review said, with the status after its first line.</summary>
    public static string Compose(string reviewPart, MarkdownText status)
    {
        ArgumentNullException.ThrowIfNull(reviewPart);
        ArgumentNullException.ThrowIfNull(status);
        var section = $"{Begin}{status}{End}";
        var cut = reviewPart.IndexOf('\n', StringComparison.Ordinal) + 1;
        var marker = cut > 0 ? reviewPart[..cut] : reviewPart + "\n";
        var rest = cut > 0 ? reviewPart[cut..] : "";
        return
            Encoding.UTF8.GetByteCount(marker) + Encoding.UTF8.GetByteCount(section) + Encoding.UTF8.GetByteCount(rest)
            <= Limit
            ? marker + section + rest
            : $"{marker}{section}\nThe review's part no longer fits here; it is in the history of this comment and in the check run.\n";
    }

    /// <summary>The comment without the status: what the review had written.</summary>
    public static string ReviewPart(string comment)
    {
        ArgumentNullException.ThrowIfNull(comment);
        var text = comment.ReplaceLineEndings("\n");
        return Find(text) is var (from, to) ? text[..from] + text[(to + End.Length)..] : text;
    }

    /// <summary>The comment with another review's part, and the status it has.</summary>
    public static string WithReviewPart(string comment, string reviewPart)
    {
        ArgumentNullException.ThrowIfNull(comment);
        ArgumentNullException.ThrowIfNull(reviewPart);
        var text = comment.ReplaceLineEndings("\n");
        return Find(text) is var (from, to)
            ? Compose(reviewPart, new MarkdownText(text[(from + Begin.Length)..to]))
            : reviewPart;
    }

    // Only where we put it, right after the first line: anybody's text may hold the same words further down.
    private static (int From, int To)? Find(string text)
    {
        var from = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        if (from == 0 || !text.AsSpan(from).StartsWith(Begin, StringComparison.Ordinal))
            return null;
        var to = text.IndexOf(End, from, StringComparison.Ordinal);
        return to < 0 ? null : (from, to);
    }

    /// <summary>The status itself: a line per job, its history, and the end of the log of what has just failed.</summary>
    /// <param name="logs">By the record's path.</param>
    public static MarkdownText Section(
        IReadOnlyList<JobRun> runs,
        IReadOnlyDictionary<string, LogTail> logs,
        StatusLinks links,
        DateTimeOffset now,
        Func<JobRun, SourceLink?>? sourceOf = null,
        CommentStrings? strings = null
    )
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(logs);
        ArgumentNullException.ThrowIfNull(links);
        strings ??= CommentStrings.English;
        // Runs of a schedule stand below it, the last ones alone.
        var seen = runs.Where(run => run.LastState is not null).ToArray();
        var shown = seen.Where(run => run.ScheduledBy.Length == 0).ToArray();
        var last = shown.SelectMany(run => LedgerView.ScheduledRunsOf(run, seen).Take(RunText.Results)).ToArray();
        var parts = new List<MarkdownText>
        {
            Head(shown, seen, strings, now),
            Table(shown, seen, links, strings, now),
            Runs(last, links, strings),
        };
        parts.Add(ResultsTables.Of(shown));
        foreach (var run in shown.Where(run => run.LastState!.RequestField is not null).Take(MostSources))
        {
            if (sourceOf?.Invoke(run) is { } source)
            {
                var where = MarkdownText.Code($"{source.Path}:{source.Line}");
                parts.Add(
                    MarkdownText.Of(
                        $"{strings.Format(CommentStringKey.StatusRefusal, MarkdownText.Code(run.Record.Name), MarkdownText.Code(run.LastState!.RequestField!), MarkdownText.Link(where, source.Url))}\n\n"
                    )
                );
            }
        }

        var logged = shown.Concat(last).Where(run => logs.ContainsKey(run.Record.Path)).Take(3).ToArray();
        foreach (var run in logged)
        {
            var log = logs[run.Record.Path];
            var lines = Last(log.Lines, LogBytes / logged.Length);
            var text =
                lines.Count > 0
                    ? MarkdownText.Fence(string.Join('\n', lines), "text")
                    : MarkdownText.Of($"{strings.Format(CommentStringKey.StatusLogEmpty)}\n");
            parts.Add(
                log.Dropped > 0 || lines.Count < log.Lines.Count
                    ? MarkdownText.Folded(
                        $"{strings[CommentStringKey.StatusLogEnd]} {lines.Count} {strings[CommentStringKey.StatusLogLines]} {run.Record.Name}",
                        text,
                        open: shown.Length == 1
                    )
                    : MarkdownText.Folded(
                        $"{strings[CommentStringKey.StatusLog]} {run.Record.Name}",
                        text,
                        open: shown.Length == 1
                    )
            );
        }

        parts.Add(History(shown, strings));
        parts.Add(
            MarkdownText.Of(
                $"<sub>{strings.Format(CommentStringKey.StatusAsOf, MarkdownText.Of($"{Clock(now)}"))}</sub>\n\n"
            )
        );
        return MarkdownText.Join(parts);
    }

    /// <summary>The last lines that fit into so many bytes.</summary>
    private static List<string> Last(IReadOnlyList<string> lines, int bytes)
    {
        var kept = new List<string>();
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            bytes -= Encoding.UTF8.GetByteCount(VisibleText.Lines(lines[i])) + 1;
            if (bytes < 0)
            {
                break;
            }

            kept.Insert(0, lines[i]);
        }

        return kept;
    }

    private static MarkdownText Head(JobRun[] runs, JobRun[] all, CommentStrings strings, DateTimeOffset now)
    {
        if (runs.Length == 1)
        {
            var words = Words(runs[0], all, strings, now);
            var next =
                words.Next.Length > 0
                    ? strings.Format(CommentStringKey.StatusNext, MarkdownText.Prose(words.Next, MessageLength))
                    : MarkdownText.Empty;
            var word = StateText.Word(runs[0].LastState!, strings.Language);
            var rest = words.Line.StartsWith(word, StringComparison.Ordinal)
                ? words.Line[word.Length..]
                : $": {words.Line}";
            // Escaping trims, and the blank or comma after the word is part of the sentence.
            var gap = rest.StartsWith(' ') ? MarkdownText.Of($" ") : MarkdownText.Empty;
            return MarkdownText.Of($"**{word}**{gap}{MarkdownText.Prose(rest, MessageLength)}.{next}\n\n");
        }

        var groups = runs.GroupBy(run => StateText.Word(run.LastState!, strings.Language), StringComparer.Ordinal)
            .OrderBy(group => group.Min(run => run.LastState!.Phase))
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} {group.Key}");
        return MarkdownText.Of(
            $"{strings.Format(CommentStringKey.StatusJobs, MarkdownText.Of($"{runs.Length}"), MarkdownText.Of($"{string.Join(", ", groups)}"))}\n\n"
        );
    }

    private static StateText Words(JobRun run, JobRun[] all, CommentStrings strings, DateTimeOffset now) =>
        RunText.Timeless(run, run.LastState!, LedgerView.ScheduledRunsOf(run, all), now, strings.Language);

    private static MarkdownText Runs(JobRun[] runs, StatusLinks links, CommentStrings strings)
    {
        if (runs.Length == 0)
        {
            return MarkdownText.Empty;
        }

        var rows = runs.Select(run =>
        {
            var state = run.LastState!;
            var due = run.MergedAt is { } tick ? Clock(tick) : "";
            return MarkdownText.Of(
                $"| {MarkdownText.Code(run.Record.Name)} | {due} | {StateText.Word(state, strings.Language)} | {MarkdownText.Prose(StateText.Timeless(state, strings.Language).Line, 200)} | {Links(run, links, strings)} |\n"
            );
        });
        return MarkdownText.Of(
            $"| {strings.Format(CommentStringKey.StatusRun)} | {strings.Format(CommentStringKey.StatusDue)} | {strings.Format(CommentStringKey.StatusState)} | {strings.Format(CommentStringKey.StatusKnown)} | |\n|---|---|---|---|---|\n{MarkdownText.Join(rows)}\n"
        );
    }

    private static MarkdownText Table(
        JobRun[] runs,
        JobRun[] all,
        StatusLinks links,
        CommentStrings strings,
        DateTimeOffset now
    )
    {
        var rows = runs.OrderBy(run => run.LastState!.IsFinal)
            .ThenBy(run => run.Record.Name, StringComparer.Ordinal)
            .Take(MostRows)
            .Select(run =>
            {
                var state = run.LastState!;
                var words = Words(run, all, strings, now);
                var since = (state.Since ?? run.LastStateAt) is { } time ? Clock(time) : "";
                return MarkdownText.Of(
                    $"| {MarkdownText.Code(run.Record.Name)} | {StateText.Word(state, strings.Language)} | {since} | {MarkdownText.Prose(words.Line, runs.Length > 10 ? 200 : MessageLength)} | {Links(run, links, strings)} |\n"
                );
            });
        var more =
            runs.Length > MostRows
                ? MarkdownText.Of(
                    $"\n{strings.Format(CommentStringKey.StatusMore, MarkdownText.Of($"{runs.Length - MostRows}"))}\n"
                )
                : MarkdownText.Empty;
        return MarkdownText.Of(
            $"| {strings.Format(CommentStringKey.Job)} | {strings.Format(CommentStringKey.StatusState)} | {strings.Format(CommentStringKey.StatusSince)} | {strings.Format(CommentStringKey.StatusKnown)} | |\n|---|---|---|---|---|\n{MarkdownText.Join(rows)}{more}\n"
        );
    }

    private static MarkdownText Links(JobRun run, StatusLinks links, CommentStrings strings)
    {
        var state = run.LastState!;
        var parts = new List<MarkdownText>();
        if (links.Dashboard.Length > 0 && state.Phase is JobPhase.Running)
        {
            parts.Add(
                MarkdownText.Link(
                    MarkdownText.Of($"{strings.Format(CommentStringKey.StatusDashboard)}"),
                    Filled(links.Dashboard, run)
                )
            );
        }

        if (links.Logs.Length > 0 && state.RayClusterName.Length is > 0 and < 300)
        {
            parts.Add(
                MarkdownText.Link(
                    MarkdownText.Of($"{strings.Format(CommentStringKey.StatusLogs)}"),
                    Filled(links.Logs, run)
                )
            );
        }

        return MarkdownText.Join(parts, MarkdownText.Of($" "));
    }

    private static string Filled(string pattern, JobRun run) =>
        pattern
            .Replace("{job}", Uri.EscapeDataString(run.Record.Name), StringComparison.Ordinal)
            .Replace("{namespace}", Uri.EscapeDataString(run.Record.Namespace), StringComparison.Ordinal)
            .Replace("{cluster}", Uri.EscapeDataString(run.LastState?.RayClusterName ?? ""), StringComparison.Ordinal)
            .Replace("{team}", Uri.EscapeDataString(run.Record.Team), StringComparison.Ordinal);

    private static MarkdownText History(JobRun[] runs, CommentStrings strings)
    {
        var all = runs.SelectMany(run => run.States.Select(item => (run.Record.Name, item.At, item.State)))
            .OrderByDescending(item => item.At)
            .ThenBy(item => item.Name, StringComparer.Ordinal)
            .ToArray();
        if (all.Length < 2)
        {
            return MarkdownText.Empty;
        }

        var many = runs.Length > 1;
        var rows = all.Take(MostHistory)
            .Select(item =>
            {
                var name = many ? MarkdownText.Of($" {MarkdownText.Code(item.Name)} |") : MarkdownText.Empty;
                return MarkdownText.Of(
                    $"| {Clock(item.State.Since ?? item.At)} |{name} {StateText.Word(item.State, strings.Language)} | {MarkdownText.Prose(item.State.Reason, 80)} | {item.State.Attempt} | {MarkdownText.Prose(item.State.Message, 160)} |\n"
                );
            });
        var head = many
            ? MarkdownText.Of(
                $"| {strings.Format(CommentStringKey.StatusTime)} | {strings.Format(CommentStringKey.Job)} | {strings.Format(CommentStringKey.StatusState)} | {strings.Format(CommentStringKey.StatusReason)} | {strings.Format(CommentStringKey.StatusAttempt)} | |\n|---|---|---|---|---|---|\n"
            )
            : MarkdownText.Of(
                $"| {strings.Format(CommentStringKey.StatusTime)} | {strings.Format(CommentStringKey.StatusState)} | {strings.Format(CommentStringKey.StatusReason)} | {strings.Format(CommentStringKey.StatusAttempt)} | |\n|---|---|---|---|---|\n"
            );
        return MarkdownText.Folded(
            $"{strings[CommentStringKey.StatusHistory]} ({all.Length})",
            head + MarkdownText.Join(rows)
        );
    }

    private static string Clock(DateTimeOffset time) =>
        time.UtcDateTime.ToString("d MMM HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
