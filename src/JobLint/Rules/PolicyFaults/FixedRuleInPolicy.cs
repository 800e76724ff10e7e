namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0602: a severity that can't be changed.</summary>
/// <param name="find">The rule of a code or name, or null.</param>
public sealed class FixedRuleInPolicy(Func<string, RuleInfo?> find) : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0602",
            "fixed-rule-in-policy",
            Severity.Error,
            "`rules.yaml` sets the severity of a rule whose severity is fixed."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "A request that can't be read or planned can't be rendered, so nothing but an error can come of it; over a quota the verdict decides, by `policies/quotas.yaml`; and our own faults are no matter of policy. The line would have no effect, and whoever reads the policy would think that it had.",
            Bad = Example.Policy("# policies/rules.yaml\nseverity: {RQ0002: warning}\n"),
            Good = Example.Policy("# policies/rules.yaml\nseverity: {RQ2026: error}\n"),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach ((Located<string> rule, _) in loaded.Policies.Rules.Severities)
        {
            if (find(rule.Value) is { HasFixedSeverity: true } known)
            {
                yield return At(
                    rule.Span,
                    $"the severity of {known.Code} ({known.Name}) is fixed ({known.DefaultSeverity.ToString().ToLowerInvariant()}), so this has no effect: remove the line"
                );
            }
        }
    }
}
