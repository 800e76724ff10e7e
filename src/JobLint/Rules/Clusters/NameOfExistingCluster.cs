namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ1016: a cluster called as one of the platform's.</summary>
public sealed class NameOfExistingCluster : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ1016",
            "name-of-existing-cluster",
            Severity.Error,
            "The cluster would be called as one that is not open to the team."
        )
        {
            Category = RuleCategory.Identity,
            Why =
                "`policies/platform.yaml` names the clusters that requests may run on, and for whom. A second one of the name, made by a team that may not use the first, would take the jobs that ask for it in its namespace, and who reads the name would believe it to be the platform's.",
            Bad = Example.Request("kind: RayCluster\nname: search-index\nworkers: {replicas: 1}\nlease: 30d\n"),
            Good = Example.Request("kind: RayCluster\nname: vision-index\nworkers: {replicas: 1}\nlease: 30d\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Kind == JobKind.RayCluster
        && context.Request.Name is { } name
        && context.Policies.Platform.Clusters.TryGetValue(name.Value, out ExistingCluster? existing)
        && existing.Teams.Count > 0
        && !existing.Teams.Contains(context.Team)
            ?
            [
                At(
                    name,
                    $"{name.Value} is a cluster of the platform's, open to {MessageText.List(existing.Teams, "and")}; choose another name"
                ),
            ]
            : [];
}
