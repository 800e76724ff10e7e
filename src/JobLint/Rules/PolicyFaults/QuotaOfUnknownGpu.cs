namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0604: a bound on a GPU type that isn't there.</summary>
public sealed class QuotaOfUnknownGpu : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0604", "quota-of-unknown-gpu", Severity.Error, "A quota names a GPU type that is not in the catalogue.")
        {
            Category = RuleCategory.Policy,
            Why =
                "A type that no quota lists is not allowed: after a slip in the name the team gets none of what was meant for it.",
            Bad = Example.Policy("# policies/quotas.yaml\nteams:\n  vision:\n    hard: {gpus: {a10: 8}}\n"),
            Good = Example.Policy("# policies/quotas.yaml\nteams:\n  vision:\n    hard: {gpus: {a100: 8}}\n"),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        IReadOnlyDictionary<string, GpuType> known = loaded.Policies.Platform.Gpus;
        foreach ((string name, TeamPolicy team) in loaded.Policies.Quotas.Teams)
        {
            string[][] paths =
            [
                .. team.Soft.GpuTypes.Select(k => new[] { "soft", "gpus", k }),
                .. team.Hard.GpuTypes.Select(k => new[] { "hard", "gpus", k }),
                .. team.PerJob.GpuTypes.Select(k => new[] { "perJob", "gpus", k }),
                .. team.GpuHoursPerMonth.Keys.Select(k => new[] { "gpuHoursPerMonth", k }),
            ];
            foreach (string[] path in paths)
            {
                string type = path[^1];
                if (!known.ContainsKey(type))
                {
                    SourceSpan key = SpanOfKey(loaded, PolicyLoader.QuotasPath, ["teams", name, .. path[..^1]], type);
                    yield return At(
                        key,
                        $"`policies/platform.yaml` has no GPU type `{type}`{MessageText.Unknown(type, known.Keys)}",
                        MessageText.Rename(key, type, known.Keys)
                    );
                }
            }
        }
    }
}
