using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0630: a node pool that leads nowhere.</summary>
public sealed class ImpossibleNodePool : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0630",
            "impossible-node-pool",
            Severity.Error,
            "A node pool is described by what Kubernetes refuses, or by nothing."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "Its labels and tolerations go into the pods of everybody who names the pool, whose request would be blamed. A pool with neither changes nothing, and one with tolerations alone only lets pods onto its nodes and doesn't send them there. Without `teams` a pool is open to all; an empty list reads like nobody, and is refused.",
            Bad = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\nnodePools: {spot: {nodeSelector: {pool: a b}}, any: {}}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\nnodePools: {spot: {nodeSelector: {pool: spot}}}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        if (
            !loaded.Files.TryGetValue(PolicyLoader.PlatformPath, out YamlFile? file)
            || file.Root is not YamlMapping root
        )
        {
            yield break;
        }

        foreach (YamlEntry entry in (root["nodePools"] as YamlMapping)?.Entries ?? [])
        {
            if (entry.Value is not YamlMapping pool)
            {
                continue;
            }

            if (pool["nodeSelector"] is not YamlMapping { Entries.Length: > 0 } && pool["tolerations"] is null)
            {
                yield return At(
                    entry.Key.Span,
                    $"node pool {entry.Key.Value} has neither `nodeSelector` nor `tolerations`, so naming it changes nothing; say which labels its nodes have"
                );
            }

            if (pool["teams"] is YamlSequence { Items.Length: 0 } nobody)
            {
                yield return At(
                    nobody.Span,
                    $"node pool {entry.Key.Value} lists no team, and would be open to every team; name the teams, or remove `teams` (or the pool, where nobody may use it)"
                );
            }

            foreach (ManifestFault fault in NodeChoice.Faults(pool))
            {
                yield return At(fault.Span, $"node pool {entry.Key.Value}: {fault.Message}");
            }
        }
    }
}
