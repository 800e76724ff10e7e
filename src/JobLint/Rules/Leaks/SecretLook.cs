namespace Rayquest.JobLint.Rules.Leaks;

/// <summary>Whether a name says that its value is a secret, and whether a value looks like one.</summary>
internal static class SecretLook
{
    private static readonly string[] Words =
    [
        "TOKEN",
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "PWD",
        "APIKEY",
        "CREDENTIAL",
        "CREDENTIALS",
    ];
    private static readonly string[] KeyWords =
    [
        "API",
        "ACCESS",
        "SECRET",
        "PRIVATE",
        "AUTH",
        "ACCOUNT",
        "SIGNING",
        "ENCRYPTION",
        "LICENSE",
        "SERVICE",
    ];
    private static readonly string[] NotSecret =
    [
        "FILE",
        "PATH",
        "DIR",
        "NAME",
        "URL",
        "URI",
        "ID",
        "TYPE",
        "COUNT",
        "LENGTH",
        "TTL",
        "TIMEOUT",
        "HEADER",
        "ENV",
        "REF",
    ];

    private static readonly System.Buffers.SearchValues<char> NotInSecrets = System.Buffers.SearchValues.Create(
        " \t\n${}"
    );

    /// <summary>Whether a variable or option of this name holds a secret: <c>API_KEY</c>, <c>--db-password</c>, not <c>MAX_TOKENS</c> or <c>TOKEN_FILE</c>.</summary>
    public static bool IsSecretName(ReadOnlySpan<char> name)
    {
        bool secret = false;
        bool key = false;
        bool keyed = false;
        bool excluded = false;
        foreach (Range range in name.SplitAny('_', '-', '.'))
        {
            ReadOnlySpan<char> word = name[range];
            excluded = Is(NotSecret, word);
            secret |= Is(Words, word);
            key |= word.Equals("KEY", StringComparison.OrdinalIgnoreCase);
            keyed |= Is(KeyWords, word);
        }

        return !excluded && (secret || (key && keyed));
    }

    /// <summary>
    /// Whether a value looks like a secret: long enough, without blanks, neither a path nor a reference, and of so many
    /// different characters that nobody chose it as a word.
    /// </summary>
    public static bool IsSecretValue(ReadOnlySpan<char> value)
    {
        if (
            value.Length < 12
            || value.Length > 4096
            || value.ContainsAny(NotInSecrets)
            || value[0] is '/' or '.' or '~'
            || value.Contains("://", StringComparison.Ordinal)
        )
        {
            return false;
        }

        Span<int> counts = stackalloc int[128];
        bool digit = false;
        bool letter = false;
        foreach (char c in value)
        {
            if (c >= 128)
            {
                return false;
            }

            counts[c]++;
            digit |= char.IsAsciiDigit(c);
            letter |= char.IsAsciiLetter(c);
        }

        double entropy = 0;
        foreach (int count in counts)
        {
            if (count > 0)
            {
                double share = (double)count / value.Length;
                entropy -= share * Math.Log2(share);
            }
        }

        return digit && letter && entropy >= 2.9;
    }

    /// <summary>Whether a value stands there as itself: neither empty, a switch, a path, nor taken from elsewhere.</summary>
    public static bool IsLiteral(string name, string value) =>
        !string.IsNullOrWhiteSpace(value)
        && value is not ("true" or "false" or "True" or "False" or "0" or "1")
        && value[0] is not ('/' or '.' or '~' or '$' or '<')
        && !value.Contains("$(", StringComparison.Ordinal)
        && !value.Contains("${", StringComparison.Ordinal)
        && name is not ("PWD" or "OLDPWD");

    private static bool Is(string[] words, ReadOnlySpan<char> word)
    {
        foreach (string known in words)
        {
            if (word.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
