using System.Buffers;
using System.Globalization;

namespace Rayquest.JobLint.Rules.Code;

/// <summary>What is fetched from a URL.</summary>
internal enum UrlUse
{
    /// <summary>An archive of code that Ray unpacks.</summary>
    Archive,

    /// <summary>A JAR.</summary>
    Jar,

    /// <summary>Packages, an index or a channel of them, a list of requirements.</summary>
    Packages,
}

/// <summary>
/// A URL that something of a request is fetched from, in its parts. The one reader of URLs: whatever is allowed, refused or said
/// of one is said of what was read here. A URL that two programs may read in two ways has a fault.
/// </summary>
/// <param name="Key">The key it stands under.</param>
/// <param name="Text">The URL, or the text around it.</param>
/// <param name="Scheme">Without <c>git+</c> and its like, in lower case; empty for text that is no URL.</param>
/// <param name="Host">In lower case; empty for buckets.</param>
/// <param name="Bucket">The bucket or container of an object store with its scheme (<c>s3://models</c>); empty for hosts.</param>
/// <param name="Fault">Why nobody can tell where it leads; null when it is clear.</param>
internal sealed record CodeUrl(
    string Key,
    UrlUse Use,
    Located<string> Text,
    string Scheme,
    string Host,
    string Bucket,
    string Path,
    string? Fault
)
{
    private static readonly string[] Buckets = ["s3", "gs", "azure", "abfss", "abfs", "wasbs", "hdfs", "oss"];

    // Ray's own word for where it unpacked the code.
    private const string WorkingDirectory = "{RAY_RUNTIME_ENV_CREATE_WORKING_DIR}";
    private static readonly string[] OnNode = ["file", "local", "gcs"];
    private static readonly string[] Tools = ["PIP_", "UV_", "CONDA_", "MAMBA_"];
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789.-"
    );
    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-."
    );

    /// <summary>Whether it leads to an object store.</summary>
    public bool IsBucket => Bucket.Length > 0;

    /// <summary>The archives of a request: <c>code.archive</c>, <c>runtimeEnv.working_dir</c> and <c>runtimeEnv.py_modules</c>.</summary>
    public static IEnumerable<CodeUrl> Of(RequestContext context) =>
        All(context).Where(u => u is { Use: UrlUse.Archive, Fault: null });

    /// <summary>Every URL of <c>code</c>, of <c>runtimeEnv</c>, and of the variables that tell package managers where to look.</summary>
    public static IEnumerable<CodeUrl> All(RequestContext context)
    {
        if (context.Request.Code?.Value.Archive is { } archive)
        {
            yield return Whole("code.archive", UrlUse.Archive, archive);
        }

        foreach (YamlEntry entry in context.Request.RuntimeEnv?.Value.Entries ?? [])
        {
            string key = $"runtimeEnv.{entry.Key.Value}";
            UrlUse? whole = entry.Key.Value switch
            {
                "working_dir" or "py_modules" => UrlUse.Archive,
                "java_jars" => UrlUse.Jar,
                _ => null,
            };
            IEnumerable<YamlScalar> scalars =
                whole is null ? SpanLocator.Scalars(entry.Value)
                : entry.Value is YamlSequence list ? list.Items.OfType<YamlScalar>()
                : [.. new[] { entry.Value }.OfType<YamlScalar>()];
            foreach (YamlScalar scalar in scalars)
            {
                Located<string> text = new(scalar.Value, scalar.Span);
                if (whole is { } use)
                {
                    if (HasScheme(text.Value))
                    {
                        yield return Whole(key, use, text);
                    }
                }
                else if (entry.Key.Value is "pip" or "uv" or "conda" or "py_executable")
                {
                    if (Filled(key, text) is { } filled)
                    {
                        yield return filled;
                    }

                    foreach (CodeUrl url in Within(key, text))
                    {
                        yield return url;
                    }
                }
            }

            if (entry is { Key.Value: "env_vars", Value: YamlMapping variables })
            {
                foreach (YamlEntry variable in variables.Entries)
                {
                    foreach (CodeUrl url in OfVariable(variable.Key.Value, SpanLocator.Scalars(variable.Value)))
                    {
                        yield return url;
                    }
                }
            }
        }

        foreach ((Located<string> name, Located<string> value) in context.Request.Env?.Value ?? [])
        {
            if (IsOfTool(name.Value))
            {
                foreach (CodeUrl url in Within(name.Value, value))
                {
                    yield return url;
                }
            }
        }
    }

    private static IEnumerable<CodeUrl> OfVariable(string name, IEnumerable<YamlScalar> values) =>
        IsOfTool(name) ? values.SelectMany(v => Within(name, new Located<string>(v.Value, v.Span))) : [];

    /// <summary>Whether a variable of this name tells a package manager where to look.</summary>
    internal static bool IsOfTool(string name) =>
        Tools.Any(t => name.StartsWith(t, StringComparison.OrdinalIgnoreCase));

    // Ray and pip take what is before the first colon for the scheme, with or without the slashes.
    private static bool HasScheme(string text)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        int colon = trimmed.IndexOf(':');
        return colon > 1 && trimmed[..colon].IndexOfAnyExcept(SchemeCharacters) < 0;
    }

    /// <summary>A text that is a URL from its first character to its last.</summary>
    private static CodeUrl Whole(string key, UrlUse use, Located<string> text)
    {
        if (!HasScheme(text.Value))
        {
            return new CodeUrl(key, use, text, "", "", "", text.Value, null);
        }

        return Read(key, use, text, text.Value);
    }

    /// <summary>The URLs in a line of a package manager: requirements, options, channels.</summary>
    private static IEnumerable<CodeUrl> Within(string key, Located<string> text)
    {
        string value = text.Value;
        int at = 0;
        while (at < value.Length)
        {
            int colon = value.IndexOf(':', at);
            if (colon < 0)
            {
                yield break;
            }

            int start = colon;
            while (start > at && SchemeCharacters.Contains(value[start - 1]))
            {
                start--;
            }

            string scheme = value[start..colon].TrimStart('-', '.', '+').ToLowerInvariant();
            int end = colon + 1;
            while (end < value.Length && !char.IsWhiteSpace(value[end]) && value[end] is not ('"' or '\'' or ','))
            {
                end++;
            }

            if (value.AsSpan(colon).StartsWith("://") || IsFetched(scheme))
            {
                end = EndOfUser(value, colon, end);
                yield return Read(key, UrlUse.Packages, text, scheme + value[colon..end]);
                at = end;
            }
            else
            {
                at = colon + 1;
            }
        }
    }

    // A quote or a comma ends a URL, but not before an @: then it belongs to the user's name, and the host comes after it.
    private static int EndOfUser(string value, int colon, int end)
    {
        if (value[colon..end].TrimStart(':', '/').AsSpan().IndexOfAny('/', '?', '#') >= 0)
        {
            return end;
        }

        int word = end;
        while (word < value.Length && !char.IsWhiteSpace(value[word]) && value[word] != '/')
        {
            word++;
        }

        return value.AsSpan(end, word - end).Contains('@') ? word : end;
    }

    /// <summary>
    /// Where a package manager is told a place by a variable that is filled in later; null where none is. What is filled into a
    /// version or a path leads nowhere else.
    /// </summary>
    private static CodeUrl? Filled(string key, Located<string> text)
    {
        string value = text.Value;
        for (int at = value.IndexOf('$'); at >= 0; at = value.IndexOf('$', at + 1))
        {
            ReadOnlySpan<char> rest = value.AsSpan(at + 1);
            int start = at;
            while (start > 0 && !char.IsWhiteSpace(value[start - 1]))
            {
                start--;
            }

            if (
                rest.Length > 0
                && (rest[0] is '{' or '(' or '_' || char.IsAsciiLetter(rest[0]))
                && !rest.StartsWith(WorkingDirectory)
                && !value.AsSpan(start, at - start).Contains("://", StringComparison.Ordinal)
                && (
                    start == at
                    || value[start] == '-'
                    || value[at - 1] is '@' or '"' or '\''
                    || (value[at - 1] == '=' && (at < 2 || value[at - 2] != '='))
                )
            )
            {
                return new CodeUrl(
                    key,
                    UrlUse.Packages,
                    text,
                    "",
                    "",
                    "",
                    "",
                    $"is filled in from a variable (`{MessageText.Shorten(value)}`)"
                );
            }
        }

        return null;
    }

    private static bool IsFetched(string scheme) =>
        scheme is "http" or "https" or "ftp" or "ftps" or "s3" or "gs"
        || scheme.Contains('+', StringComparison.Ordinal);

    // By hand: System.Uri normalises, and knows other rules for every scheme.
    private static CodeUrl Read(string key, UrlUse use, Located<string> text, string url)
    {
        int colon = url.IndexOf(':', StringComparison.Ordinal);
        string scheme = url[..colon].Trim().ToLowerInvariant();
        if (scheme.LastIndexOf('+') is > 0 and int plus)
        {
            scheme = scheme[(plus + 1)..];
        }

        if (OnNode.Contains(scheme))
        {
            string rest = url[(colon + 1)..].TrimStart('/');
            return new CodeUrl(key, use, text, scheme, "", "", "/" + Cut(rest), null);
        }

        if (Character(url) is { } odd)
        {
            return Faulty(odd);
        }

        if (!url.AsSpan(colon).StartsWith("://"))
        {
            return Faulty($"has no `//` after `{scheme}:`, and programs disagree on what follows");
        }

        string after = url[(colon + 3)..];
        int slash = after.AsSpan().IndexOfAny('/', '?', '#');
        string authority = slash < 0 ? after : after[..slash];
        string path = slash < 0 ? "" : Cut(after[slash..]);
        if (Buckets.Contains(scheme))
        {
            // Azure's containers have their account behind an @; elsewhere there is none.
            bool hasAccount = scheme is "azure" or "abfss" or "abfs" or "wasbs";
            string[] parts = authority.Split('@');
            return
                parts.Length > (hasAccount ? 2 : 1)
                || parts.Any(p => p.Length == 0 || p.AsSpan().ContainsAnyExcept(BucketCharacters))
                ? Faulty($"names no bucket in one way: `{MessageText.Shorten(authority)}`")
                : new CodeUrl(key, use, text, scheme, "", $"{scheme}://{authority}", path, null);
        }

        int sign = authority.LastIndexOf('@');
        // A password is another rule's to say.
        string? user =
            sign >= 0 && authority.IndexOf(':') is var password && (password < 0 || password > sign)
                ? (Message)$"has a user name before its host (`{MessageText.Shorten(authority)}`)"
                : null;

        string host = authority[(sign + 1)..].ToLowerInvariant();
        if (host.LastIndexOf(':') is >= 0 and int port)
        {
            if (!ushort.TryParse(host[(port + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return Faulty($"has a port that is no number (`{MessageText.Shorten(host)}`)");
            }

            host = host[..port];
        }

        return host.Length == 0 || host.AsSpan().ContainsAnyExcept(HostCharacters) || host[0] is '.' or '-'
            ? Faulty($"has no plain host name (`{MessageText.Shorten(host)}`)")
            : new CodeUrl(key, use, text, scheme, host, "", path, user);

        CodeUrl Faulty(string fault) => new(key, use, text, scheme, "", "", "", fault);
    }

    private static readonly SearchValues<char> BucketCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
    );

    // Programs drop, keep or translate these, each in its own way.
    private static string? Character(string url)
    {
        foreach (char c in url)
        {
            if (c == '\\')
            {
                return "has a backslash, which some programs take for a slash";
            }

            if (char.IsWhiteSpace(c))
            {
                return "has a blank in it";
            }

            if (
                char.IsControl(c)
                || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Surrogate
            )
            {
                return "has a character in it that nobody sees";
            }
        }

        return null;
    }

    private static string Cut(string path)
    {
        int end = path.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? path : path[..end];
    }
}
