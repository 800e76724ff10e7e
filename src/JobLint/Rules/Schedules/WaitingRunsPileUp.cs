using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ2069: runs that wait beside each other.</summary>
public sealed class WaitingRunsPileUp : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2069",
            "waiting-runs-pile-up",
            Severity.Warning,
            "A run may still wait for its cluster when the next comes, and the next but one."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "KubeRay starts each run when it is due, also while others wait for room. Where `queueTimeout` is longer than the time between two runs, a busy hour leaves several of them behind, which all run when there is room again, one after the other or at once, each with the work of the same day.",
            Facts = "R8",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 15m\nqueueTimeout: 6h\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"0 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 15m\nqueueTimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        if (
            context.Request.QueueTimeout is { } wait
            && schedule.ShortestGap is > 0 and var gap
            && wait.Value.Seconds > gap
        )
        {
            yield return At(
                wait,
                $"a run comes after {Span(gap)} at the shortest and may wait for {wait.Value}: up to {(wait.Value.Seconds + gap - 1) / gap} may wait at a time, and then all run; write `queueTimeout: {Span(gap)}` at most"
            );
        }
    }
}
