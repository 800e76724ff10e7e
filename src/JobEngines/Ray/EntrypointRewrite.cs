namespace Rayquest.JobEngines.Ray;

/// <summary>Writes an entrypoint anew into its file, in the style of YAML it has there.</summary>
public static class EntrypointRewrite
{
    /// <summary>The fix that fixes all arguments which can be; null when none can, or the place can't be written safely.</summary>
    public static Fix? Of(Located<string> entrypoint, IReadOnlyList<ChangedArgument> changed)
    {
        string text = entrypoint.Value;
        foreach (ChangedArgument argument in changed.Reverse())
        {
            if (argument.Written is { } written)
            {
                text = string.Concat(text.AsSpan(0, argument.Start), written, text.AsSpan(argument.End));
            }
        }

        return text == entrypoint.Value ? null : Replace(entrypoint, text);
    }

    private static Fix? Replace(Located<string> entrypoint, string text)
    {
        (string before, string after) = (entrypoint.Value.Trim(), text.Trim());
        TextSpan span = entrypoint.Span.Span;
        string raw = entrypoint.Span.Source.Text[span.Start..span.End];
        if (raw.Length == 0 || after.AsSpan().ContainsAnyInRange('\0', '\x1F'))
        {
            return null;
        }

        if (raw[0] is '|' or '>')
        {
            int at = raw.IndexOf(before, StringComparison.Ordinal);
            return at < 0 || raw.IndexOf(before, at + 1, StringComparison.Ordinal) >= 0
                ? null
                : Fix(new TextSpan(span.Start + at, span.Start + at + before.Length), after);
        }

        return raw.AsSpan().ContainsAny('\n', '\r')
            ? null
            : Fix(span, $"'{after.Replace("'", "''", StringComparison.Ordinal)}'");
    }

    private static Fix Fix(TextSpan span, string text) =>
        new("Quote for both shells", FixSafety.Safe, [new TextEdit(span, text)]);
}
