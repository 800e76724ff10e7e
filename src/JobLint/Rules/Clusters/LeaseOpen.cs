namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ2041: a cluster nobody gives back.</summary>
public sealed class LeaseOpen : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2041", "lease-open", Severity.Warning, "Nothing ends the cluster.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "A cluster without a lease holds CPUs and memory until its request is removed, and what it costs is open. A shared cluster may be meant so: say why beside `# rayquest: ignore`.",
            Bad = Example.Request("kind: RayCluster\nname: shared\nworkers: {replicas: 2}\n"),
            Good = Example.Request("kind: RayCluster\nname: shared\nworkers: {replicas: 2}\nlease: 30d\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Kind == JobKind.RayCluster
        && context.Request.Lease is null
        && !context.IsMeant("lease")
        && !context.Groups.Any(g => g is { GpusPerPod: > 0, MaxPods: > 0 })
            ?
            [
                At(
                    context.Request.Kind!,
                    "nothing ends this cluster, so its cost is open; add `lease`, such as `lease: 30d`"
                ),
            ]
            : [];
}
