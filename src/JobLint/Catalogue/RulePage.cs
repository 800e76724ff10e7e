using System.Text;

namespace Rayquest.JobLint.Catalogue;

/// <summary>The page of a rule: what <c>docs/rules/</c> holds and <c>rayquest explain</c> prints.</summary>
public static class RulePage
{
    /// <summary>The page as Markdown, ended by a line feed.</summary>
    public static string Markdown(RuleInfo rule)
    {
        StringBuilder text = new();
        text.Append($"# {rule.Code}: {rule.Name}\n\n{rule.Summary}\n\n");
        text.Append($"Severity: {rule.DefaultSeverity.ToString().ToLowerInvariant()}");
        text.Append(rule.HasFixedSeverity ? " (fixed)" : " (set it in `policies/rules.yaml`)");
        text.Append(
            rule.MayBeIgnored
                ? $"; a request may ignore it with `# rayquest: ignore {rule.Code} <reason>`.\n\n"
                : "; a request can't ignore it.\n\n"
        );
        text.Append($"## Why it matters\n\n{rule.Why}\n");
        if (rule.Facts.Length > 0)
        {
            IEnumerable<string> links = rule
                .Facts.Split(", ")
                .Select(id => $"[{id}](../engine-facts.md#{id.ToLowerInvariant()})");
            text.Append($"\nEngine facts: {string.Join(", ", links)}.\n");
        }

        Example(text, "Wrong", rule.Bad);
        Example(text, "Right", rule.Good);
        return text.ToString();
    }

    /// <summary>The index of all pages: a table of codes, names, severities and summaries.</summary>
    public static string Index()
    {
        StringBuilder text = new(
            "# Rules\n\nWritten from the catalogue; `rayquest explain RQ2001` prints a page. Severities are the defaults: `policies/rules.yaml` may set others.\n"
        );
        string? group = null;
        foreach (RuleInfo rule in RuleCatalog.All)
        {
            string title = Title(rule.Category);
            if (title != group)
            {
                group = title;
                text.Append($"\n## {title}\n\n| code | name | severity | what is found |\n|---|---|---|---|\n");
            }

            text.Append(
                $"| [{rule.Code}]({rule.Code}.md) | {rule.Name} | {rule.DefaultSeverity.ToString().ToLowerInvariant()} | {rule.Summary.Replace("|", "\\|", StringComparison.Ordinal)} |\n"
            );
        }

        return text.ToString();
    }

    // Some categories share a heading: their codes lie among each other.
    private static string Title(RuleCategory category) =>
        category switch
        {
            RuleCategory.Syntax => "RQ00: reading the file",
            RuleCategory.Policy => "RQ06: policies",
            RuleCategory.Shape => "RQ01: shape of a request",
            RuleCategory.Identity or RuleCategory.RenderedJobs => "RQ1: names, identity and rendered files",
            RuleCategory.Quota or RuleCategory.Resources => "RQ2: resources and quota",
            RuleCategory.Images or RuleCategory.Environment or RuleCategory.Code or RuleCategory.Entrypoint =>
                "RQ3: images, environment, code and entrypoint",
            RuleCategory.Engine => "RQ45: what the engines would refuse or hang on, in a request",
            RuleCategory.Manifest => "RQ4: what the engines would refuse or hang on, in a manifest",
            RuleCategory.Security => "RQ5: security and access",
            _ => "RQ9: our own faults",
        };

    private static void Example(StringBuilder text, string title, RuleExample? example)
    {
        if (example is not null)
        {
            text.Append($"\n## {title}\n\n```yaml\n{example.Text.TrimEnd('\n')}\n```\n");
        }
    }
}
