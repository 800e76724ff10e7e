using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4622: runs beside the queue.</summary>
public sealed class RunsWithoutQueue : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4622", "runs-without-queue", Severity.Error, "The runs of a schedule are put into no queue.")
        {
            Category = RuleCategory.Engine,
            Why =
                "KubeRay makes the runs of a RayCronJob without any of its labels and annotations, so none says to which queue it belongs. Under Kueue they start at once, beside the queue and whatever quota it keeps, but where the team's LocalQueue is called `default`: that takes what names none. Under Volcano, YuniKorn and KAI they go to the scheduler's default queue, and none is scheduled as a gang.",
            Facts = "R6",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\nkueue: 0.19.2\nkuberay: 1.7.0\nfeatureGates: {RayCronJob: true}\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/report.yaml\nkind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\nkueue: 0.19.2\nqueues: {vision: default}\nkuberay: 1.7.0\nfeatureGates: {RayCronJob: true}\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/report.yaml\nkind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        PlatformPolicy platform = context.Policies.Platform;
        if (context.Request.Cluster is not null)
        {
            return [];
        }

        string queue = platform.QueueOf(context.Team);
        return platform.Scheduler switch
        {
            SchedulerKind.None => [],
            SchedulerKind.Kueue when queue == "default" => [],
            SchedulerKind.Kueue =>
            [
                At(
                    context.Request.Kind!,
                    $"the runs carry no label, so Kueue doesn't put them into `{queue}`; have the team's LocalQueue called `default`, which takes them (`queues: {{{context.Team}: default}}`), or run them on an existing `cluster`"
                ),
            ],
            _ =>
            [
                At(
                    context.Request.Kind!,
                    $"the runs carry no label, so the scheduler doesn't put them into `{queue}`; run them on an existing `cluster`, or have the platform team set this rule to a warning"
                ),
            ],
        };
    }
}
