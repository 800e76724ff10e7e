using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4610: a time zone nobody knows.</summary>
public sealed class UnknownTimeZone : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4610", "unknown-time-zone", Severity.Error, "The time zone is not in the time zone database.")
        {
            Category = RuleCategory.Engine,
            HasFixedSeverity = true,
            Why =
                "A time zone is called by its name in the database, a continent and a city: `Europe/Berlin`, `Asia/Shanghai`, or `UTC`. Abbreviations such as `CEST` or `PST` and offsets such as `+08:00` are none: KubeRay refuses the object with a warning event, and nothing runs.",
            Facts = "R3",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: PST\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: America/Los_Angeles\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context is not { Kind: JobKind.RayCronJob, Request.TimeZone: { } zone } || TimeZones.IsKnown(zone.Value))
        {
            return [];
        }

        string? near = DidYouMean.Suggest(zone.Value, TimeZones.Names);
        return
        [
            At(
                zone,
                $"`{MessageText.Shorten(zone.Value)}` is not in the time zone database; "
                    + (near is null ? "write a name such as `Europe/Berlin` or `UTC`" : $"did you mean `{near}`?"),
                near is null ? null : Replace($"Write `{near}`", zone.Span, near, FixSafety.Unsafe)
            ),
        ];
    }
}
