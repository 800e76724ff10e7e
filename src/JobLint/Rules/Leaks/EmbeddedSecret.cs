using System.Text.RegularExpressions;

namespace Rayquest.JobLint.Rules.Leaks;

/// <summary>A secret inside a longer text: <c>"auth":"…"</c> in a piece of JSON, <c>AWS_SECRET_ACCESS_KEY value</c>, <c>password is …</c>.</summary>
/// <param name="Name">What says that it is one.</param>
/// <param name="Offset">Where its value begins.</param>
/// <param name="Length">How long it is.</param>
internal readonly partial record struct EmbeddedSecret(string Name, int Offset, int Length)
{
    private const int Milliseconds = 250;

    // A value of twelve characters, and a word before it.
    private const int ShortestText = 15;

    /// <summary>The first one; null for none. A text that can't be searched in time has none that is named.</summary>
    public static EmbeddedSecret? Find(string text)
    {
        if (text.Length < ShortestText)
        {
            return null;
        }

        try
        {
            // Nearly every text lacks what these can't do without.
            return (text.AsSpan().ContainsAny('"', '\'') ? First(Pairs, text) : null)
                ?? (text.Contains('_', StringComparison.Ordinal) ? First(Variables, text) : null)
                ?? (HasVerb(text) ? First(Sentences, text) : null);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static bool HasVerb(string text) =>
        text.Contains("is", StringComparison.OrdinalIgnoreCase)
        || text.Contains("was", StringComparison.OrdinalIgnoreCase);

    private static EmbeddedSecret? First(Regex regex, string text)
    {
        for (Match match = regex.Match(text); match.Success; match = match.NextMatch())
        {
            Group value = match.Groups["value"];
            string name = match.Groups["name"].Value;
            if (
                (SecretLook.IsSecretName(name.Replace(' ', '_')) || name is "auth" or "_auth")
                && SecretLook.IsSecretValue(value.ValueSpan)
                && KnownSecret.Find(value.Value).Length == 0
            )
            {
                return new EmbeddedSecret(name, value.Index, value.Length);
            }
        }

        return null;
    }

    [GeneratedRegex(
        """\\?["'](?<name>[A-Za-z0-9_.-]{1,60})\\?["']\s{0,3}[:=]\s{0,3}\\?["'](?<value>[^"'\s\\]{12,4096})""",
        RegexOptions.CultureInvariant,
        Milliseconds
    )]
    private static partial Regex Pairs { get; }

    [GeneratedRegex(
        """(?<![A-Za-z0-9_-])(?<name>[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,8})\s{1,3}["']?(?<value>[^\s"',;]{12,4096})""",
        RegexOptions.CultureInvariant,
        Milliseconds
    )]
    private static partial Regex Variables { get; }

    [GeneratedRegex(
        """\b(?<name>password|passwd|passphrase|pwd|secret|token|api[ _-]?key|access[ _-]?key|secret[ _-]?key)\s{1,3}(?:is|was)\s{1,3}["']?(?<value>[^\s"',;]{12,4096})""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        Milliseconds
    )]
    private static partial Regex Sentences { get; }
}
