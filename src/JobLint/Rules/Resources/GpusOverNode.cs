namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2022: more GPUs for one worker than a node has.</summary>
public sealed class GpusOverNode : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2022", "gpus-over-node", Severity.Error, "One worker asks for more GPUs than a node has.")
        {
            Category = RuleCategory.Resources,
            Why =
                "A worker is a pod, and a pod runs on one node. It would stay pending for ever, and KubeRay submits the job only when every pod is ready.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: a100, gpus: 16}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 2, cpu: 80, memory: 1000Gi, gpu: a100, gpus: 8}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Gpu is { PerNode: > 0 } type && group.GpusPerPod > type.PerNode)
            {
                int workers = (group.GpusPerPod + type.PerNode - 1) / type.PerNode;
                yield return At(
                    group.GpuSpan,
                    $"asks for {group.GpusPerPod} {group.GpuName} in one worker, but a node has {type.PerNode}: lower `gpus` to {type.PerNode} and raise `replicas`, such as {workers * Math.Max(1, group.Replicas.Value.Max)} workers"
                );
            }
        }
    }
}
