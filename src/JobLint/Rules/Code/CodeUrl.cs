namespace Rayquest.JobLint.Rules.Code;

/// <summary>A URL that code is fetched from, in its parts. Host is the bucket for object stores.</summary>
internal sealed record CodeUrl(string Key, Located<string> Text, string Scheme, string Host, string Path)
{
    /// <summary>The URLs of a request: <c>code.archive</c>, <c>runtimeEnv.working_dir</c> and <c>runtimeEnv.py_modules</c>.</summary>
    public static IEnumerable<CodeUrl> Of(RequestContext context)
    {
        if (context.Request.Code?.Value.Archive is { } archive)
        {
            yield return Parse("code.archive", archive);
        }

        YamlMapping? runtime = context.Request.RuntimeEnv?.Value;
        if (runtime?["working_dir"] is YamlScalar working && working.Value.Contains("://", StringComparison.Ordinal))
        {
            yield return Parse("runtimeEnv.working_dir", new Located<string>(working.Value, working.Span));
        }

        foreach (YamlNode item in (runtime?["py_modules"] as YamlSequence)?.Items ?? [])
        {
            if (item is YamlScalar module && module.Value.Contains("://", StringComparison.Ordinal))
            {
                yield return Parse("runtimeEnv.py_modules", new Located<string>(module.Value, module.Span));
            }
        }
    }

    // By hand: System.Uri normalises, and knows other rules for every scheme.
    private static CodeUrl Parse(string key, Located<string> text)
    {
        int colon = text.Value.IndexOf("://", StringComparison.Ordinal);
        if (colon < 0)
        {
            return new CodeUrl(key, text, "", "", text.Value);
        }

        string rest = text.Value[(colon + 3)..];
        int slash = rest.AsSpan().IndexOfAny('/', '?', '#');
        string host = slash < 0 ? rest : rest[..slash];
        host = host[(host.LastIndexOf('@') + 1)..];
        string path = slash < 0 ? "" : rest[slash..];
        int end = path.AsSpan().IndexOfAny('?', '#');
        return new CodeUrl(
            key,
            text,
            text.Value[..colon].ToLowerInvariant(),
            host.Split(':')[0].ToLowerInvariant(),
            end < 0 ? path : path[..end]
        );
    }
}
