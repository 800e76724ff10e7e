using Rayquest.JobModel.Diagnostics;

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
    }

    /// <summary>Whether the nodes have spans of their own, so that a fix may write there.</summary>
    public bool IsExact => offsets is not null;

    /// <summary>The first document; null when there is none that can be read.</summary>
    public static (YamlNode? Root, bool IsExact) Read(YamlScalar outer)
    {
        FindingBag faults = new();
        YamlFile file = YamlReader.Parse(
            new SourceText(outer.Span.Source.Path, outer.Value),
            YamlLimits.Manifest,
            faults
        );
        if (
            file.Root is null
            || faults.Findings.Any(f => f.Severity == Severity.Error && f.Rule != SyntaxRules.DuplicateKey)
        )
        {
            return (null, false);
        }

        EmbeddedYaml yaml = new(outer);
        return (yaml.Moved(file.Root), yaml.IsExact);
    }

    /// <summary>Where the text is no YAML, and what the reader says of it; null where it is.</summary>
    public static (SourceSpan Span, string Message)? FaultOf(YamlScalar outer) =>
        Faults(outer).FirstOrDefault(f => f.Severity == Severity.Error && f.Rule != SyntaxRules.DuplicateKey)
            is { } fault
            ? (new EmbeddedYaml(outer).Moved(fault.Span), fault.Message)
            : null;

    /// <summary>The keys that are given twice, which the operator's reader lets pass.</summary>
    public static IEnumerable<(SourceSpan Span, string Message)> TwiceIn(YamlScalar outer) =>
        Faults(outer)
            .Where(f => f.Rule == SyntaxRules.DuplicateKey)
            .Select(f => (new EmbeddedYaml(outer).Moved(f.Span), f.Message));

    private static IReadOnlyList<Finding> Faults(YamlScalar outer)
    {
        FindingBag faults = new();
        YamlReader.Parse(new SourceText(outer.Span.Source.Path, outer.Value), YamlLimits.Manifest, faults);
        return faults.Findings;
    }

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
