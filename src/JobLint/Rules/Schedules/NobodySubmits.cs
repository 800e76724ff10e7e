using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4625: runs that wait for a person.</summary>
public sealed class NobodySubmits : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4625", "nobody-submits-run", Severity.Error, "Nobody is there to submit the runs of a schedule.")
        {
            Category = RuleCategory.Engine,
            Why =
                "In `InteractiveMode` a person submits each job. The runs of a schedule come at night: every one brings up a cluster and waits, without a deadline, and the next comes all the same.",
            Facts = "J24",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nsubmissionMode: InteractiveMode\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (context.Mode == SubmissionMode.InteractiveMode)
        {
            yield return At(
                context.Request.SubmissionMode?.Span ?? context.Anchor,
                "each run would wait for a person, and the next comes all the same; use K8sJobMode or HTTPMode with an `entrypoint`"
            );
        }
    }
}
