namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2017: no timeout bounds the cost.</summary>
public sealed class CostUnbounded : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2017", "cost-unbounded", Severity.Warning, "No timeout bounds what the job may cost.")
        {
            Category = RuleCategory.Quota,
            Why =
                "Neither the request nor the platform's defaults set a timeout, so a job that hangs runs, and is paid for, until somebody deletes it.",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ndefaults: {image: ray}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ndefaults: {image: ray}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\ntimeout: 2h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Plan?.Jobs is not [{ Timeout: null, Cluster: null, Kind: JobKind.RayJob } job, ..]
            || context.IsMeant("timeout")
        )
        {
            return [];
        }

        return job.Demand.Gpus.Count > 0
            ? []
            : [At(context.Anchor, "nothing limits how long the job may run, so its cost is open; add `timeout`")];
    }
}
