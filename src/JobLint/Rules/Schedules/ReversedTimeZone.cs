using System.Globalization;
using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4612: a sign the other way round.</summary>
public sealed class ReversedTimeZone : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4612", "time-zone-reversed", Severity.Warning, "The sign of the time zone means the opposite.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "The zones `Etc/GMT+8` and the like have the sign of old POSIX: `Etc/GMT+8` is eight hours behind UTC, not ahead. They know no daylight saving either. A city says what is meant.",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Etc/GMT+8\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Asia/Shanghai\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (
            context.Request.TimeZone is { } zone
            && zone.Value.StartsWith("Etc/GMT", StringComparison.Ordinal)
            && ScheduleClock.HoursAhead(zone.Value) is { } hours
            && hours != 0
        )
        {
            yield return At(
                zone,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"`{zone.Value}` is {Math.Abs(hours):0} hours {(hours < 0 ? "behind" : "ahead of")} UTC; write the city that is meant, such as `{(hours < 0 ? "America/Los_Angeles" : "Asia/Shanghai")}`"
                )
            );
        }
    }
}
