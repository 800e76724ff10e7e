using System.Collections.Concurrent;

namespace Rayquest.JobLint.Engine;

/// <summary>Severities as <c>policies/rules.yaml</c> sets them, of rules whose severity isn't fixed.</summary>
public sealed class SeverityPolicy(RulesPolicy rules)
{
    private readonly Dictionary<string, Severity> byCode = ByCode(rules);

    private static Dictionary<string, Severity> ByCode(RulesPolicy rules)
    {
        Dictionary<string, Severity> severities = new(StringComparer.Ordinal);
        foreach ((Located<string> name, Located<Severity> severity) in rules.Severities)
        {
            if (RuleCatalog.Find(name.Value) is { HasFixedSeverity: false } rule)
            {
                severities.TryAdd(rule.Code, severity.Value);
            }
        }

        return severities;
    }

    /// <summary>The finding at the severity the policy wants; null when the rule is off.</summary>
    public Finding? Apply(Finding finding) =>
        byCode.TryGetValue(finding.Rule.Code, out Severity severity)
            ? severity == Severity.Off
                ? null
                : finding with
                {
                    Severity = severity,
                }
            : finding;
}
