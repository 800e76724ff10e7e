using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Manifests;

/// <summary>
/// YAML inside a text of a manifest, such as <c>runtimeEnvYAML</c>: its nodes with the spans they have in the manifest. Where the
/// text was folded or escaped, all of them have the span of the whole text.
/// </summary>
public sealed class EmbeddedYaml
{
    private readonly YamlScalar outer;

    // The place in the file of every character of the text; null where they don't stand one by one in it.
    private readonly int[]? offsets;

    private EmbeddedYaml(YamlScalar outer)
    {
        this.outer = outer;
        offsets = OffsetsOf(outer);
        FindingBag faults = new();
        YamlFile file = YamlReader.Parse(
            new SourceText(outer.Span.Source.Path, outer.Value),
            YamlLimits.Manifest,
            faults
        );
        Twice =
        [
            .. faults.Findings.Where(f => f.Rule == SyntaxRules.DuplicateKey).Select(f => (Moved(f.Span), f.Message)),
        ];
        if (
            faults.Findings.FirstOrDefault(f => f.Severity == Severity.Error && f.Rule != SyntaxRules.DuplicateKey) is
            { } fault
        )
        {
            Fault = (Moved(fault.Span), fault.Message);
        }
        else if (file.Root is { } root)
        {
            Root = Moved(root);
        }
    }

    /// <summary>The first document; null when there is none that can be read.</summary>
    public YamlNode? Root { get; }

    /// <summary>Where the text is no YAML, and what the reader says of it; null where it is.</summary>
    public (SourceSpan Span, string Message)? Fault { get; }

    /// <summary>The keys that are given twice, which the operator's reader lets pass.</summary>
    public IReadOnlyList<(SourceSpan Span, string Message)> Twice { get; }

    /// <summary>Whether the nodes have spans of their own, so that a fix may write there.</summary>
    public bool IsExact => offsets is not null;

    /// <summary>Reads the text of a field; null where it is none.</summary>
    public static EmbeddedYaml? Of(Field field) =>
        field is { Node: YamlScalar outer, Text: not null } ? new(outer) : null;

    /// <summary>Reads the text of a scalar.</summary>
    public static EmbeddedYaml Read(YamlScalar outer) => new(outer);

    private YamlNode Moved(YamlNode node) =>
        node switch
        {
            YamlMapping mapping => new YamlMapping(
                Moved(mapping.Span),
                [.. mapping.Entries.Select(e => new YamlEntry((YamlScalar)Moved(e.Key), Moved(e.Value)))],
                mapping.IsFlow
            ),
            YamlSequence list => new YamlSequence(Moved(list.Span), [.. list.Items.Select(Moved)], list.IsFlow),
            YamlScalar scalar => new YamlScalar(Moved(scalar.Span), scalar.Value, scalar.Style),
            _ => node,
        };

    private SourceSpan Moved(SourceSpan span)
    {
        if (offsets is null)
        {
            return outer.Span;
        }

        int start = offsets[Math.Min(span.Span.Start, offsets.Length - 1)];
        int end = span.Span.Length == 0 ? start : offsets[Math.Min(span.Span.End, offsets.Length) - 1] + 1;
        return new SourceSpan(outer.Span.Source, new TextSpan(start, Math.Max(start, end)));
    }

    private static int[]? OffsetsOf(YamlScalar outer)
    {
        string text = outer.Value;
        TextSpan span = outer.Span.Span;
        string source = outer.Span.Source.Text;
        if (text.Length == 0)
        {
            return null;
        }

        int[] found = new int[text.Length];
        if (outer.Style != YamlScalarStyle.Block)
        {
            int lead = outer.Style == YamlScalarStyle.Quoted ? 1 : 0;
            if (!source.AsSpan(span.Start + lead).StartsWith(text))
            {
                return null;
            }

            for (int i = 0; i < text.Length; i++)
            {
                found[i] = span.Start + lead + i;
            }

            return found;
        }

        // A literal block: each line of the text stands behind the block's indentation, in order.
        int at = source.IndexOf('\n', span.Start) + 1;
        int done = 0;
        while (done < text.Length && at > 0 && at <= source.Length)
        {
            int end = text.IndexOf('\n', done);
            end = end < 0 ? text.Length : end;
            int lineEnd = source.IndexOf('\n', at);
            lineEnd = lineEnd < 0 ? source.Length : lineEnd;
            ReadOnlySpan<char> line = source.AsSpan(at, lineEnd - at).TrimEnd('\r');
            ReadOnlySpan<char> wanted = text.AsSpan(done, end - done);
            if (!line.EndsWith(wanted) || !line[..^wanted.Length].Trim(' ').IsEmpty)
            {
                return null;
            }

            int start = at + line.Length - wanted.Length;
            for (int i = done; i <= end && i < text.Length; i++)
            {
                found[i] = start + i - done;
            }

            done = end + 1;
            at = lineEnd + 1;
        }

        return done >= text.Length ? found : null;
    }
}
