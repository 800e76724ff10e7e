using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>A run of a RayCronJob as the ledger keeps it: a run like any other, of the request that asked for the schedule.</summary>
public static class ScheduledRun
{
    /// <summary>The run that an observed RayJob is; null where its schedule isn't one that the ledger knows to be there.</summary>
    /// <param name="schedules">The RayCronJobs of the ledger by their ids.</param>
    public static JobRun? Of(
        ObservedJob observed,
        IReadOnlyDictionary<string, JobRun> schedules,
        ClusterSnapshot snapshot
    )
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(schedules);
        ArgumentNullException.ThrowIfNull(snapshot);
        if (
            observed.StartedBy is not { } owner
            || !schedules.TryGetValue($"{observed.Namespace}/{owner.Name}", out var schedule)
            || schedule is not { IsLive: true, Facts: { } facts }
            // One of the same name that was there before, or that somebody made by hand.
            || snapshot
                .Jobs.GetValueOrDefault(ClusterSnapshot.Key(EngineKind.RayCronJob, observed.Namespace, owner.Name))
                ?.Uid != owner.Uid
        )
        {
            return null;
        }

        return JobRun.Of(
            new JobRecord(
                schedule.Record.Team,
                observed.Name,
                EngineKind.RayJob,
                observed.Namespace,
                [
                    (facts with { ScheduledBy = owner.Name, Schedule = "", TimeZone = "", Replaces = "" }).ToEvent(
                        owner.Tick ?? observed.Created ?? schedule.MergedAt ?? default
                    ),
                ]
            )
        );
    }
}
