namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0601: a severity for a rule that isn't there.</summary>
/// <param name="find">The rule of a code or name, or null.</param>
/// <param name="all">Every rule there is.</param>
public sealed class UnknownRuleInPolicy(Func<string, RuleInfo?> find, Func<IReadOnlyList<RuleInfo>> all) : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0601",
            "unknown-rule-in-policy",
            Severity.Error,
            "`rules.yaml` sets the severity of a rule that does not exist."
        )
        {
            Category = RuleCategory.Policy,
            Why = "A rule that somebody meant to turn into an error, or off, would go on as before without a word.",
            Bad = Example.Policy("# policies/rules.yaml\nseverity: {fractional-cup: error}\n"),
            Good = Example.Policy("# policies/rules.yaml\nseverity: {fractional-cpu: error}\n"),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach ((Located<string> rule, _) in loaded.Policies.Rules.Severities)
        {
            if (find(rule.Value) is null)
            {
                IEnumerable<string> known = all().SelectMany(r => new[] { r.Code, r.Name });
                yield return At(
                    rule.Span,
                    $"there is no rule `{MessageText.Shorten(rule.Value)}`{DidYouMean.Phrase(rule.Value, known)}",
                    MessageText.Rename(rule.Span, rule.Value, known)
                );
            }
        }
    }
}
