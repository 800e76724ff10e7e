using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4611: a schedule without a time zone.</summary>
public sealed class OpenTimeZone : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4611", "time-zone-open", Severity.Warning, "Nobody can see in which time zone the schedule is.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Without `timeZone`, or with `Local`, the operator takes the zone of its own process, which is UTC in most images and something else in some: the same manifest runs at other hours on another cluster. What is shown as the next runs is a guess then.",
            Facts = "R3",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (schedule.EverySeconds is not null)
        {
            yield break;
        }

        if (context.Request.TimeZone is { Value: "Local" } local)
        {
            yield return At(
                local,
                "`Local` is the zone of the operator's process; write the one that is meant, such as `Europe/Berlin` or `UTC`"
            );
        }
        else if (context.Request.TimeZone is null && !context.IsMeant("timeZone"))
        {
            yield return At(
                text,
                "the operator's own time zone decides when this is; add `timeZone`, such as `Europe/Berlin` or `UTC`"
            );
        }
    }
}
