using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Fields;

/// <summary>The scalar types that several files share.</summary>
internal static class CommonFieldTypes
{
    public const string LabelPattern = "^[a-z]([-a-z0-9]*[a-z0-9])?$";
    public const string SubdomainPattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    public const string LabelKeyPattern = "^([a-z0-9.-]+/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";
    public const string VariablePattern = "^[A-Za-z_][A-Za-z0-9_]*$";
    public const string LoginPattern = "^[A-Za-z0-9](-?[A-Za-z0-9])*(_[A-Za-z0-9]+)?(\\[bot\\])?$";

    public static FieldType<string> Text(string description, int maxLength = 1024) =>
        new TextType(description, maxLength);

    public static FieldType<string> Label(Message description, int maxLength) =>
        Grammar(
            $"{description} (lower-case letters, digits and `-`, beginning with a letter, at most {maxLength} characters)",
            text => text.Length <= maxLength && KubernetesNames.IsDns1035Label(text),
            LabelPattern,
            maxLength,
            text => Slug(text, maxLength)
        );

    public static FieldType<string> Subdomain(Message description) =>
        Grammar(
            $"{description} (lower-case letters, digits, `-` and `.`)",
            t => KubernetesNames.IsDns1123Subdomain(t),
            SubdomainPattern,
            253,
            t => Slug(t, 253)
        );

    public static FieldType<string> Login { get; } =
        Grammar(
            "a GitHub login",
            t => KubernetesNames.IsGitHubLogin(t),
            LoginPattern,
            45,
            t => t.StartsWith('@') && KubernetesNames.IsGitHubLogin(t.AsSpan(1)) ? t[1..] : null
        );

    public static FieldType<string> Variable { get; } =
        Grammar(
            "the name of an environment variable (letters, digits and `_`)",
            t => KubernetesNames.IsEnvironmentVariable(t),
            VariablePattern,
            253,
            _ => null
        );

    public static FieldType<string> AbsolutePath { get; } =
        Grammar(
            "an absolute path without `..` or `:`",
            t =>
                t.StartsWith('/')
                && !t.Contains(':', StringComparison.Ordinal)
                && !t.Split('/').Contains("..")
                && !t.Contains("//", StringComparison.Ordinal)
                && (t.Length > 1),
            "^/[^:]+$",
            1024,
            _ => null
        );

    public static FieldType<string> Version { get; } =
        Grammar(
            "a version of three numbers such as `2.52.0`",
            IsRelease,
            "^[0-9]+\\.[0-9]+\\.[0-9]+$",
            32,
            t => t.StartsWith('v') && IsRelease(t[1..]) ? t[1..] : null
        );

    public static bool IsRelease(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length == 3
            && parts.All(p => p.Length is > 0 and <= 6 && !p.AsSpan().ContainsAnyExceptInRange('0', '9'));
    }

    public static FieldType<string> Grammar(
        Message description,
        Func<string, bool> accepts,
        string pattern,
        int maxLength,
        Func<string, string?> better
    ) =>
        new GrammarType<string>(
            description,
            text => accepts(text) ? (text, null, null) : (null, null, better(text)),
            pattern,
            maxLength
        );

    // What the author most likely meant: capitals lowered, blanks and underscores made dashes.
    private static string? Slug(string text, int maxLength)
    {
        char[] letters = [.. text.ToLowerInvariant().Select(c => c is '_' or ' ' or '.' or '/' ? '-' : c)];
        string slug = new string(letters).Trim('-');
        return slug != text && slug.Length <= maxLength && KubernetesNames.IsDns1035Label(slug) ? slug : null;
    }
}
