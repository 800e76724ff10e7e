namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0602: a severity that can't be changed.</summary>
public sealed class FixedRuleInPolicy : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0602",
            "fixed-rule-in-policy",
            Severity.Warning,
            "`rules.yaml` sets the severity of a rule whose severity is fixed."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "A file that can't be read can't be judged or rendered, and our own faults are not a matter of policy; those rules keep their severity.",
            Bad = Example.Policy("# policies/rules.yaml\nseverity: {RQ0002: warning}\n"),
            Good = Example.Policy("# policies/rules.yaml\nseverity: {RQ2026: error}\n"),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach ((Located<string> rule, _) in loaded.Policies.Rules.Severities)
        {
            if (RuleCatalog.Find(rule.Value) is { HasFixedSeverity: true } known)
            {
                yield return At(rule.Span, $"the severity of {known.Code} ({known.Name}) is fixed; remove the line");
            }
        }
    }
}
