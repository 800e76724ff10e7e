using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ3067: a quote or dash of a word processor or an input method, which means nothing to a shell.</summary>
public sealed class TypographicQuotes : Rule
{
    private static readonly System.Buffers.SearchValues<char> Quotes = System.Buffers.SearchValues.Create("“”‘’＂＇");
    private static readonly System.Buffers.SearchValues<char> Dashes = System.Buffers.SearchValues.Create("－–—");

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3067",
            "typographic-quotes",
            Severity.Warning,
            "A quote or dash of the `entrypoint` is one of typography, not the shell's."
        )
        {
            Category = RuleCategory.Entrypoint,
            MayBeIgnored = true,
            Why =
                "Word processors, chats and input methods write `“` for `\"` and `–` or `－` for `-`. To a shell they are letters: `“a b”` are two words, a bracket between them is a syntax error, and `－－lr` is no option. Between the shell's own quotes they are text, and nothing is said.",
            Bad = Example.Request("name: train\nentrypoint: python train.py －－lr 0.1\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py --lr 0.1\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Entrypoint is { } text ? Check(text) : [];

    /// <summary>The faults of an entrypoint, wherever it is written.</summary>
    internal IEnumerable<Finding> Check(Located<string> text)
    {
        if (!text.Value.AsSpan().ContainsAny(Quotes) && !text.Value.AsSpan().ContainsAny(Dashes))
        {
            yield break;
        }

        foreach (ShellToken token in ShellText.Read(text.Value).Tokens)
        {
            ReadOnlySpan<char> raw = text.Value.AsSpan(token.Start, token.End - token.Start);
            int at = raw.ContainsAny("\"'\\") ? -1 : raw.IndexOfAny(Quotes);
            at = at < 0 && Dashes.Contains(raw[0]) ? 0 : at;
            if (at >= 0)
            {
                char found = raw[at];
                yield return At(
                    SpanLocator.Within(text, token.Start + at, 1),
                    $"`{found}` is a letter to a shell; write {(Dashes.Contains(found) ? "`-`" : "`\"` or `'`")}"
                );
            }
        }
    }
}
