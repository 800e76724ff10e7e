using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4609: a schedule that KubeRay doesn't take.</summary>
public sealed class MalformedSchedule : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4609", "schedule-malformed", Severity.Error, "The schedule is none that KubeRay takes.")
        {
            Category = RuleCategory.Engine,
            HasFixedSeverity = true,
            Why =
                "Five fields (minute, hour, day of month, month, day of week 0–6) or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`, `@every 1h30m`. No seconds, no day 7, no `L` or `#`, no time zone inside. A schedule that never comes, such as 31 February, is run at once, when the object is made.",
            Facts = "R2",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context is { Kind: JobKind.RayCronJob, Request.Schedule: { } text }
        && CronSchedule.FaultOf(text.Value) is { } fault
            ? [At(text, fault)]
            : [];
}
