using System.Globalization;
using System.Text.RegularExpressions;

namespace Rayquest.JobModel.Schemas;

/// <summary>The two grammars a time must pass: the schema's <c>date-time</c>, and that of Go's decoder (X16).</summary>
public static partial class GoTime
{
    /// <summary>Whether the API server's validation takes the text for a <c>date-time</c>.</summary>
    public static bool HasFormat(string text) =>
        Loose().Match(text) is { Success: true } match && IsDate(match.Groups["date"].Value) && IsClock(match);

    /// <summary>Whether Go's decoder takes it: RFC 3339 in capitals, but an hour of one digit and offsets to 24:60.</summary>
    public static bool Decodes(string text) =>
        Strict().Match(text) is { Success: true } match
        && IsDate(match.Groups["date"].Value)
        && IsClock(match)
        && Number(match, "away") <= 24
        && Number(match, "minutes") <= 60;

    // The year 0 is one for Go, and a leap year.
    private static bool IsDate(string text)
    {
        string year = text[..4] == "0000" ? "0004" : text[..4];
        return DateOnly.TryParseExact(
            year + text[4..],
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out _
        );
    }

    private static bool IsClock(Match match) =>
        Number(match, "h") <= 23 && Number(match, "m") <= 59 && Number(match, "s") <= 59;

    private static int Number(Match match, string name) =>
        match.Groups[name] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[tT](?<h>[0-9]{2}):(?<m>[0-9]{2}):(?<s>[0-9]{2})(.[0-9]+)?([zZ]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Loose();

    [GeneratedRegex(
        @"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?<h>[0-9]{1,2}):(?<m>[0-9]{2}):(?<s>[0-9]{2})([.,][0-9]+)?(Z|[+-](?<away>[0-9]{2}):(?<minutes>[0-9]{2}))\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Strict();
}
