using System.Collections.Immutable;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Jobs;

/// <summary>What the ledger says of one job that was merged.</summary>
/// <param name="Since">Since when it is in its phase.</param>
/// <param name="Ran">How long its program has run, all attempts together.</param>
/// <param name="GpuHours">What that came to, by type.</param>
/// <param name="Author">Who opened the pull request that brought it; empty when unknown.</param>
public sealed record KnownJob(
    JobPhase Phase,
    DateTimeOffset? Since,
    TimeSpan Ran,
    IReadOnlyList<KeyValuePair<string, double>> GpuHours,
    string Author
)
{
    /// <summary>Whether stopping it takes something away: a place in the queue, or a program that runs.</summary>
    public bool IsLive =>
        Phase
            is JobPhase.Queued
                or JobPhase.Suspended
                or JobPhase.Initializing
                or JobPhase.Running
                or JobPhase.Retrying;

    /// <summary>
    /// Whether it is over for good. What no pass of the status sync has seen yet, or what has vanished and would be made anew, is not
    /// live, and has not ended either.
    /// </summary>
    public bool HasEnded { get; init; }

    /// <summary>
    /// Whether it was merged and no pass of the status sync has looked at it: whether it runs is not known. One that a pass looked
    /// for and didn't find is known not to run.
    /// </summary>
    public bool IsUnseen { get; init; }

    public string PhaseWord => Phase.ToString().ToLowerInvariant();
}

/// <summary>What is known of merged jobs at one moment.</summary>
public sealed class JobKnowledge
{
    private readonly Dictionary<(string Team, string Name), KnownJob> jobs = [];

    private JobKnowledge(bool hasLedger) => HasLedger = hasLedger;

    /// <summary>Whether there is a ledger at all.</summary>
    public bool HasLedger { get; }

    /// <summary>What a ledger says; without one, that nothing is known.</summary>
    public static JobKnowledge Of(LedgerView? ledger, DateTimeOffset now)
    {
        JobKnowledge known = new(ledger is not null);
        foreach (JobRun run in ledger?.Runs ?? [])
        {
            TimeSpan ran = run.RunningTimes.Aggregate(
                TimeSpan.Zero,
                (sum, time) => sum + Longer(time.To ?? now, time.From)
            );
            known.jobs[(run.Record.Team, run.Record.Name)] = new KnownJob(
                run.IsLive ? run.LastState?.Phase ?? JobPhase.NotSynced
                    : run.LastState is { IsFinal: true } last ? last.Phase
                    : JobPhase.Stopped,
                run.LastState?.Since ?? run.LastStateAt,
                ran,
                [.. run.Gpus.Select(g => KeyValuePair.Create(g.Key, g.Value * ran.TotalHours))],
                run.Merged?.Author ?? ""
            )
            {
                // Its files may go: that is no stop that somebody would have to confirm.
                HasEnded = !run.IsLive || LeaseRule.HasEnded(run, now),
                IsUnseen = run is { IsLive: true, LastState: null },
            };
        }

        return known;
    }

    /// <summary>A job by its team and object name; null when the ledger doesn't know it, or there is none.</summary>
    public KnownJob? Of(string team, string name) => jobs.GetValueOrDefault((team, name));

    private static TimeSpan Longer(DateTimeOffset to, DateTimeOffset from) => to > from ? to - from : TimeSpan.Zero;
}

/// <summary>A job that a change stops.</summary>
/// <param name="Name">Its object.</param>
/// <param name="Known">What the status sync saw of it; null for nothing, and then nobody can tell whether it runs.</param>
/// <param name="HasLedger">Whether there is a ledger that could have known it.</param>
/// <param name="May">Who may confirm.</param>
/// <param name="ConfirmedBy">Who has, for the present head.</param>
public sealed record StoppedJob(
    string Team,
    string Name,
    KnownJob? Known,
    bool HasLedger,
    IReadOnlyList<string> Approvers,
    IReadOnlyList<string> ConfirmedBy
)
{
    /// <summary>Whether the change may not pass before somebody has confirmed.</summary>
    public bool MustBeConfirmed { get; init; }

    public bool IsConfirmed => ConfirmedBy.Count > 0;
}

/// <summary>
/// Evaluates confirmations. Unlike an approval, the owner's and the author's own counts: it guards against a mistake, not
/// against a person.
/// </summary>
public static class StopConfirmations
{
    /// <summary>Who of those who may has confirmed the present head.</summary>
    public static IReadOnlyList<string> By(ApprovalInput input, IReadOnlyList<string> may) =>
        [.. may.Where(p => input.Statements.Any(s => IsBy(s, p) && Confirms(input, s))).Order(StringComparer.Ordinal)];

    /// <summary>Who tried to confirm and whose words don't count, with the reason.</summary>
    public static IReadOnlyList<IgnoredApproval> Idle(ApprovalInput input, IReadOnlyList<StoppedJob> stops)
    {
        StoppedJob[] open = [.. stops.Where(s => s is { MustBeConfirmed: true, IsConfirmed: false })];
        if (open.Length == 0)
        {
            return [];
        }

        // Each person's last word counts.
        return
        [
            .. input
                .Statements.Where(s => s.IsOfStop)
                .GroupBy(s => s.Login, StringComparer.OrdinalIgnoreCase)
                .Select(said => said.MaxBy(s => s.At)!)
                .OrderBy(s => s.Login, StringComparer.Ordinal)
                .Select(s => new IgnoredApproval(
                    s.Login,
                    s.Action == ApprovalAction.UnclearStop ? IgnoredReason.Unclear
                        : !input.Heads.Contains(s.Sha) ? IgnoredReason.Outdated
                        : IgnoredReason.NotApprover
                )
                {
                    Named =
                        s.Action == ApprovalAction.UnclearStop ? s.Written
                        : input.Heads.Contains(s.Sha) ? ""
                        : s.Sha,
                }),
        ];
    }

    private static bool IsBy(ApprovalEvent statement, string person) =>
        string.Equals(statement.Login, person, StringComparison.OrdinalIgnoreCase);

    private static bool Confirms(ApprovalInput input, ApprovalEvent statement) =>
        statement.Action == ApprovalAction.ConfirmStop && input.Heads.Contains(statement.Sha);
}
