using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4624: a priority that stays behind.</summary>
public sealed class PriorityLost : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4624", "priority-lost", Severity.Warning, "The priority doesn't reach the runs.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Kueue and Volcano read the priority from a label of the job, and KubeRay gives the runs of a RayCronJob none of its labels. They wait and are preempted as what has no priority.",
            Facts = "R6",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\nkueue: 0.19.2\nqueues: {vision: default}\npriorities: {high: batch-high}\nkuberay: 1.7.0\nfeatureGates: {RayCronJob: true}\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/report.yaml\nkind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\npriority: high\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\nkueue: 0.19.2\nqueues: {vision: default}\npriorities: {high: batch-high}\nkuberay: 1.7.0\nfeatureGates: {RayCronJob: true}\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/report.yaml\nkind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (
            context.Policies.Platform.Scheduler is SchedulerKind.Kueue or SchedulerKind.Volcano
            && context.Request.Priority is { } priority
        )
        {
            yield return At(priority, "KubeRay gives the runs no label, and so no priority; remove `priority`");
        }
    }
}
