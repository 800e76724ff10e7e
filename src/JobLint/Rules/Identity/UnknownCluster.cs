namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1010: an existing cluster that isn't there.</summary>
public sealed class UnknownCluster : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1010", "unknown-cluster", Severity.Error, "There is no such existing cluster.")
        {
            Category = RuleCategory.Identity,
            Why =
                "Clusters that requests may run on are the RayClusters of the team's own requests, and those listed in `policies/platform.yaml`. A RayJob that selects a cluster which is not there waits for ever.",
            Facts = "J16",
            Bad = Example.Request("name: train\ncluster: shared-dve\nentrypoint: python train.py\n"),
            Good = Example.Request("name: train\ncluster: shared-dev\nentrypoint: python train.py\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Cluster is { } cluster
        && !context.Policies.Platform.Clusters.ContainsKey(cluster.Value)
        && !Clusters.TeamClusters.Has(context.Tree, context.Policies, context.Team, cluster.Value)
            ?
            [
                At(
                    cluster,
                    $"there is no cluster `{cluster.Value}`{MessageText.Unknown(cluster.Value, context.Policies.Platform.Clusters.Keys)}",
                    MessageText.Rename(cluster.Span, cluster.Value, context.Policies.Platform.Clusters.Keys)
                ),
            ]
            : [];
}
