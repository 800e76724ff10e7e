using System.Text;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Text;

namespace Rayquest.JobReport.Status;

/// <summary>
/// The end of a job's log, fit to be shown on a pull request: last lines only, no control characters, no colour codes,
/// no direction marks, and nothing that looks like a secret. Lossy on purpose: a false alarm costs a word, a miss costs a key.
/// </summary>
public sealed partial record LogTail(IReadOnlyList<string> Lines, int Dropped, int Redacted)
{
    public const int DefaultLines = 100;
    public const int DefaultLineLength = 500;
    public const int DefaultCharacters = 20_000;
    private const int ReadAhead = 8_192;
    private const int RegexMilliseconds = 500;
    private const string Mask = "[redacted]";

    private static readonly string[] SecretWords =
    [
        "secret",
        "token",
        "passw",
        "passphrase",
        "pwd",
        "key",
        "credential",
        "session",
        "cookie",
        "connection",
        "sig",
    ];

    /// <summary>Lines joined by line feeds.</summary>
    public string Text => string.Join('\n', Lines);

    /// <summary>Cleans a log. <paramref name="maxCharacters"/> bounds the whole; the end is kept.</summary>
    public static LogTail Of(
        string log,
        int maxLines = DefaultLines,
        int maxLineLength = DefaultLineLength,
        int maxCharacters = DefaultCharacters
    )
    {
        ArgumentNullException.ThrowIfNull(log);
        var all = log.Split('\n');
        var count = all.Length > 0 && all[^1].Length == 0 ? all.Length - 1 : all.Length;
        var first = Math.Max(0, count - maxLines);
        var cleaned = new List<string>(count - first);
        var redacted = 0;
        var insideKey = KeyOpenBefore(all.AsSpan(first, count - first));
        for (var index = first; index < count; index++)
        {
            var line = Printable(all[index]);
            if (
                line.Contains("-----BEGIN ", StringComparison.Ordinal)
                && line.Contains("PRIVATE KEY", StringComparison.Ordinal)
            )
            {
                insideKey = true;
            }

            if (insideKey)
            {
                redacted++;
                // A key may stand on one line, written with \n inside.
                insideKey = !line.Contains("-----END ", StringComparison.Ordinal);
                cleaned.Add("[private key redacted]");
                continue;
            }

            var safe = Redact(line, ref redacted);
            cleaned.Add(
                safe.Length <= maxLineLength
                    ? safe
                    : $"{TextShortening.Cut(safe, maxLineLength)}… ({safe.Length - maxLineLength} more)"
            );
        }

        while (cleaned.Count > 0 && cleaned[^1].Length == 0)
        {
            cleaned.RemoveAt(cleaned.Count - 1);
        }

        var kept = cleaned.Count;
        var total = 0;
        while (kept > 0 && total + cleaned[kept - 1].Length + 1 <= maxCharacters)
        {
            kept--;
            total += cleaned[kept].Length + 1;
        }

        return new LogTail([.. cleaned.Skip(kept)], first + kept, redacted);
    }

    /// <summary>Redacts one piece of text (an engine's message) without cutting it into lines.</summary>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var count = 0;
        return Redact(Printable(text), ref count);
    }

    /// <summary>One line as a terminal would show it at last, without control characters; long ones are cut.</summary>
    internal static string Plain(string line) => Printable(line);

    /// <summary>The text without the codes that a terminal acts on.</summary>
    internal static string WithoutTerminalCodes(string text) => Guarded(() => TerminalCodes.Replace(text, ""));

    /// <summary>True when the lines begin in the middle of a private key: an END comes before any BEGIN.</summary>
    private static bool KeyOpenBefore(ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            if (line.Contains("-----BEGIN ", StringComparison.Ordinal))
            {
                return false;
            }

            if (
                line.Contains("-----END ", StringComparison.Ordinal)
                && line.Contains("PRIVATE KEY", StringComparison.Ordinal)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static string Printable(string line)
    {
        // A progress bar rewrites its line: what a terminal would show last is what counts.
        var text = line.TrimEnd('\r');
        text = text.Length > ReadAhead * 4 ? text[^(ReadAhead * 4)..] : text;
        text = text[(text.LastIndexOf('\r') + 1)..];
        text = text.Length > ReadAhead ? text[..ReadAhead] : text;
        text = Guarded(() => TerminalCodes.Replace(text, ""));
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\t')
            {
                builder.Append("    ");
            }
            else if (!IsHidden(rune))
            {
                builder.Append(rune.ToString());
            }
        }

        return builder.ToString();
    }

    /// <summary>Control characters, direction marks, zero-width characters, tags and what decoding left broken.</summary>
    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is System.Globalization.UnicodeCategory.Control
                or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator
                or System.Globalization.UnicodeCategory.Surrogate
                or System.Globalization.UnicodeCategory.PrivateUse;

    private static string Redact(string line, ref int redacted)
    {
        var before = line;
        var safe = Guarded(() =>
        {
            var text = UrlCredentials.Replace(before, "$1" + Mask + "@");
            text = Authorization.Replace(text, "$1" + Mask);
            text = Bearer.Replace(text, "$1" + Mask);
            text = KnownTokens.Replace(text, Mask);
            text = NamedSecrets.Replace(text, match => IsCount(match) ? match.Value : match.Groups[1].Value + Mask);
            text = CommandLineSecrets.Replace(text, "$1" + Mask);
            text = JsonAuth.Replace(text, "$1" + Mask);
            text = SaidSecrets.Replace(text, "$1" + Mask);
            return VariableSecrets.Replace(text, "$1" + Mask);
        });
        if (!string.Equals(before, safe, StringComparison.Ordinal))
        {
            redacted++;
        }

        return safe;
    }

    private static readonly System.Buffers.SearchValues<char> CountCharacters = System.Buffers.SearchValues.Create(
        "0123456789.,eE+-"
    );

    /// <summary>
    /// Tokenizers and counts of tokens fill the logs of language models; hiding them would teach people to ignore us.
    /// </summary>
    private static bool IsCount(Match match)
    {
        var name = match.Groups[1].Value.Replace("tokeniz", "", StringComparison.OrdinalIgnoreCase);
        var value = match.ValueSpan[match.Groups[1].Length..];
        if (!value.ContainsAnyExcept(CountCharacters))
        {
            name = name.Replace("tokens", "", StringComparison.OrdinalIgnoreCase)
                .Replace("token_id", "", StringComparison.OrdinalIgnoreCase);
        }

        return !SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A line that a pattern cannot finish in time is withheld, never shown unread.</summary>
    private static string Guarded(Func<string> replace)
    {
        try
        {
            return replace();
        }
        catch (RegexMatchTimeoutException)
        {
            return "[line withheld: could not be checked for secrets]";
        }
    }

    [GeneratedRegex(
        @"\x1B\[[0-?]*[ -/]*[@-~]|\x1B\][^\x07\x1B]*(?:\x07|\x1B\\)?|\x1B[PX^_][^\x1B]*(?:\x1B\\)?|\x1B.?|\x9B[0-?]*[ -/]*[@-~]",
        RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex TerminalCodes { get; }

    [GeneratedRegex(
        @"(\b[a-zA-Z][a-zA-Z0-9+.-]{0,30}://)[^\s/@]{1,500}@",
        RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex UrlCredentials { get; }

    [GeneratedRegex(
        """(\b(?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:(?:basic|bearer|token|digest|negotiate)\s{1,3})?)[^\s"',;]+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex Authorization { get; }

    [GeneratedRegex(
        @"(\bbearer\s{1,3})[A-Za-z0-9._~+/=-]{12,}",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex Bearer { get; }

    // Shapes their issuers document: GitHub, GitLab, AWS, Slack, OpenAI and Anthropic, Hugging Face, Google, npm, PyPI,
    // Stripe, DigitalOcean, Databricks, SendGrid, Vault, Age, JSON web tokens, Slack web hooks.
    [GeneratedRegex(
        @"\bgh[pousr]_[A-Za-z0-9_]{16,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bgl(?:pat|ptt|dt|rt|cbt|agent)-[A-Za-z0-9_.-]{16,}"
            + @"|\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b|\bxox[a-z]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}"
            + @"|\bsk-[A-Za-z0-9_-]{16,}|\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|\bhf_[A-Za-z0-9]{16,}|\bAIza[A-Za-z0-9_-]{30,}"
            + @"|\bya29\.[A-Za-z0-9_-]{10,}|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{16,}|\bdo[opr]_v1_[a-f0-9]{32,}"
            + @"|\bdapi[a-f0-9]{32}|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bhv[sbr]\.[A-Za-z0-9_-]{20,}"
            + @"|\bAGE-SECRET-KEY-[A-Z0-9]+|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.?[A-Za-z0-9_-]*"
            + @"|hooks\.slack\.com/services/[A-Za-z0-9/_-]+",
        RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex KnownTokens { get; }

    // NAME=value, "name": "value", name => value, ?name=value where the name says that the value is secret.
    [GeneratedRegex(
        """((?<![A-Za-z0-9_.-])[A-Za-z0-9_.-]{0,60}(?:secret|token|passw(?:or)?d|passphrase|pwd|api[_-]?key|apikey|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|auth[_-]?key|credential|session[_-]?id|cookie|connection[_-]?string|signature|\bsig)[A-Za-z0-9_.-]{0,60}["']?\]?\s{0,3}(?:=>|[:=])\s{0,3}(?:\\?["'])?)(?!\[redacted\])(?:(?<=")[^"]+|(?<=')[^']+|[^\s"'&,;]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex NamedSecrets { get; }

    [GeneratedRegex(
        """((?<!\S)--?[A-Za-z0-9-]{0,60}(?:secret|token|password|passwd|api-?key|access-?key|credential)[A-Za-z0-9-]{0,60}\s{1,3}["']?)(?![-\s])[^\s"']+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex CommandLineSecrets { get; }

    // A registry's configuration: {"auths": {"registry": {"auth": "…"}}}, in JSON inside JSON, too.
    [GeneratedRegex(
        """(\\?["']_?auth\\?["']\s{0,3}[:=]\s{0,3}\\?["'])(?!\[redacted\])[^"'\\]+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex JsonAuth { get; }

    // "the password is …", as people and programs say it; what is said about one is none.
    [GeneratedRegex(
        """(\b(?:password|passwd|passphrase|pwd|secret|token|credential|(?:api|access|secret|private|auth)[ _-]?key)s?\s{1,3}(?:is|was|are|were)\s{0,3}(?:now\s{1,3}|set\s{1,3}to\s{1,3})?:?\s{0,3}["'`]?)(?!\[redacted\])(?!(?:not|no|in|an?|the|too|set|unset|empty|required|missing|invalid|valid|wrong|incorrect|expired|used|read|being|only|now|already|never|given|needed|stored|provided|supported|deprecated|unknown|none|null|loaded|correct|refreshed|about)\b)[^\s"'`,;]+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex SaidSecrets { get; }

    // NAME value, as `env` in columns and tables of settings show it.
    [GeneratedRegex(
        """((?<![A-Za-z0-9_.-])[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){0,8}(?<=(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PWD|(?:API|ACCESS|SECRET|PRIVATE|AUTH|SIGNING|ENCRYPTION|ACCOUNT)_?KEY|CREDENTIALS?|_SIG|SIGNATURE|COOKIE))\s{1,40}["']?)(?!\[redacted\])(?!(?:is|are|was|were|not|no|must|may|should|will|can|could|has|have|had|and|or|in|of|for|from|to|with|without|by|as|at|on|if|the|an?|this|that|environment|variables?|env|vars?|value|set|unset|missing|required|found|expired|invalid|empty|provided)\b)[^\s"',;]+""",
        RegexOptions.CultureInvariant,
        RegexMilliseconds
    )]
    private static partial Regex VariableSecrets { get; }
}
