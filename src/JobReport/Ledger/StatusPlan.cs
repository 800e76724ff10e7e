using System.Collections.Immutable;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>A run whose state is news.</summary>
public sealed record PlannedState(JobRun Run, ObservedJob? Observed, StatusChange Change);

/// <summary>What one pass has to do, worked out before anything is written anywhere.</summary>
public sealed record StatusPlan
{
    /// <summary>Runs with a new state.</summary>
    public required ImmutableArray<PlannedState> Changes { get; init; }

    /// <summary>Runs whose last state never reached their pull request: an earlier pass was cut off.</summary>
    public required ImmutableArray<JobRun> Unreported { get; init; }

    /// <summary>Objects of ours that the ledger does not know.</summary>
    public required ImmutableArray<ObservedJob> Unknown { get; init; }

    /// <summary>
    /// Set when so many objects are gone at once that the wrong cluster, an empty list or a lost namespace is likelier
    /// than the truth. Nothing about vanished jobs may then be written.
    /// </summary>
    public string? Suspicion { get; init; }

    /// <summary>
    /// What to say of finished jobs whose objects are gone while their requests are still there; null where there are none. KubeRay
    /// keeps a finished RayJob, unless its operator is told to delete it, and then Argo CD makes and runs it again.
    /// </summary>
    public string? Deleted { get; init; }

    /// <summary>Runs of schedules that one pass takes into the ledger; an old schedule may have left thousands.</summary>
    public const int MostNewRuns = 200;
    private const int FewVanished = 10;
    private static readonly TimeSpan ArgoCdPatience = TimeSpan.FromMinutes(4);

    /// <summary>Compares the ledger with the cluster.</summary>
    /// <param name="applicationOf">Name of a team's Argo CD Application.</param>
    /// <param name="trust">Believe that most jobs are gone when most jobs are gone.</param>
    public static StatusPlan Of(
        LedgerView view,
        ClusterSnapshot snapshot,
        Func<string, string> applicationOf,
        DateTimeOffset now,
        bool trust = false
    )
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(applicationOf);
        var changes = ImmutableArray.CreateBuilder<PlannedState>();
        var unreported = ImmutableArray.CreateBuilder<JobRun>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var seenBefore = 0;
        var vanished = 0;
        List<JobRun> deleted = [];
        var byId = view
            .Runs.Where(run => run.Record.Kind == EngineKind.RayCronJob)
            .GroupBy(run => run.Record.Id, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        foreach (var run in view.Runs)
        {
            var key = ClusterSnapshot.Key(run.Record.Kind, run.Record.Namespace, run.Record.Name);
            known.Add(key);
            var observed = snapshot.Find(key);
            var schedule = byId.GetValueOrDefault($"{run.Record.Namespace}/{run.ScheduledBy}");
            var change = IsWorthALook(run, observed, snapshot)
                ? Look(run, observed, snapshot, applicationOf, now, key, schedule)
                : null;
            if (run.IsLive && run.LastState is { Uid.Length: > 0 })
            {
                seenBefore++;
                vanished += change?.After.Phase == JobPhase.Vanished ? 1 : 0;
            }

            if (observed is null && IsKept(run, snapshot))
            {
                deleted.Add(run);
            }

            if (change is not null)
            {
                changes.Add(new PlannedState(run, observed, change));
            }
            else if (run.HasUnreportedState)
            {
                unreported.Add(run);
            }
        }

        foreach (var (key, run, observed) in NewRuns(byId, known, snapshot))
        {
            known.Add(key);
            if (Look(run, observed, snapshot, applicationOf, now, key, null) is { } change)
            {
                changes.Add(new PlannedState(run, observed, change));
            }
        }

        var suspicious = !trust && vanished > FewVanished && vanished * 2 > seenBefore;
        return new StatusPlan
        {
            Changes = suspicious
                ? [.. changes.Where(item => item.Change.After.Phase != JobPhase.Vanished)]
                : changes.ToImmutable(),
            Unreported = unreported.ToImmutable(),
            Unknown =
            [
                .. snapshot
                    .Jobs.Where(pair => !known.Contains(pair.Key))
                    .Select(pair => pair.Value)
                    .OrderBy(job => job.Id, StringComparer.Ordinal),
            ],
            Suspicion = suspicious
                ? $"{vanished} of {seenBefore} live jobs are gone at once: this may be another cluster, or a list that came back empty"
                : null,
            Deleted = deleted.Count == 0 ? null : Words(deleted),
        };
    }

    /// <summary>Runs of our schedules that the ledger doesn't know yet, the oldest first.</summary>
    private static IEnumerable<(string Key, JobRun Run, ObservedJob Observed)> NewRuns(
        Dictionary<string, JobRun> schedules,
        HashSet<string> known,
        ClusterSnapshot snapshot
    ) =>
        snapshot
            .Runs.Where(pair => !known.Contains(pair.Key))
            .OrderBy(pair => pair.Value.StartedBy!.Tick ?? pair.Value.Created)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (pair.Key, Run: ScheduledRun.Of(pair.Value, schedules, snapshot), pair.Value))
            .Where(item => item.Run is not null)
            .Select(item => (item.Key, item.Run!, item.Value))
            .Take(MostNewRuns);

    private static bool IsKept(JobRun run, ClusterSnapshot snapshot) =>
        run
            is {
                Record.Kind: "RayJob",
                IsLive: false,
                ArchivedAt: null,
                WithdrawnAt: null,
                ScheduledBy: "",
                LastState: { IsFinal: true, Uid.Length: > 0 }
            }
        && snapshot.KindsListed.Contains(run.Record.Kind);

    private static string Words(List<JobRun> deleted) =>
        $"{(deleted.Count == 1 ? $"the finished job {deleted[0].Record.Id} is" : $"{deleted.Count} finished jobs, {deleted[0].Record.Id} first, are")} gone from the cluster while the request is on the main branch: Argo CD makes and runs it again at its next sync; where nobody deleted it by hand, take `DELETE_RAYJOB_CR_AFTER_JOB_FINISHES` off the operator";

    private static bool IsWorthALook(JobRun run, ObservedJob? observed, ClusterSnapshot snapshot)
    {
        if (!snapshot.IsListed(run.Record.Kind, run.ScheduledBy.Length > 0) || run.ArchivedAt is not null)
        {
            return false;
        }

        if (run.IsLive || observed is null)
        {
            return run.IsLive;
        }

        // A finished job is done with, unless another object has taken its name (Argo CD ran it again), or the same object shows
        // that the ledger's word is not true.
        return run.LastState is not { } last
            || last.Uid != observed.Uid
            || JobStateMapper.Present(observed).Phase != last.Phase;
    }

    private static StatusChange? Look(
        JobRun run,
        ObservedJob? observed,
        ClusterSnapshot snapshot,
        Func<string, string> applicationOf,
        DateTimeOffset now,
        string key,
        JobRun? schedule
    )
    {
        if (observed is null && run.LastState is null && now - run.MergedAt < ArgoCdPatience)
        {
            // Argo CD has not had its turn yet: no news.
            return null;
        }

        var around = new JobContext
        {
            Application =
                observed is null || run.WithdrawnAt is not null
                    ? snapshot.Applications.GetValueOrDefault(applicationOf(run.Record.Team))
                    : null,
            ApplicationsListed = snapshot.ApplicationsListed,
            Waiting = snapshot.Waiting.GetValueOrDefault(key),
        };
        // The runs of a schedule go with it.
        var expected = schedule is null
            ? run.Expectation
            : run.Expectation with
            {
                Withdrawn = schedule.WithdrawnAt ?? schedule.ArchivedAt,
            };
        return StatusDifference.Of(expected, JobStateMapper.Of(expected, observed, around, now));
    }
}
