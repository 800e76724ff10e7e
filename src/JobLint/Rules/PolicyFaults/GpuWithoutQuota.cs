namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0617: a GPU type that nobody may hold.</summary>
public sealed class GpuWithoutQuota : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0617", "gpu-without-quota", Severity.Warning, "The catalogue has a GPU type that no quota lists.")
        {
            Category = RuleCategory.Policy,
            Why =
                "What no quota lists is not allowed, so nobody can ask for the type. A team's `soft` or `hard` lists it by name; `\"*\"` there stands for every type that isn't listed, with a number or `unlimited`.",
            Bad = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}, h100: {}}\n"
            ),
            Good = Example.Policy("# policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\n"),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        IReadOnlyDictionary<string, TeamPolicy> teams = loaded.Policies.Quotas.Teams;
        if (teams.Count == 0)
        {
            yield break;
        }

        foreach (string type in loaded.Policies.Platform.Gpus.Keys)
        {
            if (!teams.Values.Any(t => t.Lists(type)))
            {
                yield return At(
                    SpanOfKey(loaded, PolicyLoader.PlatformPath, ["gpus"], type),
                    $"no quota lists `{type}`, so no team may hold any: add it under `hard.gpus` of those that may, in `policies/quotas.yaml`, or `\"*\"` for every type that isn't listed"
                );
            }
        }
    }
}
