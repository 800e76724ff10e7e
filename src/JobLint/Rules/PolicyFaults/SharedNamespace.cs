namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0613: teams in one namespace.</summary>
public sealed class SharedNamespace : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0613", "shared-namespace", Severity.Warning, "Several teams share a namespace.")
        {
            Category = RuleCategory.Policy,
            Why =
                "In one namespace every team's pods may use every Secret and claim of the other, whatever `rules.yaml` grants, and Argo CD's Applications of the teams may remove each other's objects.",
            Bad = Example.Policy(
                "# policies/platform.yaml\nnamespace: ray-jobs\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\nnamespace: ray-{team}\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        PlatformPolicy platform = loaded.Policies.Platform;
        foreach (
            IGrouping<string, string> shared in loaded
                .Policies.Quotas.Teams.Keys.Where(t => t != QuotasPolicy.DefaultTeam)
                .GroupBy(platform.NamespaceOf, StringComparer.Ordinal)
        )
        {
            string[] teams = [.. shared.Order(StringComparer.Ordinal)];
            if (teams.Length > 1)
            {
                SourceSpan span = platform.Namespaces.ContainsKey(teams[^1])
                    ? SpanOf(loaded, PolicyLoader.PlatformPath, "namespaces", teams[^1])
                    : SpanOf(loaded, PolicyLoader.PlatformPath, "namespace");
                yield return At(
                    span,
                    $"{MessageText.List(teams, "and")} share the namespace {shared.Key}; give each a namespace of its own"
                );
            }
        }
    }
}
