using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>A stretch of time during which a job held its resources; open ended when <see cref="To"/> is null.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RunningTime(DateTimeOffset From, DateTimeOffset? To);

/// <summary>One job run as the ledger's events tell it.</summary>
public sealed class JobRun
{
    private JobRun(JobRecord record) => Record = record;

    public JobRecord Record { get; }
    public MergedFacts? Merged { get; private init; }
    public DateTimeOffset? MergedAt { get; private init; }

    /// <summary>What the last edit in place made of it; null where there was none.</summary>
    public MergedFacts? Edited { get; private init; }
    public DateTimeOffset? EditedAt { get; private init; }

    /// <summary>What it is by now.</summary>
    public MergedFacts? Facts => Edited ?? Merged;

    /// <summary>When its lease ends, counted from the merge that last changed its request; null for no end.</summary>
    public DateTimeOffset? LeaseEnds => End(Facts, EditedAt ?? MergedAt);

    /// <summary>Since when the pull request has known that the lease ends then; null while it doesn't.</summary>
    public DateTimeOffset? RemindedAt { get; private init; }

    /// <summary>The RayCronJob of which it is a run; empty for what a request asked for by itself.</summary>
    public string ScheduledBy => Merged?.ScheduledBy ?? "";

    /// <summary>GPUs that it holds while it runs: a schedule holds none, its runs do.</summary>
    public ImmutableSortedDictionary<string, int> Gpus =>
        Record.Kind == EngineKind.RayCronJob || Facts is null
            ? ImmutableSortedDictionary<string, int>.Empty
            : Facts.Gpus;
    public DateTimeOffset? WithdrawnAt { get; private init; }
    public DateTimeOffset? ArchivedAt { get; private init; }

    /// <summary>All states in order, without repetitions.</summary>
    public ImmutableArray<(DateTimeOffset At, JobState State)> States { get; private init; } = [];

    /// <summary>Times and fingerprints of the states the pull request has been told about.</summary>
    public ImmutableHashSet<(DateTimeOffset At, string Fingerprint)> Reported { get; private init; } = [];

    /// <summary>The pull request's comment, once the status was added to it.</summary>
    public GitHubObjectRef? Comment { get; private init; }
    public GitHubObjectRef? Deployment { get; private init; }
    public ImmutableArray<RunningTime> RunningTimes { get; private init; } = [];

    /// <summary>What it printed as its results, once it had ended; null for nothing.</summary>
    public JobResults? Results { get; private init; }

    public JobState? LastState => States.IsEmpty ? null : States[^1].State;
    public DateTimeOffset? LastStateAt => States.IsEmpty ? null : States[^1].At;

    /// <summary>
    /// True while it may hold or come to hold resources. One that was taken back before anybody saw it has never begun
    /// (and in a ledger made anew from history it ended long ago).
    /// </summary>
    public bool IsLive =>
        ArchivedAt is null && LastState is not { IsFinal: true } && (WithdrawnAt is null || !States.IsEmpty);

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? EndedAt => LastState is { IsFinal: true } last ? last.Since ?? LastStateAt : null;

    /// <summary>True when the last state has not reached the pull request (a pass was killed in between).</summary>
    public bool HasUnreportedState =>
        Merged is { Pull: > 0 }
        && LastState is { } last
        && !Reported.Contains((LastStateAt ?? default, last.Fingerprint));

    /// <summary>What the next look at the cluster is compared with.</summary>
    public JobExpectation Expectation =>
        new()
        {
            Team = Record.Team,
            Kind = Record.Kind,
            Namespace = Record.Namespace,
            Name = Record.Name,
            Merged = MergedAt,
            Withdrawn = WithdrawnAt,
            LeaseEnds = LeaseEnds,
            // A schedule's are its runs'.
            Timeout = Record.Kind == EngineKind.RayCronJob ? null : Facts?.Timeout,
            QueueTimeout = Record.Kind == EngineKind.RayCronJob ? null : Facts?.QueueTimeout,
            Last = LastState is { } state
                ? new LastRecordedState(state, LastStateAt ?? default, States.Any(item => item.State.Uid.Length > 0))
                : null,
        };

    public static JobRun Of(JobRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        MergedFacts? merged = null;
        DateTimeOffset? mergedAt = null;
        DateTimeOffset? withdrawn = null;
        DateTimeOffset? archived = null;
        GitHubObjectRef? comment = null;
        GitHubObjectRef? deployment = null;
        MergedFacts? edited = null;
        DateTimeOffset? editedAt = null;
        var reminded = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        JobResults? results = null;
        var states = ImmutableArray.CreateBuilder<(DateTimeOffset, JobState)>();
        var before = ImmutableArray.CreateBuilder<RunningTime>();
        var reported = ImmutableHashSet.CreateBuilder<(DateTimeOffset, string)>();
        foreach (var item in record.Events)
        {
            switch (item.Kind)
            {
                // The first merge is the one that counts: later ones are rebuilds of the same fact.
                case EventKind.Merged when merged is null && MergedFacts.Read(item) is { } facts:
                    (merged, mergedAt) = (facts, item.At);
                    break;
                // A name that was given back may be asked for again: that is another life, which the first says nothing about.
                case EventKind.Merged
                    when EngineKind.KeepsName(record.Kind)
                        && (withdrawn ?? archived) is { } gone
                        && item.At > gone
                        && MergedFacts.Read(item) is { } facts:
                    before.AddRange(Closed(Running(states.ToImmutable()), gone));
                    (merged, mergedAt) = (facts, item.At);
                    (edited, editedAt, withdrawn, archived) = (null, null, null, null);
                    (comment, deployment) = (null, null);
                    states.Clear();
                    reported.Clear();
                    reminded.Clear();
                    break;
                case EventKind.Edited when MergedFacts.Read(item) is { } facts:
                    (edited, editedAt) = (facts, item.At);
                    break;
                case EventKind.Reminded:
                    reminded.TryAdd(item.Key, item.At);
                    break;
                case EventKind.Withdrawn:
                    withdrawn ??= item.At;
                    break;
                case EventKind.Archived:
                    archived ??= item.At;
                    break;
                case EventKind.Reported:
                    reported.Add((item.At, item.Key));
                    break;
                case EventKind.GitHubObject when item.Key is "comment":
                    comment = GitHubObjectRef.Read(item) ?? comment;
                    break;
                case EventKind.GitHubObject when item.Key is "deployment":
                    deployment = GitHubObjectRef.Read(item) ?? deployment;
                    break;
                case EventKind.Results:
                    results = ResultsEvent.Read(item);
                    break;
                case EventKind.State when StateEvent.Read(item) is { } state:
                    state = state with { Kind = record.Kind };
                    if (
                        states.Count == 0
                        || !string.Equals(states[^1].Item2.Fingerprint, state.Fingerprint, StringComparison.Ordinal)
                    )
                    {
                        states.Add((item.At, state));
                    }

                    break;
                default:
                    break;
            }
        }

        var all = states.ToImmutable();
        return new JobRun(record)
        {
            Merged = merged,
            MergedAt = mergedAt,
            WithdrawnAt = withdrawn,
            ArchivedAt = archived,
            States = all,
            Reported = reported.ToImmutable(),
            Comment = comment,
            Deployment = deployment,
            RunningTimes = record.Kind == EngineKind.RayCronJob ? [] : [.. before, .. Running(all)],
            Edited = edited,
            EditedAt = editedAt,
            RemindedAt =
                End(edited ?? merged, editedAt ?? mergedAt) is { } ends
                && reminded.TryGetValue(LedgerEvent.Time(ends), out var at)
                    ? at
                    : null,
            Results = results,
        };
    }

    private static DateTimeOffset? End(MergedFacts? facts, DateTimeOffset? from) =>
        facts?.Lease is { } lease ? from + lease : null;

    private static IEnumerable<RunningTime> Closed(IEnumerable<RunningTime> times, DateTimeOffset end) =>
        times.Select(time => time.To is null ? time with { To = Later(end, time.From) } : time);

    /// <summary>
    /// Time between the start and the end of each attempt's program. A run that was over before any pass saw it running
    /// is counted from the start the finished object still tells.
    /// </summary>
    private static IEnumerable<RunningTime> Running(ImmutableArray<(DateTimeOffset At, JobState State)> states)
    {
        DateTimeOffset? open = null;
        var attempt = 0;
        DateTimeOffset? lastEnd = null;
        foreach (var (at, state) in states)
        {
            if (state.Phase is JobPhase.Running)
            {
                var start = Later(state.Started ?? state.Since ?? at, lastEnd);
                if (open is { } earlier && state.Attempt != attempt)
                {
                    lastEnd = start;
                    yield return new RunningTime(earlier, start);
                    open = null;
                }

                open ??= start;
                attempt = state.Attempt;
                continue;
            }

            if (open is null && state.IsFinal && state.Started is { } missed && (lastEnd is null || missed > lastEnd))
            {
                open = missed;
            }

            if (open is { } from)
            {
                var end = Later(state.Since ?? at, from);
                lastEnd = end;
                yield return new RunningTime(from, end);
                open = null;
            }
        }

        if (open is { } still)
        {
            yield return new RunningTime(still, null);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset time, DateTimeOffset? floor) =>
        floor is { } value && value > time ? value : time;
}
