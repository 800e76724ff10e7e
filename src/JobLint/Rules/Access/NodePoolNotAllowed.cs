namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5034: other teams' nodes.</summary>
public sealed class NodePoolNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5034", "node-pool-not-allowed", Severity.Error, "The node pool is not open to the team.")
        {
            Category = RuleCategory.Security,
            Why =
                "A pool's tolerations let pods onto nodes that are kept for somebody. Who may use it is in `policies/platform.yaml`, under `nodePools`.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, nodePool: highmem}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, nodePool: spot}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (Located<string> name in Identity.UnknownNodePool.Named(context.Request))
        {
            if (
                context.Policies.Platform.NodePools.TryGetValue(name.Value, out NodePool? pool)
                && !pool.IsOpenTo(context.Team)
            )
            {
                yield return At(
                    name,
                    $"the node pool {name.Value} is open to {MessageText.List([.. pool.Teams.Select(t => t.Value)], "and")}, not to team {context.Team}"
                );
            }
        }
    }
}
