namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2033: GPUs without a deadline.</summary>
public sealed class GpuWithoutTimeout : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2033", "gpu-without-timeout", Severity.Error, "The job asks for GPUs without saying for how long.")
        {
            Category = RuleCategory.Resources,
            Why =
                "A job that hangs, as distributed training does when one worker is lost, holds its GPUs until somebody notices. `timeout` becomes `activeDeadlineSeconds`, and is what the cost is counted by.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 3h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (!KindRules.HasEntrypoint(context.Kind) || context.Request.Timeout is not null || context.IsMeant("timeout"))
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
                        group.GpuSpan,
                        $"asks for {group.GpusPerPod * group.MaxPods} {group.GpuName ?? "GPUs"} without a `timeout`; add one, such as `timeout: 6h`"
                    ),
                ];
            }
        }

        return [];
    }
}
