using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4608: a cron job that never comes.</summary>
public sealed class MissingSchedule : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4608", "missing-schedule", Severity.Error, "A cron job says no `schedule`.")
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why =
                "A RayCronJob is a job and when it runs. `schedule` has five fields, minute, hour, day of month, month and day of week, or is `@daily`, `@every 90m` and the like.",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Kind == JobKind.RayCronJob && context.Request.Schedule is null && !context.IsMeant("schedule")
            ? [At(context.Request.Kind!, "there is no `schedule`; add one, such as `schedule: \"30 3 * * *\"`")]
            : [];
}
