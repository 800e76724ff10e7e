using System.Text.RegularExpressions;

namespace Rayquest.JobEngines.Manifests;

/// <summary>Placeholders in values of manifests: <c>$NAME</c>, <c>${NAME}</c> and <c>&lt;name&gt;</c>.</summary>
internal static partial class PlaceholderText
{
    /// <summary>Whether a text holds a placeholder.</summary>
    public static bool Holds(string text) => text.AsSpan().ContainsAny('$', '<') && Any().IsMatch(text);

    /// <summary>One placeholder.</summary>
    [GeneratedRegex(
        @"\$\{[A-Za-z_][A-Za-z0-9_]*\}|\$[A-Za-z_][A-Za-z0-9_]*|<[A-Za-z][A-Za-z0-9_. -]*>",
        RegexOptions.CultureInvariant,
        1000
    )]
    public static partial Regex Any();
}
