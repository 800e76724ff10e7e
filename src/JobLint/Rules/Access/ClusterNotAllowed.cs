namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5023: another team's cluster.</summary>
public sealed class ClusterNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5023", "cluster-not-allowed", Severity.Error, "The existing cluster is not open to the team.")
        {
            Category = RuleCategory.Security,
            Why =
                "A job on an existing cluster runs with that cluster's mounts, secrets and service account. Who may use it is in `policies/platform.yaml`, under `clusters`.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\ncluster: search-index\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\ncluster: shared-dev\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Cluster is { } cluster
        && context.Policies.Platform.Clusters.TryGetValue(cluster.Value, out ExistingCluster? existing)
        && existing.Teams.Count > 0
        && !existing.Teams.Contains(context.Team)
            ?
            [
                At(
                    cluster,
                    $"the cluster {cluster.Value} is open to {MessageText.List(existing.Teams, "and")}, not to team {context.Team}"
                ),
            ]
            : [];
}
