using System.Globalization;
using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4616: a step that doesn't divide.</summary>
public sealed class UnevenStep : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4616", "uneven-step", Severity.Warning, "The step begins anew in every hour, day or month.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "`*/7` is not a seven minutes: it is the minutes 0, 7, … 56 of each hour, and four minutes after the last comes the first again. Likewise the hours of a day, and the days of a month. A step that divides 60 or 24 is even; anything else is `@every 7m`, which counts on from run to run.",
            Facts = "R2",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"*/7 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 2m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"*/10 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 2m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (schedule.EverySeconds is not null)
        {
            yield break;
        }

        if (Uneven(schedule.Field(0), 60) is { } minutes && schedule.IsHourly)
        {
            yield return At(
                text,
                $"`{schedule.Field(0)}` begins anew in every hour: the last gap is {60 % minutes} minutes, not {minutes}; write a step that divides 60, or `@every {minutes}m`"
            );
        }

        if (Uneven(schedule.Field(1), 24) is { } hours)
        {
            yield return At(
                text,
                $"`{schedule.Field(1)}` begins anew every day: the last gap is {24 % hours} hours, not {hours}; write a step that divides 24, or `@every {hours}h`"
            );
        }

        if (Step(schedule.Field(2)) is > 1 and <= 15 and var days)
        {
            yield return At(
                text,
                $"`{schedule.Field(2)}` begins anew on the first of every month: after the last day it comes sooner than {days} days later; write the days that are meant, or `@every {days * 24}h`"
            );
        }
    }

    private static int? Uneven(string field, int all) =>
        Step(field) is { } step && step > 1 && step <= all / 2 && all % step != 0 ? step : null;

    private static int? Step(string field) =>
        field.StartsWith("*/", StringComparison.Ordinal)
        && int.TryParse(field.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            ? step
            : null;
}
