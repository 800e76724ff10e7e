using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ2060: runs beside each other.</summary>
public sealed class RunsOverlap : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2060", "runs-overlap", Severity.Warning, "A run may still be there when the next begins.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "KubeRay starts every run when it is due, whether the last one has ended or not; there is no policy against it. A run is there until its `timeout`, of every try, and its cluster for `keep` on top. The quota counts as many runs as may be there at a time.",
            Facts = "R8",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"*/30 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 2h\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"*/30 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 15m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (context.Plan?.Jobs is [{ Schedule: { RunsAtOnce: > 1 } counted, Timeout: { } timeout } job, ..])
        {
            Message tries = job.Retries > 0 ? (Message)$" × {job.Retries + 1} tries" : Message.None;
            Message keep =
                job.Cluster is null && job.Keep.Value.Seconds > 0
                    ? (Message)$" and {job.Keep.Value} of `keep`"
                    : Message.None;
            yield return At(
                context.Request.Timeout?.Span ?? text.Span,
                $"a run comes after {Span(schedule.ShortestGap)} at the shortest and may be there for {timeout.Value}{tries}{keep}: up to {counted.RunsAtOnce} at a time, and the quota counts them all; shorten `timeout`, or let it come less often"
            );
        }
    }
}
