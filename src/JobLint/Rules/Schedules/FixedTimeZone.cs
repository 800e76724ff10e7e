using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4613: a zone that never changes its clocks.</summary>
public sealed class FixedTimeZone : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4613", "time-zone-never-changes", Severity.Warning, "The time zone keeps winter time all the year.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "`EST`, `MST` and `HST` are fixed offsets: in summer a schedule there comes an hour later than the clocks of New York, Denver and Honolulu's neighbours show. `America/New_York` follows the clocks.",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: EST\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: America/New_York\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (context.Request.TimeZone is { Value: "EST" or "MST" } zone && schedule.EverySeconds is null)
        {
            string city = zone.Value == "EST" ? "America/New_York" : "America/Denver";
            yield return At(
                zone,
                $"`{zone.Value}` is the same all the year, and in summer an hour off the clocks there; write `{city}`, or a city that keeps it",
                Replace($"Write `{city}`", zone.Span, city, FixSafety.Unsafe)
            );
        }
    }
}
