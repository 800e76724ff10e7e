using System.Globalization;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobReport.Ledger;

/// <summary>
/// When a cluster's lease is spoken of and when it ends. The pull request is told before the cluster goes, however long nobody looked:
/// without a reminder nothing is removed.
/// </summary>
public static class LeaseRule
{
    /// <summary>How long before its end a lease is spoken of; of a short one, half of it.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(1);

    /// <summary>How long a cluster stays at least after a reminder that came late.</summary>
    public static readonly TimeSpan LeastNotice = TimeSpan.FromHours(1);

    /// <summary>The clusters whose pull requests are to be told, the first to end first.</summary>
    public static IReadOnlyList<JobRun> Reminders(LedgerView view, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        return
        [
            .. view
                .Live.Where(run =>
                    run is { WithdrawnAt: null, RemindedAt: null, Merged.Pull: > 0, Facts.Lease: { } lease }
                    && now >= run.LeaseEnds - Shorter(Notice, lease / 2)
                )
                .OrderBy(run => run.LeaseEnds)
                .ThenBy(run => run.Record.Path, StringComparer.Ordinal),
        ];
    }

    /// <summary>From when on the cluster may go; null while it may not.</summary>
    public static DateTimeOffset? EndsAt(JobRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run is not { IsLive: true, WithdrawnAt: null, LeaseEnds: { } ends, Facts: { Lease: { } lease } })
        {
            return null;
        }

        // What no pull request brought has nobody to be told.
        if (run.Merged is { Pull: 0 })
        {
            return ends;
        }

        return run.RemindedAt is { } reminded ? Later(ends, reminded + Shorter(LeastNotice, lease)) : null;
    }

    /// <summary>Whether its files may go now.</summary>
    public static bool HasEnded(JobRun run, DateTimeOffset now) => EndsAt(run) <= now;

    /// <summary>That the pull request was told.</summary>
    public static LedgerEvent Reminded(JobRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new LedgerEvent(now, EventKind.Reminded, LedgerEvent.Time(run.LeaseEnds!.Value));
    }

    /// <summary>How the reminder's comment begins, by which it is found again: one for each end of a lease.</summary>
    public static string Marker(JobRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        // A hidden comment of HTML may not hold two hyphens in a row.
        var name = run.Record.Id.Replace("--", "-", StringComparison.Ordinal);
        return $"<!-- rayquest:lease {name} {LedgerEvent.Time(run.LeaseEnds!.Value)} -->";
    }

    /// <summary>The reminder.</summary>
    public static string Reminder(JobRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var name = MarkdownText.Code(run.Record.Name);
        var request = MarkdownText.Code(run.Facts!.Request);
        var ends = run.LeaseEnds!.Value.UtcDateTime.ToString("d MMM yyyy HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var text = MarkdownText.Of(
            $"⏳ The lease of {name} ends **{ends}**. The cluster is removed then, and what runs on it ends.\n\nTo keep it, change {MarkdownText.Code("lease")} in {request}, or raise {MarkdownText.Code("run")} by one; the lease is counted from that merge on. To give it back now, comment {MarkdownText.Code("/stop")} here.\n"
        );
        return $"{Marker(run)}\n{text}";
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
