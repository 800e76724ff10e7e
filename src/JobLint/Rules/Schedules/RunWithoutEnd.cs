using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ2061: runs that pile up.</summary>
public sealed class RunWithoutEnd : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2061", "run-without-end", Severity.Error, "Nothing ends a run, and the next comes all the same.")
        {
            Category = RuleCategory.Resources,
            Why =
                "A run that hangs stays, and KubeRay starts the next beside it, night after night. No quota can count that. `timeout` ends each run.",
            Facts = "R8",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nkuberay: 1.7.0\nfeatureGates: {RayCronJob: true}\ngpus: {}\ndefaults: {image: ray}\n# file: jobs-requests/vision/report.yaml\nkind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: UTC\nentrypoint: python report.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nkuberay: 1.7.0\nfeatureGates: {RayCronJob: true}\ngpus: {}\ndefaults: {image: ray}\n# file: jobs-requests/vision/report.yaml\nkind: RayCronJob\nname: report\nschedule: \"0 3 * * *\"\ntimeZone: UTC\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 2h\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule) =>
        context.Plan?.Jobs is [{ Timeout: null, Demand.Gpus.Count: 0 }, ..] && !context.IsMeant("timeout")
            ? [At(text, "a run that hangs is never ended, and the next begins beside it; add `timeout`")]
            : [];
}
