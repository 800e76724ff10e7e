using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4614: both sorts of days.</summary>
public sealed class DayOrWeekday : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4614",
            "day-or-weekday",
            Severity.Warning,
            "Days of the month and days of the week are both named: either will do."
        )
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Where both fields are given, a day counts when one of them fits: `0 3 1 * 1` comes on every first of the month and on every Monday, not on Mondays that are a first. A field that begins with `*` and has a step is given, too: `*/2` is a list of days.",
            Facts = "R2",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 1 * 1\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 1 * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (schedule.NamesDays && schedule.NamesWeekdays)
        {
            yield return At(
                text,
                $"this comes on days `{schedule.Field(2)}` of the month, and also on every day `{schedule.Field(4)}` of the week, {schedule.MostInMonth} times in the busiest month; leave one of them `*`, and let the entrypoint ask for the other"
            );
        }
    }
}
