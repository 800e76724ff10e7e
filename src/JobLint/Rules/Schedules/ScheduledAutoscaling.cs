using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4623: runs that scale under Kueue.</summary>
public sealed class ScheduledAutoscaling : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4623", "scheduled-autoscaling-under-kueue", Severity.Error, "Kueue refuses the runs, since they scale.")
        {
            Category = RuleCategory.Engine,
            Why =
                "Kueue takes a job that scales only with the annotation of elastic jobs, and no annotation of a RayCronJob reaches its runs: the webhook refuses each when it is made. A fixed number of replicas is taken.",
            Facts = "Q3",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\nkueue: 0.19.2\nqueues: {vision: default}\nkuberay: 1.7.0\nfeatureGates: {RayCronJob: true}\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/report.yaml\nkind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: {min: 1, max: 4}}\ntimeout: 30m\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\nkueue: 0.19.2\nqueues: {vision: default}\nkuberay: 1.7.0\nfeatureGates: {RayCronJob: true}\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/report.yaml\nkind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 4}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (context.Policies.Platform.Scheduler != SchedulerKind.Kueue)
        {
            yield break;
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Replicas.Value.IsRange)
            {
                yield return At(
                    group.Request.Replicas!,
                    $"Kueue refuses the runs of a schedule that scale; write a fixed number of replicas, such as {group.Replicas.Value.Max}"
                );
            }
        }
    }
}
