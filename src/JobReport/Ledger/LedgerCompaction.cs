using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Rayquest.JobReport.Doctor.Checks;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>One month of a team's finished runs: a file of lines, a run a line.</summary>
public sealed record FinishedMonth(int Year, int Month, string Team)
{
    public string Path => string.Create(CultureInfo.InvariantCulture, $"{YearOf(Year)}{Month:00}/{Team}.jsonl");

    /// <summary>Folder of a year.</summary>
    public static string YearOf(int year) =>
        string.Create(CultureInfo.InvariantCulture, $"{LedgerCompaction.Folder}{year:0000}/");

    /// <summary>The month a path names; null for any other path.</summary>
    public static FinishedMonth? Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return
            path.Split('/') is ["finished", var year, var month, var file]
            && int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var y)
            && int.TryParse(month, NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            && file.EndsWith(".jsonl", StringComparison.Ordinal)
            ? new FinishedMonth(y, m, file[..^".jsonl".Length])
            : null;
    }
}

/// <summary>
/// What becomes of runs that ended long ago: a line in their month's file instead of a file of their own, so that neither what is
/// fetched nor what is read grows with the years. A line keeps who asked, what was asked, who approved, when it ran, how it
/// ended and with what results; the states in between, and which of them were told, are let go.
/// </summary>
public static class LedgerCompaction
{
    public const string Folder = "finished/";

    /// <summary>Runs that one commit moves at most: more than one call to GitHub holds would be half done when it is cut off.</summary>
    public const int MostAtOnce = 1000;

    /// <summary>When a run was over for good; null while anything of it may still change.</summary>
    public static DateTimeOffset? OverAt(JobRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        // A run of a schedule has no file of its own that would go.
        if (run.ScheduledBy.Length > 0)
        {
            return run.HasUnreportedState ? null : run.EndedAt;
        }

        return run.IsLive || run.HasUnreportedState || (run.ArchivedAt ?? run.WithdrawnAt) is not { } gone ? null
            : run.EndedAt is { } ended && ended < gone ? ended
            : gone;
    }

    /// <summary>The runs that are due: those over before the month that came before this one, the oldest first.</summary>
    public static IReadOnlyList<(FinishedMonth Month, JobRun Run)> Due(IEnumerable<JobRun> runs, DateTimeOffset now)
    {
        var limit = new DateTimeOffset(
            now.UtcDateTime.Year,
            now.UtcDateTime.Month,
            1,
            0,
            0,
            0,
            TimeSpan.Zero
        ).AddMonths(-1);
        return
        [
            .. runs.Select(run => (Run: run, Over: OverAt(run)))
                .Where(item => item.Over < limit)
                .OrderBy(item => item.Over)
                .ThenBy(item => item.Run.Record.Path, StringComparer.Ordinal)
                .Take(MostAtOnce)
                .Select(item =>
                    (
                        new FinishedMonth(
                            item.Over!.Value.UtcDateTime.Year,
                            item.Over.Value.UtcDateTime.Month,
                            item.Run.Record.Team
                        ),
                        item.Run
                    )
                ),
        ];
    }

    /// <summary>The record with what its run's times, end and origin need, and nothing else.</summary>
    public static JobRecord Compact(JobRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var states = record
            .Events.Select(item => (Event: item, State: StateEvent.Read(item)))
            .Where(item => item.State is not null)
            .ToList();
        var kept = new List<LedgerEvent>();
        JobState? before = null;
        LedgerEvent? dropped = null;
        for (var index = 0; index < states.Count; index++)
        {
            var (item, state) = states[index];
            var isLast = index == states.Count - 1;
            if (!Counts(state!, before, isLast))
            {
                (before, dropped) = (state, item);
                continue;
            }

            var shortened = Short(item, state!.IsFinal || isLast);
            // Two words that are alike count as one, unless something stood between them.
            if (dropped is not null && kept.Count > 0 && AreAlike(kept[^1], shortened))
            {
                kept.Add(Short(dropped, isEnd: false));
            }

            kept.Add(shortened);
            (before, dropped) = (state, null);
        }

        return new JobRecord(
            record.Team,
            record.Name,
            record.Kind,
            record.Namespace,
            [
                .. record.Events.Where(item => MergedFacts.Read(item) is not null).Take(1),
                .. kept,
                .. record
                    .Events.Where(item => string.Equals(item.Kind, EventKind.Results, StringComparison.Ordinal))
                    .TakeLast(1),
                .. First(EventKind.Withdrawn),
                .. First(EventKind.Archived),
            ]
        );

        IEnumerable<LedgerEvent> First(string kind) =>
            record.Events.Where(item => string.Equals(item.Kind, kind, StringComparison.Ordinal)).Take(1);
    }

    /// <summary>A month's file: what was in it and what comes to it, a line a run, by name.</summary>
    public static byte[] Lines(IEnumerable<JobRecord> there, IEnumerable<JobRecord> more)
    {
        var all = new SortedDictionary<string, JobRecord>(StringComparer.Ordinal);
        foreach (var record in there.Concat(more.Select(Compact)))
        {
            all[record.Path] = all.TryGetValue(record.Path, out var other) ? JobRecord.Merge(other, record) : record;
        }

        using var file = new MemoryStream();
        foreach (var record in all.Values)
        {
            file.Write(record.Line());
        }

        return file.ToArray();
    }

    /// <summary>Reads a month's file line by line; what can't be read is told.</summary>
    public static IEnumerable<(JobRecord? Record, string? Fault)> Read(ReadOnlyMemory<byte> file)
    {
        for (var rest = file; rest.Length > 0; )
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.Length > 0)
            {
                yield return JobRecord.Read(line);
            }
        }
    }

    /// <summary>Whether a state begins or ends a time in which the job ran, or is its end.</summary>
    private static bool Counts(JobState state, JobState? before, bool isLast)
    {
        var runs = state.Phase == JobPhase.Running;
        var ran = before is { Phase: JobPhase.Running };
        return isLast || state.IsFinal || (runs ? !ran || before!.Attempt != state.Attempt : ran);
    }

    private static bool AreAlike(LedgerEvent one, LedgerEvent other) =>
        string.Equals(StateEvent.Read(one)?.Fingerprint, StateEvent.Read(other)?.Fingerprint, StringComparison.Ordinal);

    // The state's own words go, but for how it ended.
    private static LedgerEvent Short(LedgerEvent item, bool isEnd)
    {
        string[] names = isEnd
            ? ["phase", "attempt", "attempts", "reason", "message", "since", "started", "final", "uid"]
            : ["phase", "attempt", "since", "started"];
        return new LedgerEvent(
            item.At,
            item.Kind,
            item.Key,
            item.Data.Where(pair => names.Contains(pair.Key, StringComparer.Ordinal))
        );
    }
}
