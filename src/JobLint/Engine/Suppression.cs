namespace Rayquest.JobLint.Engine;

/// <summary>
/// <c># rayquest: ignore RQ2001 reason</c>: on the line of the finding, or on a line of its own above it.
/// Only rules that say so can be ignored (<see cref="RuleInfo.MayBeIgnored"/>).
/// </summary>
public sealed record Suppression(SourceSpan Span, string Rule, string Reason, int Line)
{
    private const string Prefix = "rayquest:";

    /// <summary>Reads the suppressions of a file; malformed ones are reported.</summary>
    public static IReadOnlyList<Suppression> Read(YamlFile file, FindingBag findings)
    {
        List<Suppression> suppressions = [];
        foreach (YamlComment comment in file.Comments)
        {
            if (!comment.Text.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            string[] words = comment
                .Text[Prefix.Length..]
                .Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length < 2 || words[0] != "ignore")
            {
                findings.Add(
                    LinterRules.MalformedIgnore,
                    comment.Span,
                    "a `# rayquest:` comment is written `# rayquest: ignore RQ2001 the reason why`; fix or remove it"
                );
                continue;
            }

            RuleInfo? rule = RuleCatalog.Find(words[1]);
            if (rule is null && findings.HasReachedLimit(LinterRules.MalformedIgnore))
            {
                continue;
            }

            if (rule is null)
            {
                findings.Add(
                    LinterRules.MalformedIgnore,
                    comment.Span,
                    $"there is no rule `{words[1]}`{DidYouMean.Phrase(words[1], RuleCatalog.All.Select(r => r.Code))}"
                );
                continue;
            }

            if (words.Length < 3)
            {
                findings.Add(
                    LinterRules.MalformedIgnore,
                    comment.Span,
                    $"ignoring {rule.Code} needs a reason: `# rayquest: ignore {rule.Code} the reason why`"
                );
                continue;
            }

            int line = comment.Span.Start.Line;
            bool alone = file.Source.Line(line).AsSpan().TrimStart().StartsWith("#");
            suppressions.Add(
                new Suppression(comment.Span, rule.Code, words[2], alone ? NextCodeLine(file.Source, line) : line)
            );
        }

        return suppressions;
    }

    // Several comments may stand above the line they speak of.
    private static int NextCodeLine(SourceText source, int line)
    {
        int next = line + 1;
        while (
            next <= source.LineCount
            && (source.Line(next).AsSpan().TrimStart().StartsWith("#") || source.Line(next).AsSpan().Trim().IsEmpty)
        )
        {
            next++;
        }

        return next;
    }
}

/// <summary>A finding that a comment in the request silences, for those who are to see what was waved through.</summary>
/// <param name="Finding">What would have been reported.</param>
/// <param name="Comment">Where the comment stands.</param>
/// <param name="Reason">The reason it gives.</param>
public sealed record SuppressedFinding(Finding Finding, SourceSpan Comment, string Reason)
{
    /// <summary>The rule that is silenced.</summary>
    public RuleInfo Rule => Finding.Rule;

    /// <summary>Where the fault stands.</summary>
    public SourceSpan Span => Finding.Span;
}
