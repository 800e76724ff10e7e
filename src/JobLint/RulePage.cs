using System.Text;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint;

/// <summary>The page of a rule: what <c>docs/rules/</c> holds and <c>rayquest explain</c> prints.</summary>
public static class RulePage
{
    /// <summary>The page as Markdown, ended by a line feed.</summary>
    public static string Markdown(RuleInfo rule)
    {
        StringBuilder text = new();
        text.Append($"# {rule.Code}: {rule.Name}\n\n{rule.Summary}\n\n");
        text.Append($"Severity: {rule.DefaultSeverity.ToString().ToLowerInvariant()}");
        text.Append(SeverityPolicy.IsFixed(rule) ? " (fixed)" : " (set it in `policies/rules.yaml`)");
        text.Append(RuleCatalog.MayBeIgnored(rule) && !SeverityPolicy.IsFixed(rule) ? $"; a request may ignore it with `# rayquest: ignore {rule.Code} <reason>`.\n\n" : "; a request can't ignore it.\n\n");
        text.Append($"## Why it matters\n\n{rule.Why}\n");
        if (rule.Facts.Length > 0)
        {
            text.Append($"\nEngine facts: {rule.Facts}.\n");
        }

        Example(text, "Wrong", rule.Bad);
        Example(text, "Right", rule.Good);
        return text.ToString();
    }

    private static void Example(StringBuilder text, string title, RuleExample? example)
    {
        if (example is not null)
        {
            text.Append($"\n## {title}\n\n```yaml\n{example.Text.TrimEnd('\n')}\n```\n");
        }
    }
}
