namespace Rayquest.JobModel.Quantities;

/// <summary>The name grammars of Kubernetes; each says whether a text fits.</summary>
public static class KubernetesNames
{
    /// <summary>DNS-1035 label: lower-case letters, digits and <c>-</c>, begins with a letter, ends with a letter or digit; ≤ 63.</summary>
    public static bool IsDns1035Label(ReadOnlySpan<char> text) =>
        IsDns1123Label(text) && char.IsAsciiLetterLower(text[0]);

    /// <summary>DNS-1123 label: as above, but may begin with a digit.</summary>
    public static bool IsDns1123Label(ReadOnlySpan<char> text) => text.Length <= 63 && IsLabel(text);

    /// <summary>DNS-1123 subdomain: labels joined by dots; ≤ 253. Each label is not limited by itself.</summary>
    public static bool IsDns1123Subdomain(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 253)
        {
            return false;
        }

        foreach (Range part in text.Split('.'))
        {
            if (!IsLabel(text[part]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A label value: empty, or ≤ 63 of letters, digits, <c>-_.</c>, bounded by letters or digits.</summary>
    public static bool IsLabelValue(ReadOnlySpan<char> text) => text.IsEmpty || IsQualifiedPart(text);

    /// <summary>A qualified name: an optional DNS subdomain prefix and <c>/</c>, then ≤ 63 as a label value but not empty.</summary>
    public static bool IsQualifiedName(ReadOnlySpan<char> text)
    {
        int slash = text.IndexOf('/');
        return (slash < 0 || IsDns1123Subdomain(text[..slash])) && IsQualifiedPart(text[(slash + 1)..]);
    }

    /// <summary>A name an environment variable may have everywhere: letters, digits and <c>_</c>, not beginning with a digit.</summary>
    public static bool IsEnvironmentVariable(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// A GitHub login: letters, digits and single inner dashes, ≤ 39; bots end with <c>[bot]</c>. Accounts that a company manages
    /// end with <c>_</c> and the company's short code.
    /// </summary>
    public static bool IsGitHubLogin(ReadOnlySpan<char> text)
    {
        if (text.EndsWith("[bot]", StringComparison.Ordinal))
        {
            text = text[..^5];
        }

        int company = text.IndexOf('_');
        if (company >= 0)
        {
            ReadOnlySpan<char> code = text[(company + 1)..];
            if (text.Length > 39 || code.IsEmpty || code.ContainsAnyExcept(LettersAndDigits))
            {
                return false;
            }

            text = text[..company];
        }

        if (
            text.Length is 0 or > 39
            || text[0] == '-'
            || text[^1] == '-'
            || text.Contains("--", StringComparison.Ordinal)
        )
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    private static readonly System.Buffers.SearchValues<char> LettersAndDigits = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    );

    private static bool IsLabel(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsQualifiedPart(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 63 || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
