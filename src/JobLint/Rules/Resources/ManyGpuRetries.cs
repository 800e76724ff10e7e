namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2037: many tries on GPUs.</summary>
public sealed class ManyGpuRetries : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2037", "many-gpu-retries", Severity.Warning, "A failing GPU job is tried many times.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "Each try is a new cluster and may take the whole timeout. A fault in the code fails every time, at full price.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 3h\nretries: 6\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 3h\nretries: 2\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Retries is not { Value: > 3 } retries)
        {
            return [];
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group is { GpusPerPod: > 0, MaxPods: > 0 })
            {
                return
                [
                    At(
                        retries,
                        $"the job may run {retries.Value + 1} times in full; 3 retries or fewer keep a fault from costing so much"
                    ),
                ];
            }
        }

        return [];
    }
}
