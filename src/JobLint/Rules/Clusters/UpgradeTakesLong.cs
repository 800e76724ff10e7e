namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ2065: an upgrade that goes on for hours.</summary>
public sealed class UpgradeTakesLong : Rule
{
    private const int Most = 6 * 3600;

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2065", "upgrade-takes-long", Severity.Warning, "The upgrade holds two clusters for many hours.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "`Incremental` moves `step` per cent of the traffic and then waits `interval`, a hundred over `step` times. All the while both clusters hold GPUs, and a further edit begins anew.",
            Facts = "S6",
            Bad = Example.Request(
                "kind: RayService\nname: chat\nimage: ray-gpu\nworkers: {replicas: {min: 1, max: 2}, cpu: 8, memory: 64Gi, gpu: a100, gpus: 1}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\nupgrade: {strategy: Incremental, step: 1, interval: 10m, gatewayClass: istio}\n"
            ),
            Good = Example.Request(
                "kind: RayService\nname: chat\nimage: ray-gpu\nworkers: {replicas: {min: 1, max: 2}, cpu: 8, memory: 64Gi, gpu: a100, gpus: 1}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\nupgrade: {strategy: Incremental, step: 10, interval: 1m, gatewayClass: istio}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Request.Upgrade?.Value
            is not { Strategy.Value: UpgradeStrategy.Incremental, Step: { Value: > 0 } step, Interval: { } interval }
        )
        {
            yield break;
        }

        long seconds = (99L + step.Value) / step.Value * interval.Value.Seconds;
        if (seconds > Most)
        {
            yield return At(
                interval,
                $"moving {step.Value} % every {interval.Value} takes {new Duration((int)Math.Min(seconds, Duration.MaxSeconds))}, and both clusters are there so long; take larger steps or shorter intervals"
            );
        }
    }
}
