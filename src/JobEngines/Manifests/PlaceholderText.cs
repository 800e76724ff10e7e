using System.Text.RegularExpressions;

namespace Rayquest.JobEngines.Manifests;

/// <summary>Placeholders in values of manifests: <c>$NAME</c>, <c>${NAME}</c> and <c>&lt;name&gt;</c>.</summary>
internal static partial class PlaceholderText
{
    /// <summary>Whether a text holds a placeholder.</summary>
    public static bool Holds(string text) => text.AsSpan().ContainsAny('$', '<') && Any().IsMatch(text);

    /// <summary>Whether a text holds one in angle brackets that is no redirection of a shell's, and no tag of markup.</summary>
    public static bool HoldsBracketed(string text) =>
        text.Contains('<', StringComparison.Ordinal) && Bracketed().IsMatch(text);

    [GeneratedRegex(@"(^|[\s=:/@""'])<[A-Za-z][A-Za-z0-9_. -]*>($|[\s:/@""',&?])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Bracketed();

    /// <summary>One placeholder.</summary>
    [GeneratedRegex(
        @"\$\{[A-Za-z_][A-Za-z0-9_]*\}|\$[A-Za-z_][A-Za-z0-9_]*|<[A-Za-z][A-Za-z0-9_. -]*>",
        RegexOptions.CultureInvariant,
        1000
    )]
    public static partial Regex Any();
}
