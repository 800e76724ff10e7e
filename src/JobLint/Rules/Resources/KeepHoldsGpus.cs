namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2036: GPUs kept after the end.</summary>
public sealed class KeepHoldsGpus : Rule
{
    private static readonly Duration Long = new(3600);

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2036", "keep-holds-gpus", Severity.Warning, "`keep` holds GPUs long after the job has ended.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "The cluster is deleted `keep` after the end, and its workers keep their GPUs until then. The end of the log is kept on the pull request anyway.",
            Facts = "2.7",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 3h\nkeep: 1d\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 3h\nkeep: 30m\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Keep is not { } keep || keep.Value <= Long)
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
                        keep,
                        $"{group.GpusPerPod * group.MaxPods} {group.GpuName ?? "GPUs"} stay held for {keep.Value} after the job has ended; 1h or less is enough to look at it"
                    ),
                ];
            }
        }

        return [];
    }
}
