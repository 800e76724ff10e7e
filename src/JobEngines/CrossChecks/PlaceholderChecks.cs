using System.Text.RegularExpressions;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.CrossChecks;

/// <summary>
/// Values that some other tool fills before the manifest is applied: <c>$NAME</c>, <c>${NAME}</c>, <c>&lt;name&gt;</c>, alone or inside a
/// longer text. They are warned of, and not evaluated: what they become isn't known.
/// </summary>
public static class PlaceholderChecks
{
    // Texts in which a shell, a program or Ray reads such things for itself: told where nothing else is there, or where it
    // stands in angle brackets, which none of them reads.
    private static readonly string[] Free = ["entrypoint", "command", "args", "env", "env_vars", "user_config"];

    // Whole files, in which either may be meant.
    private static readonly string[] Files = ["annotations", "data", "stringData"];

    // YAML inside a text.
    private static readonly string[] Embedded = ["runtimeEnvYAML", "serveConfigV2"];

    private enum Reading
    {
        // Every placeholder.
        All,

        // What is one as a whole, and what stands in angle brackets.
        Free,

        // What is one as a whole.
        Whole,
    }

    /// <summary>The faults of an object without those of placeholders, and a warning for each of these.</summary>
    public static IReadOnlyList<ManifestFault> Apply(
        Field root,
        IReadOnlyList<ManifestFault> faults,
        Func<YamlNode, IReadOnlyList<ManifestFault>> check
    )
    {
        if (root.Node is not { } node || !node.Span.Source.Text.AsSpan().ContainsAny('$', '<'))
        {
            return faults;
        }

        Dictionary<int, Field> held = [];
        Collect(root, held, Reading.All);
        if (held.Count == 0)
        {
            return faults;
        }

        List<ManifestFault> kept =
        [
            .. faults.Where(f =>
                f.Rule == MetadataRules.Placeholder
                || f.Rule.Category == RuleCategory.Security
                || !(held.ContainsKey(f.Span.Span.Start) || IsInside(f, held))
            ),
        ];
        if (kept.Any(IsChecked))
        {
            HashSet<ManifestFault> open = PlaceholderFillings.Doubtful(
                node,
                held.Values.Select(f => (YamlScalar)f.Node!).ToHashSet(),
                [.. kept.Where(IsChecked)],
                faults,
                check
            );
            kept.RemoveAll(open.Contains);
        }

        HashSet<int> reported =
        [
            .. kept.Where(f => f.Rule == MetadataRules.Placeholder).Select(f => f.Span.Span.Start),
        ];
        foreach ((int start, Field field) in held)
        {
            if (!reported.Contains(start))
            {
                string text = Found((YamlScalar)field.Node!)!;
                kept.Add(
                    new ManifestFault(
                        MetadataRules.Placeholder,
                        Severity.Warning,
                        field.Path,
                        field.Span,
                        $"`{NameGrammar.Shorten(text)}` is put in by some other tool before this is applied; what it becomes is not checked (`--set {NameOf(text)}=…` fills it)"
                    )
                );
            }
        }

        return kept;
    }

    private static bool IsChecked(ManifestFault fault) =>
        fault.Severity == Severity.Error && fault.Rule.Category == RuleCategory.Manifest;

    /// <summary>The text with the placeholders of known names filled.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string> values) =>
        values.Count == 0
            ? text
            : PlaceholderText
                .Any()
                .Replace(text, m => values.TryGetValue(NameOf(m.Value), out string? value) ? value : m.Value);

    // What the shells make of a command line isn't known while a part of it isn't.
    private static bool IsInside(ManifestFault fault, Dictionary<int, Field> held) =>
        fault.Rule.Category == RuleCategory.Entrypoint
        && held.Values.Any(f =>
            f.Span.Source == fault.Span.Source
            && f.Span.Span.Start <= fault.Span.Span.Start
            && fault.Span.Span.End <= f.Span.Span.End
        );

    private static void Collect(Field field, Dictionary<int, Field> held, Reading reading)
    {
        switch (field.Node)
        {
            case YamlScalar scalar when Found(scalar) is not null && IsMeant(scalar, reading):
                held[scalar.Span.Span.Start] = field;
                break;
            case YamlSequence:
                foreach (Field item in field.Items())
                {
                    Collect(item, held, reading);
                }

                break;
            case YamlMapping:
                foreach ((YamlScalar key, Field value) in field.Entries())
                {
                    Collect(Inside(key.Value, value), held, Of(key.Value, reading));
                }

                break;
            default:
                break;
        }
    }

    private static Reading Of(string key, Reading outside) =>
        Free.Contains(key) ? Reading.Free
        : Files.Contains(key) ? Reading.Whole
        : outside;

    private static bool IsMeant(YamlScalar scalar, Reading reading) =>
        reading == Reading.All
        || Found(scalar) == scalar.Value.Trim()
        || (reading == Reading.Free && PlaceholderText.HoldsBracketed(scalar.Value));

    private static Field Inside(string key, Field field) =>
        Embedded.Contains(key)
        && field.Node is YamlScalar { Value.Length: > 0 } outer
        && Found(outer) is { } found
        && found != outer.Value.Trim()
        && EmbeddedYaml.Read(outer).Root is { } node
            ? new Field(node, field.Path, field.Span)
            : field;

    /// <summary>The names of the placeholders in a text.</summary>
    internal static IEnumerable<string> NamesIn(string text) =>
        PlaceholderText.Any().Matches(text).Select(m => NameOf(m.Value));

    private static string? Found(YamlScalar scalar) =>
        scalar.Value.AsSpan().ContainsAny('$', '<')
        && PlaceholderText.Any().Match(scalar.Value) is { Success: true } match
            ? match.Value
            : null;

    private static string NameOf(string placeholder) => placeholder.Trim('$', '{', '}', '<', '>');
}
