namespace Rayquest.JobLint.Rules.Leaks;

/// <summary>Secrets that can be told by their form alone: a fixed beginning, then characters and a length.</summary>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="End">Where it ends.</param>
/// <param name="What">What it is, for the message; the secret itself is never repeated.</param>
internal readonly record struct KnownSecret(int Start, int End, string What)
{
    private sealed record Form(string Prefix, int MinLength, string What, bool IsWord = true);

    // Published formats of the issuers. The length is of what follows the prefix.
    private static readonly Form[] Forms =
    [
        new("AKIA", 16, "an AWS access key"),
        new("ASIA", 16, "a temporary AWS access key"),
        new("ghp_", 36, "a GitHub token"),
        new("gho_", 36, "a GitHub token"),
        new("ghu_", 36, "a GitHub token"),
        new("ghs_", 36, "a GitHub token"),
        new("ghr_", 36, "a GitHub token"),
        new("github_pat_", 22, "a GitHub token"),
        new("glpat-", 20, "a GitLab token"),
        new("hf_", 30, "a Hugging Face token"),
        new("xoxb-", 20, "a Slack token"),
        new("xoxp-", 20, "a Slack token"),
        new("xoxa-", 20, "a Slack token"),
        new("sk-ant-", 24, "an API key of a model provider"),
        new("sk-proj-", 24, "an API key of a model provider"),
        new("sk-", 40, "an API key of a model provider"),
        new("AIza", 35, "a Google API key"),
        new("ya29.", 30, "a Google access token"),
        new("npm_", 36, "an npm token"),
        new("pypi-AgE", 40, "a PyPI token"),
        new("dckr_pat_", 20, "a Docker token"),
        new("dop_v1_", 40, "a DigitalOcean token"),
        new("eyJhbGciOi", 40, "a signed token (JWT)"),
        new("AccountKey=", 40, "the key of an Azure storage account", IsWord: false),
        new("-----BEGIN ", 15, "a private key", IsWord: false),
    ];

    // By the first character: most of a text can't begin one, and to build a search over all prefixes would take longer than
    // reading every request that a change has.
    private static readonly Form[]?[] FormsByFirst = ByFirst();

    /// <summary>Every known secret of a text, in order; one pass, and nothing is allocated where there is none.</summary>
    public static KnownSecret[] Find(string text)
    {
        int at = IndexOfPrefix(text, 0);
        if (at < 0)
        {
            return [];
        }

        List<KnownSecret> found = [];
        while (at < text.Length)
        {
            int next = at + 1;
            foreach (Form form in FormsByFirst[text[at]]!)
            {
                if (Match(text, at, form) is { } end)
                {
                    found.Add(new KnownSecret(at, end, form.What));
                    next = end;
                    break;
                }
            }

            at = IndexOfPrefix(text, next);
            if (at < 0)
            {
                break;
            }
        }

        return [.. found];
    }

    private static Form[]?[] ByFirst()
    {
        Form[]?[] forms = new Form[]?[128];
        foreach (Form form in Forms)
        {
            forms[form.Prefix[0]] = [.. forms[form.Prefix[0]] ?? [], form];
        }

        return forms;
    }

    private static int IndexOfPrefix(string text, int from)
    {
        // No form is shorter than two characters.
        for (int i = from; i < text.Length - 1; i++)
        {
            if (text[i] >= 128 || FormsByFirst[text[i]] is not { } forms)
            {
                continue;
            }

            foreach (Form form in forms)
            {
                if (text[i + 1] == form.Prefix[1] && text.AsSpan(i).StartsWith(form.Prefix))
                {
                    return i;
                }
            }
        }

        return -1;
    }

    private static int? Match(string text, int at, Form form)
    {
        if (!text.AsSpan(at).StartsWith(form.Prefix) || (form.IsWord && at > 0 && IsTokenCharacter(text[at - 1])))
        {
            return null;
        }

        int end = at + form.Prefix.Length;
        if (form.Prefix[0] == '-')
        {
            int line = text.IndexOf("-----", end, StringComparison.Ordinal);
            return line > 0 && text.AsSpan(end, line - end).Contains("PRIVATE KEY", StringComparison.Ordinal)
                ? line + 5
                : null;
        }

        int digits = 0;
        while (end < text.Length && (IsTokenCharacter(text[end]) || text[end] is '.' or '/' or '+' or '='))
        {
            digits += char.IsAsciiDigit(text[end++]) ? 1 : 0;
        }

        int length = end - at - form.Prefix.Length;
        bool isKeyId = form.Prefix is "AKIA" or "ASIA";
        return
            length < form.MinLength
            || (isKeyId && length != form.MinLength)
            || (!isKeyId && digits == 0 && form.Prefix is "sk-" or "hf_" or "npm_")
            ? null
            : end;
    }

    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
