namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ4381: a cluster that stays as it was made.</summary>
public sealed class UpgradeNone : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4381", "upgrade-none", Severity.Warning, "No edit of the service's cluster will ever take effect.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "With the strategy `None` the operator ignores every change of the cluster, image and security fixes included, until the service is removed and made again. Such edits are refused here (RQ4603); only `serve` can be edited.",
            Facts = "S8",
            Bad = Example.Request(
                "kind: RayService\nname: chat\nimage: ray\nworkers: {replicas: 1}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\nupgrade: {strategy: None}\n"
            ),
            Good = Example.Request(
                "kind: RayService\nname: chat\nimage: ray\nworkers: {replicas: 1}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\nupgrade: {strategy: NewCluster}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Upgrade?.Value.Strategy is { Value: UpgradeStrategy.None } none
            ?
            [
                At(
                    none,
                    "the cluster stays as it is made, whatever is edited; write `NewCluster`, or say why beside `# rayquest: ignore`"
                ),
            ]
            : [];
}
