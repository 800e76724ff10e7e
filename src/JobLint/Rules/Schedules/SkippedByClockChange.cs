using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4620: a time that a day doesn't have.</summary>
public sealed class SkippedByClockChange : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4620", "skipped-by-clock-change", Severity.Warning, "Once a year the clocks skip the time.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "When the clocks are put forward, an hour of the night doesn't exist. KubeRay runs what is due when the clocks show its time, so a run of that hour is not late but missing that day. An hour that is always there (before 01:00 or from 04:00 on, in most zones), or `UTC`, is never skipped.",
            Facts = "R9",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"30 2 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"30 4 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule) =>
        AtClockChanges(
            context,
            text,
            schedule,
            isSkipped: true,
            change =>
                $"on days such as {change.Day:yyyy-MM-dd} the clocks of {context.Request.TimeZone!.Value} go from {Clock(change.From)} to {Clock(change.To)}, and the run of {Clock(change.Time)} doesn't come; choose another hour, or `timeZone: UTC`"
        );
}
