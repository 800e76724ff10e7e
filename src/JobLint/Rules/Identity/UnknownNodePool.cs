namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1014: a node pool that isn't there.</summary>
public sealed class UnknownNodePool : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1014", "unknown-node-pool", Severity.Error, "There is no such node pool.")
        {
            Category = RuleCategory.Identity,
            HasFixedSeverity = true,
            Why =
                "Pools that requests may name are listed in `policies/platform.yaml`, under `nodePools`, with the labels and tolerations they stand for. Without these nothing can be rendered.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nnodePool: spott\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nnodePool: spot\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        IReadOnlyDictionary<string, NodePool> pools = context.Policies.Platform.NodePools;
        foreach (Located<string> name in Named(context.Request))
        {
            if (!pools.ContainsKey(name.Value))
            {
                yield return At(
                    name,
                    $"there is no node pool `{name.Value}`{MessageText.Unknown(name.Value, pools.Keys)}",
                    MessageText.Rename(name.Span, name.Value, pools.Keys)
                );
            }
        }
    }

    /// <summary>Every node pool that a request names: its own, the head's, the groups'.</summary>
    internal static IEnumerable<Located<string>> Named(JobRequest request)
    {
        if (request.NodePool is { } pool)
        {
            yield return pool;
        }

        if (request.Head?.Value.NodePool is { } ofHead)
        {
            yield return ofHead;
        }

        foreach (Located<WorkerGroupRequest> group in request.Workers?.Value ?? [])
        {
            if (group.Value.NodePool is { } ofGroup)
            {
                yield return ofGroup;
            }
        }
    }
}
