using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4615: a day that some months don't have.</summary>
public sealed class SkipsMonths : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4615", "schedule-skips-months", Severity.Warning, "Some months don't have the day.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "A day that a month doesn't have is skipped there, not moved to its last day: `0 0 31 * *` comes seven times a year, `0 0 29 2 *` once in four years. A schedule of the first of the month does the same work a day later, every month.",
            Facts = "R2",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 0 31 * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 0 1 * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (!schedule.NamesDays || schedule.NamesWeekdays)
        {
            yield break;
        }

        int[] last = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        int[] months = [.. Enumerable.Range(1, 12).Where(m => schedule.Has(3, m))];
        int[] without = [.. months.Where(m => !Enumerable.Range(1, last[m - 1]).Any(d => schedule.Has(2, d)))];
        if (without.Length > 0)
        {
            string which = without.Length == 1 ? Month(without[0]) : $"{without.Length} of {months.Length} months";
            Message how = without is [2] && schedule.Has(2, 29) ? (Message)", but for leap years" : Message.None;
            yield return At(
                text,
                $"{which} {(without.Length == 1 ? "has" : "have")} no day `{schedule.Field(2)}`{how}, so it doesn't come there; write a day from 1 to 28"
            );
        }
    }
}
