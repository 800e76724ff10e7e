using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4618: a time of the day that is none.</summary>
public sealed class EveryIsNoTime : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4618",
            "every-is-no-time-of-day",
            Severity.Warning,
            "`@every` counts from the last run, not from the clock."
        )
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "`@every 24h` comes a day after the object was made, at whatever time that was, and moves with each change of the clocks; a new object begins anew. `timeZone` has no part in it. A time of the day is `0 3 * * *`, with a time zone.",
            Facts = "R2",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"@every 24h\"\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (schedule.EverySeconds is not { } every)
        {
            yield break;
        }

        if (every >= 86_400 && every % 86_400 == 0)
        {
            yield return At(
                text,
                $"this comes {Span(every)} after the object is made, at whatever time of the day that is; write a time, such as `0 3 * * {(every == 7 * 86_400 ? "1" : "*")}`"
            );
        }

        if (context.Request.TimeZone is { } zone)
        {
            yield return At(
                zone,
                "`@every` looks at no clock, so `timeZone` does nothing; remove it, or write a time of the day"
            );
        }
    }
}
