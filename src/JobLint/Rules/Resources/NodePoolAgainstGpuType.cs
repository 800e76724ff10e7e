namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2045: a pool that has no node of the GPU type.</summary>
public sealed class NodePoolAgainstGpuType : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2045",
            "node-pool-against-gpu-type",
            Severity.Error,
            "The node pool and the GPU type want different nodes."
        )
        {
            Category = RuleCategory.Resources,
            HasFixedSeverity = true,
            Why =
                "A GPU type picks nodes by labels, and so does a node pool. Where both want another value of the same label no node has both; on the nodes of one alone the pods would hold GPUs that are counted as another type.",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {a100: {nodeSelector: {pool: a100}}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\nnodePools: {spot: {nodeSelector: {pool: spot}}}\ndefaults: {image: ray}\n# file: jobs-requests/vision/train.yaml\nname: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: a100, nodePool: spot}\ntimeout: 1h\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {a100: {nodeSelector: {gpu: a100}}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\nnodePools: {spot: {nodeSelector: {pool: spot}}}\ndefaults: {image: ray}\n# file: jobs-requests/vision/train.yaml\nname: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: a100, nodePool: spot}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group is not { Gpu: { } gpu, Pod.NodePool: { } named })
            {
                continue;
            }

            foreach ((string key, string value) in named.Pool.NodeSelector)
            {
                string? other = gpu.NodeSelector.FirstOrDefault(l => l.Key == key).Value;
                if (other is not null && other != value)
                {
                    yield return At(
                        named.Name,
                        $"the nodes of pool {named.Name.Value} have `{key}: {value}`, those with {group.GpuName} `{key}: {other}`; use another pool, or none, for `{group.Name.Value}`"
                    );
                    break;
                }
            }
        }
    }
}
