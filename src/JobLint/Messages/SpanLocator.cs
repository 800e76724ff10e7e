namespace Rayquest.JobLint.Messages;

/// <summary>Finds the place in the file that a part of a value came from.</summary>
internal static class SpanLocator
{
    /// <summary>The span of a part of a value; the whole value's span where escapes or folding moved the text.</summary>
    public static SourceSpan Within(Located<string> text, int offset, int length)
    {
        string source = text.Span.Source.Text;
        TextSpan span = text.Span.Span;
        int end = Math.Min(offset + length, text.Value.Length);
        if (offset < 0 || offset >= end)
        {
            return text.Span;
        }

        ReadOnlySpan<char> raw = source.AsSpan(span.Start, span.Length);
        int lead =
            raw.SequenceEqual(text.Value) ? 0
            : raw.Length == text.Value.Length + 2 && raw[1..^1].SequenceEqual(text.Value) ? 1
            : -1;
        if (lead >= 0)
        {
            return new SourceSpan(text.Span.Source, new TextSpan(span.Start + lead + offset, span.Start + lead + end));
        }

        // Blocks and escapes: the part is still found when it stands in the raw text exactly once.
        ReadOnlySpan<char> part = text.Value.AsSpan(offset, end - offset);
        int first = raw.IndexOf(part);
        return first >= 0 && part.Length > 2 && raw[(first + 1)..].IndexOf(part) < 0
            ? new SourceSpan(text.Span.Source, new TextSpan(span.Start + first, span.Start + first + part.Length))
            : text.Span;
    }

    /// <summary>Every scalar below a node, in file order; keys are left out.</summary>
    public static IEnumerable<YamlScalar> Scalars(YamlNode node)
    {
        switch (node)
        {
            case YamlScalar scalar:
                yield return scalar;
                break;
            case YamlSequence list:
                foreach (YamlNode item in list.Items)
                {
                    foreach (YamlScalar scalar in Scalars(item))
                    {
                        yield return scalar;
                    }
                }

                break;
            case YamlMapping mapping:
                foreach (YamlEntry entry in mapping.Entries)
                {
                    foreach (YamlScalar scalar in Scalars(entry.Value))
                    {
                        yield return scalar;
                    }
                }

                break;
        }
    }
}
