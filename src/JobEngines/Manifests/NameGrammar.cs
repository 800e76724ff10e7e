using Rayquest.JobModel.Quantities;

namespace Rayquest.JobEngines.Manifests;

/// <summary>Name grammars with the words that tell an author what is allowed; null when a name fits.</summary>
public static class NameGrammar
{
    public static string? Label(string text) =>
        KubernetesNames.IsDns1123Label(text) ? null
        : text.Length > 63 ? $"has {text.Length} characters, at most 63 are allowed"
        : "must be lower-case letters, digits and `-`, and begin and end with a letter or digit";

    public static string? Subdomain(string text) =>
        KubernetesNames.IsDns1123Subdomain(text) ? null
        : text.Length > 253 ? $"has {text.Length} characters, at most 253 are allowed"
        : "must be lower-case letters, digits, `-` and `.`, and begin and end with a letter or digit";

    /// <summary>A subdomain as the API server checks references of <c>envFrom</c>: like a prefix, which may end in a dash.</summary>
    public static string? SubdomainPrefix(string text) =>
        Subdomain(text.Length > 1 && text[^1] == '-' ? text[..^1] + "a" : text);

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

    /// <summary>An IP address as API 1.36 takes it for new objects: no leading zeros, no IPv4 in IPv6 clothes, no zone.</summary>
    public static bool IsIpAddress(string text)
    {
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            string[] parts = text.Split('.');
            return parts.Length == 4 && parts.All(IsOctet);
        }

        return text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            && System.Net.IPAddress.TryParse(text, out System.Net.IPAddress? address)
            && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            && !address.IsIPv4MappedToIPv6
            && (!text.Contains('.', StringComparison.Ordinal) || IsIpAddress(text[(text.LastIndexOf(':') + 1)..]));
    }

    /// <summary>A range of addresses, <c>10.0.0.0/8</c>: an address, its bits below the prefix all zero.</summary>
    public static bool IsAddressRange(string text) =>
        text.Split('/') is [var address, var bits]
        && IsIpAddress(address)
        && bits.Length is 1 or 2 or 3
        && bits.All(char.IsAsciiDigit)
        && (bits.Length == 1 || bits[0] != '0')
        && System.Net.IPNetwork.TryParse(text, out System.Net.IPNetwork range)
        && range.BaseAddress.Equals(System.Net.IPAddress.Parse(address));

    /// <summary>A domain of a resolver's search list: labels may begin with one <c>_</c>; one dot may end it.</summary>
    public static string? SearchDomain(string text)
    {
        string name = text.EndsWith('.') ? text[..^1] : text;
        return text == "." ? null
            : name.Length > 253 ? $"has {name.Length} characters, at most 253 are allowed"
            : name.Length > 0 && name.Split('.').All(IsSearchLabel) ? null
            : "must be lower-case letters, digits, `-`, `_` and `.`, and end with a letter or digit";
    }

    private static bool IsSearchLabel(string label)
    {
        string rest = label.StartsWith('_') ? label[1..] : label;
        return rest.Length > 0
            && rest[0] is not ('-' or '_')
            && rest[^1] is not ('-' or '_')
            && rest.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
    }

    private static bool IsOctet(string part) =>
        part.Length is > 0 and <= 3
        && part.All(char.IsAsciiDigit)
        && (part.Length == 1 || part[0] != '0')
        && int.Parse(part, System.Globalization.CultureInfo.InvariantCulture) <= 255;

    /// <summary>Whether a value is a shell variable that some tool was meant to put in before applying.</summary>
    public static bool IsPlaceholder(string text) =>
        text.Length > 1
        && text[0] == '$'
        && text[1..].Trim('{', '}').All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        && text[1..].Trim('{', '}').Length > 0;

    public static string Shorten(string text) => TextShortening.Shorten(text, longest: 60, kept: 60);

    public static string Listing(IEnumerable<string> words) => string.Join(", ", words.Select(w => $"`{w}`"));
}
