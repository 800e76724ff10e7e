namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ2064: a service that can never be upgraded.</summary>
public sealed class UpgradeNeverFits : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2064", "upgrade-never-fits", Severity.Warning, "The team's quota never holds the service twice.")
        {
            Category = RuleCategory.Quota,
            MayBeIgnored = true,
            Why =
                "An upgrade makes a second cluster as large as the first, and both hold their GPUs until the new one serves. A service that takes more than half of what the team may hold can be made, and never upgraded: every edit of its cluster is blocked. `Incremental` with a smaller `maxSurge`, or fewer GPUs, leave room.",
            Facts = "S8",
            Bad = Example.Request(
                "kind: RayService\nname: chat\nimage: ray-gpu\nworkers: {replicas: 9, cpu: 8, memory: 64Gi, gpu: a100, gpus: 1}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\n"
            ),
            Good = Example.Request(
                "kind: RayService\nname: chat\nimage: ray-gpu\nworkers: {replicas: 8, cpu: 8, memory: 64Gi, gpu: a100, gpus: 1}\nserve:\n  applications:\n  - {name: chat, import_path: \"app:app\"}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        UpgradeRequest? upgrade = context.Request.Upgrade?.Value;
        if (
            context.Kind != JobKind.RayService
            || upgrade?.Strategy?.Value == UpgradeStrategy.None
            || context.TeamPolicy is not { } team
            || context.Plan?.Jobs is not [{ } job, ..]
        )
        {
            yield break;
        }

        int surge = upgrade?.Strategy?.Value == UpgradeStrategy.Incremental ? upgrade.MaxSurge?.Value ?? 100 : 100;
        foreach ((string type, long count) in job.Demand.Gpus)
        {
            long peak = count + (((count * surge) + 99) / 100);
            if (team.HardLimitOf(type) is { } hard && count <= hard && peak > hard)
            {
                yield return At(
                    context.Request.Upgrade?.Span ?? context.Request.Kind!.Span,
                    $"an upgrade holds {peak} {type} for a time, and team {context.Team} may hold {hard}: no edit of the cluster can ever be merged; ask for {hard / 2} at most, or `upgrade: {{strategy: Incremental, maxSurge: …}}`"
                );
            }
        }
    }
}
