using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4621: a time that a day has twice.</summary>
public sealed class DoubledByClockChange : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4621", "doubled-by-clock-change", Severity.Warning, "Once a year the clocks show the time twice.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "When the clocks are put back, an hour of the night comes twice, and so does a run of that hour, an hour after the first: with a longer `timeout` both are there at a time. The entrypoint must bear that, or the schedule takes an hour that comes once.",
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
            isSkipped: false,
            change =>
                $"on days such as {change.Day:yyyy-MM-dd} the clocks of {context.Request.TimeZone!.Value} go back from {Clock(change.To)} to {Clock(change.From)}, and the run of {Clock(change.Time)} comes twice; choose another hour, or `timeZone: UTC`"
        );
}
