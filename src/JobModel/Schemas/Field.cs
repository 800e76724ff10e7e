using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Schemas;

/// <summary>
/// A place in an object, whether something stands there or not: its node, path, and where to point.
/// A null counts as absent, as it does for the API server on create.
/// </summary>
public readonly record struct Field
{
    private readonly YamlNode? node;
    private readonly FieldPath? path;
    private readonly SourceSpan anchor;

    /// <summary>A place with a node; <paramref name="anchor"/> is pointed at when the node is no scalar.</summary>
    public Field(YamlNode? node, FieldPath path, SourceSpan anchor)
    {
        this.node = node is YamlScalar { IsNull: true } ? null : node;
        this.path = path;
        this.anchor = anchor;
    }

    /// <summary>The path from the object's root.</summary>
    public FieldPath Path => path ?? FieldPath.Root;

    /// <summary>Whether something other than null stands here.</summary>
    public bool Exists => node is not null;

    /// <summary>The node, or null.</summary>
    public YamlNode? Node => node;

    /// <summary>What to point at: the scalar itself, else the key it stands under, else the nearest key above.</summary>
    public SourceSpan Span => node is YamlScalar scalar ? scalar.Span : anchor;

    /// <summary>The mapping, or null.</summary>
    public YamlMapping? Mapping => node as YamlMapping;

    /// <summary>The list, or null.</summary>
    public YamlSequence? Sequence => node as YamlSequence;

    /// <summary>The scalar as JSON, or null.</summary>
    public JsonScalar? Json => node is YamlScalar scalar ? JsonScalar.Of(scalar) : null;

    /// <summary>The text, or null when it is none.</summary>
    public string? Text => Json is { Kind: JsonKind.Text } json ? json.Text : null;

    /// <summary>The whole number, or null when it is none that fits 64 bits.</summary>
    public long? Integer => Json is { Kind: JsonKind.Integer, FitsInt64: true } json ? json.Integer : null;

    /// <summary>Whether it is the boolean true.</summary>
    public bool IsTrue => Json is { Kind: JsonKind.Boolean, Boolean: true };

    /// <summary>Whether it is the boolean false.</summary>
    public bool IsFalse => Json is { Kind: JsonKind.Boolean, Boolean: false };

    /// <summary>How many items or entries it has.</summary>
    public int Count => node switch
    {
        YamlMapping mapping => mapping.Entries.Count,
        YamlSequence sequence => sequence.Items.Count,
        _ => 0,
    };

    /// <summary>The place of a field below; also when nothing stands there.</summary>
    public Field this[string name]
    {
        get
        {
            YamlEntry? entry = (node as YamlMapping)?.Entry(name);
            return new Field(entry?.Value, Path.Child(name), entry?.Key.Span ?? Span);
        }
    }

    /// <summary>The items of a list, with their places; nothing for anything else.</summary>
    public IEnumerable<Field> Items()
    {
        if (node is not YamlSequence sequence)
        {
            yield break;
        }

        for (int i = 0; i < sequence.Items.Count; i++)
        {
            yield return At(Path, sequence, i);
        }
    }

    /// <summary>The item of a list at an index counted from 0; absent when the list is shorter.</summary>
    public Field ItemAt(int index) =>
        node is YamlSequence sequence && index < sequence.Items.Count
            ? At(Path, sequence, index)
            : new Field(null, Path.Item(index), Span);

    /// <summary>The entries of a mapping with the places of their values; nulls included.</summary>
    public IEnumerable<(YamlScalar Key, Field Value)> Entries()
    {
        if (node is not YamlMapping mapping)
        {
            yield break;
        }

        foreach (YamlEntry entry in mapping.Entries)
        {
            yield return (entry.Key, new Field(entry.Value, Path.Child(entry.Key.Value), entry.Key.Span));
        }
    }

    private static Field At(FieldPath path, YamlSequence sequence, int index)
    {
        YamlNode item = sequence.Items[index];
        SourceSpan point = item is YamlMapping { Entries: [var first, ..] } ? first.Key.Span : item.Span;
        return new Field(item, path.Item(index), point);
    }
}
