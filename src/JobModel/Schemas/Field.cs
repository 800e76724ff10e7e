using System.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Schemas;

/// <summary>
/// A place in an object, whether something stands there or not: its node, path, and where to point.
/// A null counts as absent, as it does for the API server on create. Looking at absent places allocates nothing,
/// since most of what a check looks for is not there: below an absent place is that same place.
/// </summary>
[DebuggerDisplay("{Path,nq}: {Node}")]
public readonly record struct Field
{
    private readonly YamlNode? node;

    // The own path of a mapping or list; of anything else that of its owner, completed by name or index when asked.
    private readonly FieldPath? path;
    private readonly string? name;
    private readonly int index;
    private readonly SourceSpan anchor;

    /// <summary>A place with a node; <paramref name="anchor"/> is pointed at when the node is no scalar.</summary>
    public Field(YamlNode? node, FieldPath path, SourceSpan anchor)
    {
        this.node = node is YamlScalar { IsNull: true } ? null : node;
        this.path = path;
        this.anchor = anchor;
        index = -1;
    }

    private Field(YamlNode? node, FieldPath owner, string? name, int index, SourceSpan anchor)
    {
        this.node = node is YamlScalar { IsNull: true } ? null : node;
        this.anchor = anchor;
        if (this.node is YamlMapping or YamlSequence)
        {
            path = name is null ? owner.Item(index) : owner.Child(name);
            this.index = -1;
        }
        else
        {
            path = owner;
            this.name = name;
            this.index = index;
        }
    }

    /// <summary>The path from the object's root.</summary>
    public FieldPath Path =>
        path is null ? FieldPath.Root
        : name is not null ? path.Child(name)
        : index >= 0 ? path.Item(index)
        : path;

    /// <summary>The last part of the path: a key, or the index in brackets.</summary>
    public string Name => name ?? (index >= 0 ? $"[{index}]" : path?.Last ?? "");

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
    public string? Text =>
        node is not YamlScalar scalar ? null
        : scalar.Style != YamlScalarStyle.Plain ? scalar.Value
        : Json is { Kind: JsonKind.Text } json ? json.Text
        : null;

    /// <summary>The whole number, or null when it is none that fits 64 bits.</summary>
    public long? Integer => IsPlain && Json is { Kind: JsonKind.Integer, FitsInt64: true } json ? json.Integer : null;

    /// <summary>Whether it is the boolean true.</summary>
    public bool IsTrue => IsPlain && Json is { Kind: JsonKind.Boolean, Boolean: true };

    /// <summary>Whether it is the boolean false.</summary>
    public bool IsFalse => IsPlain && Json is { Kind: JsonKind.Boolean, Boolean: false };

    private bool IsPlain => node is YamlScalar { Style: YamlScalarStyle.Plain };

    /// <summary>How many items or entries it has.</summary>
    public int Count =>
        node switch
        {
            YamlMapping mapping => mapping.Entries.Length,
            YamlSequence sequence => sequence.Items.Length,
            _ => 0,
        };

    /// <summary>The place of a field below; also when nothing stands there.</summary>
    public Field this[string key]
    {
        get
        {
            if (node is null)
            {
                return this;
            }

            YamlEntry? entry = (node as YamlMapping)?.Entry(key);
            return new Field(
                entry?.Value,
                node is YamlScalar ? Path : path ?? FieldPath.Root,
                key,
                -1,
                entry?.Key.Span ?? Span
            );
        }
    }

    /// <summary>The items of a list, with their places; nothing for anything else.</summary>
    public FieldItems Items() => new(node as YamlSequence, path ?? FieldPath.Root);

    /// <summary>The item of a list at an index counted from 0; absent when the list is shorter.</summary>
    public Field ItemAt(int at) =>
        node is YamlSequence sequence && at < sequence.Items.Length ? At(sequence, path ?? FieldPath.Root, at)
        : node is null ? this
        : new Field(null, Path, null, at, Span);

    /// <summary>The entries of a mapping with the places of their values; nulls included.</summary>
    public FieldEntries Entries() => new(node as YamlMapping, path ?? FieldPath.Root);

    internal static Field At(YamlSequence sequence, FieldPath path, int at)
    {
        YamlNode item = sequence.Items[at];
        SourceSpan point = item is YamlMapping { Entries: [var first, ..] } ? first.Key.Span : item.Span;
        return new Field(item, path, null, at, point);
    }

    internal static Field Of(YamlEntry entry, FieldPath path) =>
        new(entry.Value, path, entry.Key.Value, -1, entry.Key.Span);
}
