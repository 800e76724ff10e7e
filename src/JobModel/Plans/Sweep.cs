using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Plans;

/// <summary>Fills <c>${sweep.name}</c> in texts. Anything else that looks like a variable is left alone: it is Ray's or the shell's.</summary>
public static class Sweep
{
    /// <summary>How a use of a value begins.</summary>
    public const string Open = "${sweep.";

    /// <summary>The names a text asks for, with the offset of each in the text.</summary>
    public static IEnumerable<(string Name, int Offset)> Uses(string text) => Placeholder.Uses(text, Open);

    /// <summary>The text with the values filled in; unknown names stay as they are.</summary>
    public static string Fill(string text, IReadOnlyList<KeyValuePair<string, string>> values)
    {
        if (values.Count == 0 || !text.Contains(Open, StringComparison.Ordinal))
        {
            return text;
        }

        foreach ((string key, string value) in values)
        {
            text = text.Replace($"{Open}{key}}}", value, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The node with the values filled in below it; keys are left alone.</summary>
    public static YamlNode Fill(YamlNode node, IReadOnlyList<KeyValuePair<string, string>> values) =>
        values.Count == 0
            ? node
            : node switch
            {
                YamlMapping mapping => new YamlMapping(
                    mapping.Span,
                    [.. mapping.Entries.Select(e => new YamlEntry(e.Key, Fill(e.Value, values)))],
                    mapping.IsFlow
                ),
                YamlSequence list => new YamlSequence(
                    list.Span,
                    [.. list.Items.Select(i => Fill(i, values))],
                    list.IsFlow
                ),
                YamlScalar scalar when scalar.Value.Contains(Open, StringComparison.Ordinal) => new YamlScalar(
                    scalar.Span,
                    Fill(scalar.Value, values),
                    YamlScalarStyle.Quoted
                ),
                _ => node,
            };
}
