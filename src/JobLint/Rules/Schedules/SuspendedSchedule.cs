using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4626: runs that are saved up.</summary>
public sealed class SuspendedSchedule : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4626", "suspended-schedule", Severity.Warning, "A suspended schedule saves up its runs.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "KubeRay skips nothing: a schedule that goes on after a suspension starts every run that it missed, one after the other and all at once (RQ4606). What shall not run for a while is better removed, and added again later: a new object begins afresh. The quota counts a suspended schedule as one that runs.",
            Facts = "R7",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nsuspend: true\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (context.Request.Suspend is { Value: true } suspend)
        {
            yield return At(
                suspend,
                $"up to {schedule.MostWithin(30 * 86_400)} runs are saved up in 30 days, and all start when it goes on; remove the request instead, and add it again later"
            );
        }
    }
}
