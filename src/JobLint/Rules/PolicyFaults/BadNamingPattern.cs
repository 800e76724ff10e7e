using Rayquest.JobLint.Rules.Identity;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0607: a naming pattern that is no pattern.</summary>
public sealed class BadNamingPattern : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0607",
            "bad-naming-pattern",
            Severity.Error,
            "A naming pattern is no regular expression that can be used."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "Patterns are matched without backtracking, in time linear in the name, so look-around and back references are not taken. A pattern that can't be used would hold nobody to anything.",
            Bad = Example.Policy("# policies/rules.yaml\nnaming: {vision: \"(train|eval-.*\"}\n"),
            Good = Example.Policy("# policies/rules.yaml\nnaming: {vision: \"(train|eval)-.*\"}\n"),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach ((string team, Located<string> pattern) in loaded.Policies.Rules.Naming)
        {
            if (NameAgainstPattern.Compile(pattern.Value) is null)
            {
                yield return At(
                    pattern.Span,
                    $"the naming pattern of {team} is not a regular expression that runs in linear time (no look-around, no back references); fix it"
                );
            }
        }
    }
}
