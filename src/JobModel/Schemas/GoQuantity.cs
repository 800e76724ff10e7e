namespace Rayquest.JobModel.Schemas;

/// <summary>The two grammars a quantity must pass: the schema's pattern, and the narrower one of Go's decoder (X16).</summary>
public static class GoQuantity
{
    /// <summary>Whether the text matches the pattern the schemas carry for quantities.</summary>
    public static bool MatchesPattern(ReadOnlySpan<char> text)
    {
        int at = text is ['+' or '-', ..] ? 1 : 0;
        if (!Decimal(text, ref at))
        {
            return false;
        }

        ReadOnlySpan<char> suffix = text[at..];
        if (suffix is "" or [_, 'i'] && (suffix.IsEmpty || "KMGTPE".Contains(suffix[0], StringComparison.Ordinal)))
        {
            return true;
        }

        if (suffix is [_] && "numkMGTPE".Contains(suffix[0], StringComparison.Ordinal))
        {
            return true;
        }

        if (suffix is not ['e' or 'E', ..])
        {
            return false;
        }

        int exponent = suffix is [_, '+' or '-', ..] ? 2 : 1;
        return Decimal(suffix, ref exponent) && exponent == suffix.Length;
    }

    /// <summary>Whether Go's decoder takes a text that matches the pattern: an exponent must be a 64-bit whole number.</summary>
    public static bool Decodes(ReadOnlySpan<char> text)
    {
        int mark = text.IndexOfAny('e', 'E');
        if (mark < 0 || mark == text.Length - 1 || text[mark + 1] == 'i')
        {
            return true;
        }

        return long.TryParse(
            text[(mark + 1)..],
            System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture,
            out _
        );
    }

    private static bool Decimal(ReadOnlySpan<char> text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        int whole = at - start;
        if (at == text.Length || text[at] != '.')
        {
            return whole > 0;
        }

        int point = ++at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return whole > 0 || at > point;
    }
}
