using Rayquest.JobModel.Quantities;

namespace Rayquest.JobLint.Manifests;

/// <summary>Name grammars with the words that tell an author what is allowed; null when a name fits.</summary>
internal static class Names
{
    public static string? Label(string text) =>
        KubernetesNames.IsDns1123Label(text) ? null
        : text.Length > 63 ? $"has {text.Length} characters, at most 63 are allowed"
        : "must be lower-case letters, digits and `-`, and begin and end with a letter or digit";

    public static string? Subdomain(string text) =>
        KubernetesNames.IsDns1123Subdomain(text) ? null
        : text.Length > 253 ? $"has {text.Length} characters, at most 253 are allowed"
        : "must be lower-case letters, digits, `-` and `.`, and begin and end with a letter or digit";

    public static string? Qualified(string text)
    {
        if (KubernetesNames.IsQualifiedName(text))
        {
            return null;
        }

        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string part = text[(slash + 1)..];
        return slash >= 0 && !KubernetesNames.IsDns1123Subdomain(text.AsSpan(0, slash))
                ? "the part before `/` must be a DNS name"
            : part.Length > 63 ? $"its name part has {part.Length} characters, at most 63 are allowed"
            : "must be letters, digits, `-`, `_` and `.`, begin and end with a letter or digit, with at most one `/` after a DNS name";
    }

    public static string? LabelValue(string text) =>
        KubernetesNames.IsLabelValue(text) ? null
        : text.Length > 63 ? $"has {text.Length} characters, at most 63 are allowed"
        : "must be empty, or letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit";

    /// <summary>A port name: at most 15 of lower-case letters, digits and single inner dashes, with a letter.</summary>
    public static string? Port(string text)
    {
        if (text.Length > 15)
        {
            return $"has {text.Length} characters, at most 15 are allowed";
        }

        bool letter = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            letter |= char.IsAsciiLetterLower(c);
            bool dash = c == '-';
            if (
                (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && !dash)
                || (dash && (i == 0 || i == text.Length - 1 || text[i - 1] == '-'))
            )
            {
                return "must be lower-case letters, digits and single `-` between them";
            }
        }

        return letter ? null : "must have at least one letter";
    }

    /// <summary>A key of a ConfigMap or Secret.</summary>
    public static string? ConfigKey(string text) =>
        text.Length is 0 or > 253 ? "must have 1 to 253 characters"
        : text is "." or ".." || text.StartsWith("..", StringComparison.Ordinal) ? "must not be `.` or begin with `..`"
        : text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? null
        : "must be letters, digits, `-`, `_` and `.`";

    /// <summary>An environment variable's name as API 1.36 takes it: printable ASCII without <c>=</c>.</summary>
    public static string? Environment(string text) =>
        text.All(c => c is >= ' ' and <= '~' and not '=') ? null : "must be printable ASCII characters without `=`";

    public static bool IsIpAddress(string text) =>
        text.Length > 0
        && System.Net.IPAddress.TryParse(text, out System.Net.IPAddress? address)
        && (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 || text.Split('.').Length == 4)
        && !text.StartsWith('[');

    /// <summary>Whether a value is a shell variable that some tool was meant to put in before applying.</summary>
    public static bool IsPlaceholder(string text) =>
        text.Length > 1
        && text[0] == '$'
        && text[1..].Trim('{', '}').All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        && text[1..].Trim('{', '}').Length > 0;

    public static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    public static string Listing(IEnumerable<string> words) => string.Join(", ", words.Select(w => $"`{w}`"));
}
