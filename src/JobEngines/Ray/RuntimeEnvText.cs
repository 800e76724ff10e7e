using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.Ray;

/// <summary>
/// <c>runtimeEnvYAML</c> as the operator reads it (J22): YAML 1.1 turned into JSON, its first document alone,
/// which must be a mapping or nothing.
/// </summary>
internal static class RuntimeEnvText
{
    /// <summary>What is wrong with the text, or null.</summary>
    public static string? FaultOf(string text)
    {
        if (Directives(text, out int end) is { } directive)
        {
            return directive;
        }

        string first = text[..end];
        int control = first.AsSpan().IndexOfAny(Controls);
        if (control >= 0)
        {
            return $"is no YAML: it holds the control character {(int)first[control]}";
        }

        FindingBag faults = new();
        YamlFile file = YamlReader.Parse(new SourceText("runtimeEnvYAML", first), YamlLimits.Manifest, faults);

        // Duplicate keys pass: the last one counts.
        Finding? fault = faults.Findings.FirstOrDefault(f =>
            f.Severity == Severity.Error && f.Rule != SyntaxRules.DuplicateKey && f.Rule != SyntaxRules.EmptyFile
        );
        if (fault is not null)
        {
            return $"is no YAML: line {fault.Span.Start.Line}: {fault.Message}";
        }

        return file.Root switch
        {
            null or YamlScalar { IsNull: true } => null,
            YamlMapping mapping => NotJson(mapping),
            YamlNode root => $"is a mapping such as `pip: [requests]`, this is {root.KindName}",
        };
    }

    // All that YAML lets stand in a text, apart from what it does not.
    private static readonly System.Buffers.SearchValues<char> Controls = System.Buffers.SearchValues.Create([
        .. Enumerable.Range(0, 32).Select(c => (char)c).Where(c => c is not ('\t' or '\n' or '\r')),
        '\u007F',
    ]);

    // A marker in the first column ends a document whatever stands around it; the operator reads no further.
    private static string? Directives(string text, out int end)
    {
        bool begun = false;
        bool content = false;
        end = text.Length;
        for (int at = 0; at < text.Length; )
        {
            int next = text.IndexOf('\n', at);
            next = next < 0 ? text.Length : next + 1;
            ReadOnlySpan<char> line = text.AsSpan(at, next - at).TrimEnd();
            bool marker = line is ['-', '-', '-'] or ['-', '-', '-', ' ' or '\t', ..];
            if ((marker || line is "...") && (begun || content))
            {
                end = at;
                return null;
            }

            if (line is ['%', ..] && !begun && !content)
            {
                if (!line.StartsWith("%TAG ") && line is not "%YAML 1.1")
                {
                    return $"is no YAML the operator reads: line `{NameGrammar.Shorten(line.ToString())}` is not a directive of YAML 1.1; remove it";
                }
            }
            else
            {
                ReadOnlySpan<char> rest = (marker ? line[3..] : line).TrimStart();
                begun |= marker;
                content |= !rest.IsEmpty && rest[0] != '#';
            }

            at = next;
        }

        return null;
    }

    // JSON has neither infinities nor keys that are nothing.
    private static string? NotJson(YamlNode node) =>
        node switch
        {
            YamlScalar scalar when IsNoNumber(scalar) =>
                $"can't become JSON: line {scalar.Span.Start.Line}: `{scalar.Value}` is not a number there; put it in quotes",
            YamlSequence sequence => sequence.Items.Select(NotJson).FirstOrDefault(f => f is not null),
            YamlMapping mapping => mapping
                .Entries.Select(e =>
                    e.Key.IsNull
                        ? $"can't become JSON: line {e.Key.Span.Start.Line}: a key is empty; write one, or put it in quotes"
                        : NotJson(e.Value)
                )
                .FirstOrDefault(f => f is not null),
            _ => null,
        };

    private static bool IsNoNumber(YamlScalar scalar) =>
        scalar.Style == YamlScalarStyle.Plain
        && scalar.Value.AsSpan().TrimStart("+-") is ".inf" or ".Inf" or ".INF" or ".nan" or ".NaN" or ".NAN";
}
