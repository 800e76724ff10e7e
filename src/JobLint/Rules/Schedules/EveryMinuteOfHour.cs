using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4617: sixty runs where one is meant.</summary>
public sealed class EveryMinuteOfHour : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4617", "every-minute-of-the-hour", Severity.Warning, "It comes in every minute of some hours.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "`* 3 * * *` is every minute from 3:00 to 3:59, sixty runs, each with a cluster of its own. Who means three o'clock writes `0 3 * * *`.",
            Facts = "R2",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"* 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30s\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (schedule.EverySeconds is null && schedule.CountOf(0) == 60 && !schedule.IsHourly)
        {
            string better = $"0 {string.Join(' ', Enumerable.Range(1, 4).Select(schedule.Field))}";
            yield return At(
                text,
                $"`{schedule.Field(0)}` in the first field is every minute of the hour: {schedule.Times.Count} runs a day; write `{better}` for one an hour",
                Replace($"Write `{better}`", text.Span, $"\"{better}\"", FixSafety.Unsafe)
            );
        }
    }
}
