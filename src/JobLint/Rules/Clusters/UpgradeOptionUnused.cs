namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ4382: an option of another strategy.</summary>
public sealed class UpgradeOptionUnused : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4382", "upgrade-option-unused", Severity.Error, "The option belongs to the strategy `Incremental`.")
        {
            Category = RuleCategory.Engine,
            Why =
                "`maxSurge`, `step`, `interval` and `gatewayClass` say how traffic is moved step by step. With `NewCluster`, which makes the whole second cluster and moves all traffic at once, nobody reads them: an upgrade takes the room of two clusters, whatever `maxSurge` says.",
            Facts = "S6",
            Bad = Example.Request(
                "kind: RayService\nname: chat\nimage: ray\nworkers: {replicas: 1}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\nupgrade: {maxSurge: 20}\n"
            ),
            Good = Example.Request(
                "kind: RayService\nname: chat\nimage: ray\nworkers: {replicas: {min: 1, max: 2}}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\nupgrade: {strategy: Incremental, maxSurge: 20, step: 10, interval: 1m, gatewayClass: istio}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Upgrade?.Value is not { } upgrade || upgrade.Strategy?.Value == UpgradeStrategy.Incremental)
        {
            yield break;
        }

        (string Key, SourceSpan? Span)[] options =
        [
            ("maxSurge", upgrade.MaxSurge?.Span),
            ("step", upgrade.Step?.Span),
            ("interval", upgrade.Interval?.Span),
            ("gatewayClass", upgrade.GatewayClass?.Span),
        ];
        foreach ((string key, SourceSpan? span) in options)
        {
            if (span is { } place)
            {
                yield return At(
                    place,
                    $"`{key}` has no effect with the strategy `{upgrade.Strategy?.Value ?? UpgradeStrategy.NewCluster}`; remove it, or write `strategy: Incremental`"
                );
            }
        }
    }
}
