using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>The entrypoint as a shell reads it, and how to wrap it so that no shell but the head's does.</summary>
internal static class EntrypointText
{
    /// <summary>The entrypoint of a request that a shell in the submitter's pod sees; null when none does, or when it is plain words.</summary>
    public static (Located<string> Text, ShellText Shell)? Of(RequestContext context, bool anyMode = false) =>
        context.Request.Entrypoint is { } entrypoint
        && (anyMode || context.IsShellSubmitted)
        && !ShellText.IsPlain(entrypoint.Value)
            ? (entrypoint, context.EntrypointShell)
            : null;

    /// <summary>
    /// Wraps the whole command as <c>bash -c '…'</c>: two insertions, where the text can be quoted so; null where it can't.
    /// Plain and double-quoted scalars keep their text; in single-quoted YAML the new quotes are doubled.
    /// </summary>
    public static Fix? Wrap(Located<string> entrypoint)
    {
        TextSpan span = entrypoint.Span.Span;
        string source = entrypoint.Span.Source.Text;
        string raw = source[span.Start..span.End];
        if (
            raw.Length == 0
            || entrypoint.Value.AsSpan().ContainsAny('\'', '\n')
            || raw.AsSpan().ContainsAny('\n', '\r')
            || ShellText.Read(entrypoint.Value).OpenQuote >= 0
        )
        {
            return null;
        }

        // A word of a command in flow style would end at a comma or brace; in plain style the text is known to hold none that matter.
        (int inset, string quote) = raw[0] switch
        {
            '"' => (1, "'"),
            '\'' => (1, "''"),
            '|' or '>' => (-1, ""),
            _ => raw == entrypoint.Value ? (0, "'") : (-1, ""),
        };
        return inset < 0
            ? null
            : new Fix(
                "Wrap as `bash -c '…'`",
                FixSafety.Safe,
                [
                    new TextEdit(new TextSpan(span.Start + inset, span.Start + inset), $"bash -c {quote}"),
                    new TextEdit(new TextSpan(span.End - inset, span.End - inset), quote),
                ]
            );
    }

    /// <summary>Whether the command is one word list that begins with a shell and <c>-c</c>.</summary>
    public static bool IsShellCommand(ShellText shell) =>
        shell.Tokens
            is [
                { Kind: ShellTokenKind.Word, Text: "bash" or "sh" or "/bin/bash" or "/bin/sh" or "zsh" },
                { Kind: ShellTokenKind.Word } flag,
                ..,
            ]
        && flag.Text.StartsWith('-')
        && flag.Text.EndsWith('c');
}
