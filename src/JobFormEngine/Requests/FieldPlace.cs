using System.Globalization;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobFormEngine.Requests;

/// <summary>Where a value is in a request: keys, and numbers of list items from 0.</summary>
/// <param name="Parts">Keys and numbers from the request down.</param>
public sealed record FieldPlace(IReadOnlyList<object> Parts)
{
    /// <summary>The request itself.</summary>
    public static FieldPlace Root { get; } = new([]);

    /// <summary>A key below.</summary>
    public FieldPlace Key(string key) => new([.. Parts, key]);

    /// <summary>An item below.</summary>
    public FieldPlace Item(int index) => new([.. Parts, index]);

    /// <summary>The place that holds it.</summary>
    public FieldPlace Parent => new([.. Parts.Take(Parts.Count - 1)]);

    /// <summary>Its text: <c>workers[0].gpus</c>.</summary>
    public override string ToString()
    {
        string text = "";
        foreach (object part in Parts)
        {
            text +=
                part is int index ? string.Create(CultureInfo.InvariantCulture, $"[{index}]")
                : text.Length == 0 ? (string)part
                : "." + part;
        }

        return text;
    }

    /// <inheritdoc/>
    public bool Equals(FieldPlace? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <summary>The value at the place, or null.</summary>
    public YamlNode? In(YamlNode? root)
    {
        YamlNode? node = root;
        foreach (object part in Parts)
        {
            node = (node, part) switch
            {
                (YamlMapping mapping, string key) => mapping[key],
                (YamlSequence list, int index) when index < list.Items.Length => list.Items[index],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>The deepest field that an offset of the text lies in, as text; empty for none.</summary>
    public static string At(YamlNode? root, int offset)
    {
        FieldPlace place = Root;
        YamlNode? node = root;
        while (true)
        {
            switch (node)
            {
                case YamlMapping mapping
                    when mapping.Entries.LastOrDefault(e => e.Key.Span.Span.Start <= offset) is { } entry
                        && offset <= Math.Max(entry.Value.Span.Span.End, entry.Key.Span.Span.End):
                    place = place.Key(entry.Key.Value);
                    node = offset >= entry.Value.Span.Span.Start ? entry.Value : null;
                    break;
                case YamlSequence list when LastAt(list, offset) is >= 0 and int index:
                    place = place.Item(index);
                    node = list.Items[index];
                    break;
                default:
                    return place.ToString();
            }
        }
    }

    private static int LastAt(YamlSequence list, int offset)
    {
        for (int i = list.Items.Length - 1; i >= 0; i--)
        {
            if (list.Items[i].Span.Span.Start <= offset)
            {
                return offset <= list.Items[i].Span.Span.End ? i : -1;
            }
        }

        return -1;
    }
}
