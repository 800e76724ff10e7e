namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ2070: GPUs that stay long after their last use.</summary>
public sealed class IdleTimeoutHoldsGpus : Rule
{
    private static readonly Duration Long = new(3600);

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2070",
            "idle-timeout-holds-gpus",
            Severity.Warning,
            "Idle workers keep their GPUs for hours before the autoscaler takes them back."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "`autoscaling.idleTimeout` is how long a worker stays with nothing to do, a minute where nobody says. Every use, however short, holds the GPUs for as long again.",
            Bad = Example.Request(
                "kind: RayCluster\nname: notebook\nimage: ray-gpu\nworkers: {replicas: {min: 0, max: 4}, gpu: l4, gpus: 1}\nautoscaling: {idleTimeout: 12h}\nlease: 7d\n"
            ),
            Good = Example.Request(
                "kind: RayCluster\nname: notebook\nimage: ray-gpu\nworkers: {replicas: {min: 0, max: 4}, gpu: l4, gpus: 1}\nautoscaling: {idleTimeout: 15m}\nlease: 7d\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Autoscaling?.Value.IdleTimeout is not { } idle || idle.Value <= Long)
        {
            return [];
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            ReplicaRange replicas = group.Replicas.Value;
            if (group.GpusPerPod > 0 && replicas.Min < replicas.Max)
            {
                long held = (long)(replicas.Max - replicas.Min) * group.Hosts * group.GpusPerPod;
                return
                [
                    At(
                        idle,
                        $"up to {held} {group.GpuName ?? "GPUs"} stay held for {idle.Value} after each use; 1h or less is enough between two cells or two batches"
                    ),
                ];
            }
        }

        return [];
    }
}
