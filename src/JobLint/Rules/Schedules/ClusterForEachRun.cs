using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ2062: clusters that hardly start.</summary>
public sealed class ClusterForEachRun : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2062", "cluster-for-each-run", Severity.Warning, "Every few minutes a cluster is made and thrown away.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "Each run brings up a cluster of its own: pods are scheduled, images pulled, Ray started, which takes minutes. A schedule that comes more often spends most of its time on that. On an existing `cluster` a run starts in seconds.",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"*/5 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 2m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"*/30 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 15m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (context.Request.Cluster is null && schedule.ShortestGap < 600)
        {
            yield return At(
                text,
                $"every {Span(schedule.ShortestGap)} a cluster is made for one run; run on an existing `cluster`, or let it come every ten minutes at most"
            );
        }
    }
}
