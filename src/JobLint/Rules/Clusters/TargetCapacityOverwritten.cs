namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ4383: a capacity that the operator writes over.</summary>
public sealed class TargetCapacityOverwritten : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4383", "target-capacity-overwritten", Severity.Error, "The operator writes over `target_capacity`.")
        {
            Category = RuleCategory.Engine,
            Why =
                "An incremental upgrade is made by `target_capacity`: the operator sets it on both clusters, step by step, and to 100 at the end. What the request says holds until the first upgrade and never again.",
            Facts = "S9",
            Bad = Example.Request(
                "kind: RayService\nname: chat\nimage: ray\nworkers: {replicas: {min: 1, max: 2}}\nserve:\n  target_capacity: 50\n  applications:\n  - {name: chat, import_path: \"app:app\"}\nupgrade: {strategy: Incremental, step: 10, interval: 1m, gatewayClass: istio}\n"
            ),
            Good = Example.Request(
                "kind: RayService\nname: chat\nimage: ray\nworkers: {replicas: {min: 1, max: 2}}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\nupgrade: {strategy: Incremental, step: 10, interval: 1m, gatewayClass: istio}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request is { Upgrade.Value.Strategy.Value: UpgradeStrategy.Incremental, Serve.Value: { } serve }
        && serve.Entry("target_capacity") is { } capacity
            ?
            [
                At(
                    capacity.Value.Span,
                    "an incremental upgrade sets `target_capacity` itself; remove it, and write the numbers of replicas that are meant"
                ),
            ]
            : [];
}
