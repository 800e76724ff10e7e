using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Diagnostics;

/// <summary>Findings of full-width characters.</summary>
internal static class FullWidthFinding
{
    // What is said of a key or value that would be right in ASCII.
    private static readonly RuleInfo[] OfValues =
    [
        SyntaxRules.UnknownKey,
        SyntaxRules.BadValue,
        SyntaxRules.AmbiguousScalar,
        SyntaxRules.BadQuantity,
        SyntaxRules.BadDuration,
    ];

    private const int LongestValue = 200;
    private const int MostNamed = 6;

    /// <summary>A finding whose cause is a full-width character in a value or key, said as such; any other as it is.</summary>
    public static Finding Instead(Finding finding)
    {
        TextSpan span = finding.Span.Span;
        if (
            finding.Rule.Category != RuleCategory.Syntax
            || !OfValues.Contains(finding.Rule)
            || span.End - span.Start is < 1 or > LongestValue
        )
        {
            return finding;
        }

        string text = finding.Span.Text;
        return
            FullWidthText.Find(text) is { } wide
            && text[0] is not ('[' or '{' or '"' or '\'' or '|' or '>' or '&' or '*' or '!')
            && !text.Contains('\n', StringComparison.Ordinal)
            ? Of(
                finding.Span.Source,
                new TextSpan(span.Start + wide.Start, span.Start + wide.End),
                FullWidthText.Narrow(text.AsSpan(wide.Start, wide.End - wide.Start)),
                FullWidthText.Narrow(text)
            )
            : finding;
    }

    /// <summary>The finding.</summary>
    /// <param name="source">The text.</param>
    /// <param name="span">From the first to the last such character.</param>
    /// <param name="narrow">What that must be instead.</param>
    /// <param name="shown">The same with what stands around it.</param>
    public static Finding Of(SourceText source, TextSpan span, string narrow, string shown)
    {
        SourceSpan at = new(source, span);
        char[] wide = [.. at.Text.Where(FullWidthText.IsWide).Distinct()];
        string named = string.Join(
            ", ",
            wide.Take(MostNamed).Select(c => c == '\u3000' ? "the blank U+3000" : $"`{c}`")
        );
        string meant = TextShortening.Shorten(shown, longest: 60, kept: 59);
        return new Finding(
            SyntaxRules.FullWidthCharacter,
            Severity.Error,
            at,
            wide.Length == 1
                    ? (Message)
                        $"{named} is a full-width character, as input methods for Chinese and Japanese write them; write `{meant}`"
                : wide.Length <= MostNamed
                    ? (Message)
                        $"{named} are full-width characters, as input methods for Chinese and Japanese write them; write `{meant}`"
                : $"{named} and others are full-width characters, as input methods for Chinese and Japanese write them; write `{meant}`"
        )
        {
            Fix = new Fix($"Write `{meant}`", FixSafety.Safe, [new TextEdit(span, narrow)]),
        };
    }
}
