namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ2040: a cluster that holds GPUs for ever.</summary>
public sealed class GpuWithoutLease : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2040", "gpu-without-lease", Severity.Error, "The cluster asks for GPUs without saying for how long.")
        {
            Category = RuleCategory.Resources,
            Why =
                "A job ends by itself; a cluster stays until somebody remembers it, and its GPUs with it. `lease` says for how long it is given, and with it what the quota and the cost count. Nothing removes the cluster by itself yet: take its request away when you are done. An edit of the request, such as a higher `run`, renews the lease.",
            Bad = Example.Request(
                "kind: RayCluster\nname: notebook\nimage: ray-gpu\nworkers: {replicas: {min: 0, max: 2}, gpu: l4, gpus: 1}\n"
            ),
            Good = Example.Request(
                "kind: RayCluster\nname: notebook\nimage: ray-gpu\nworkers: {replicas: {min: 0, max: 2}, gpu: l4, gpus: 1}\nlease: 7d\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Kind != JobKind.RayCluster || context.Request.Lease is not null || context.IsMeant("lease"))
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
                        $"asks for {group.GpusPerPod * group.MaxPods} {group.GpuName ?? "GPUs"} without a `lease`; add one, such as `lease: 7d`"
                    ),
                ];
            }
        }

        return [];
    }
}
