namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ2043: GPUs held whether they are used or not.</summary>
public sealed class ClusterHoldsIdleGpus : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2043",
            "cluster-holds-idle-gpus",
            Severity.Warning,
            "The cluster holds GPUs for its whole lease, used or not."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "People use a cluster for some hours of its lease. Workers of a fixed number hold their GPUs through nights and weekends; with `replicas: {min: 0, max: 4}` the autoscaler brings them when something asks for them, and takes them back after `autoscaling.idleTimeout`.",
            Bad = Example.Request(
                "kind: RayCluster\nname: notebook\nimage: ray-gpu\nworkers: {replicas: 2, gpu: l4, gpus: 1}\nlease: 7d\n"
            ),
            Good = Example.Request(
                "kind: RayCluster\nname: notebook\nimage: ray-gpu\nworkers: {replicas: {min: 0, max: 2}, gpu: l4, gpus: 1}\nlease: 7d\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Kind != JobKind.RayCluster)
        {
            yield break;
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            ReplicaRange replicas = group.Replicas.Value;
            if (group.GpusPerPod > 0 && replicas.Min > 0)
            {
                long held = (long)replicas.Min * group.Hosts * group.GpusPerPod;
                yield return At(
                    group.Request.Replicas?.Span ?? group.Span,
                    $"{held} {group.GpuName ?? "GPUs"} are held for the whole lease, used or not; write `replicas: {{min: 0, max: {replicas.Max}}}` to have them when they are needed"
                );
            }
        }
    }
}
