using System.Text.Json.Nodes;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Fields;

/// <summary>One field of a mapping: the single declaration that reader, schema and reference come from.</summary>
public abstract class FieldDefinition<TOwner>(
    string key,
    string doc,
    FieldType type,
    string? defaultText,
    bool isRequired
)
{
    /// <summary>The key as written in the file.</summary>
    public string Key { get; } = key;

    /// <summary>What it means, in a sentence or two.</summary>
    public string Doc { get; } = doc;

    /// <summary>What is accepted.</summary>
    public FieldType Type { get; } = type;

    /// <summary>What holds when the key is absent, in words; null when nothing does.</summary>
    public string? Default { get; } = defaultText;

    /// <summary>Whether the key must be present.</summary>
    public bool IsRequired { get; } = isRequired;

    /// <summary>The variants of the mapping that may say the key; null for all of them.</summary>
    public IReadOnlyList<string>? OnlyIn { get; init; }

    /// <summary>Reads the value into its owner; faults are reported.</summary>
    public abstract void Read(TOwner owner, YamlEntry entry, ReadContext context);
}

/// <summary>A field whose value is kept with the span it came from.</summary>
public sealed class FieldDefinition<TOwner, T>(
    string key,
    FieldType<T> type,
    Action<TOwner, Located<T>> set,
    string doc,
    string? defaultText = null,
    bool required = false
) : FieldDefinition<TOwner>(key, doc, type, defaultText, required)
{
    /// <inheritdoc/>
    public override void Read(TOwner owner, YamlEntry entry, ReadContext context)
    {
        if (type.TryRead(entry.Value, context, out T value))
        {
            SourceSpan span = entry.Value.Span.Span.Length > 0 ? entry.Value.Span : entry.Key.Span;
            set(owner, new Located<T>(value, span));
        }
    }
}

/// <summary>A mapping with known keys. Unknown keys are reported with the nearest known one.</summary>
public sealed class ObjectType<T>(
    string name,
    string doc,
    Func<SourceSpan, T> create,
    IReadOnlyList<FieldDefinition<T>> fields
) : FieldType<T>
{
    private readonly Dictionary<string, FieldDefinition<T>> byKey = fields.ToDictionary(
        f => f.Key,
        StringComparer.Ordinal
    );

    /// <summary>What the mapping is called in messages and in the reference.</summary>
    public string Name { get; } = name;

    /// <summary>What it is, in a sentence.</summary>
    public string Doc { get; } = doc;

    /// <summary>The fields in the order they are documented.</summary>
    public IReadOnlyList<FieldDefinition<T>> Fields { get; } = fields;

    /// <inheritdoc/>
    public override string Description => $"a mapping of {string.Join(", ", Fields.Select(f => $"`{f.Key}`"))}";

    /// <inheritdoc/>
    public override IReadOnlyList<FieldOutline> Keys =>
        [.. Fields.Select(f => new FieldOutline(f.Key, f.Doc, f.Default, f.IsRequired, f.OnlyIn, f.Type))];

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out T value)
    {
        value = create(node.Span);
        if (node is not YamlMapping mapping)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        // A required key that is there under a misspelt name is named once, where it is misspelt.
        HashSet<string>? meant = null;
        foreach (YamlEntry entry in mapping.Entries)
        {
            if (byKey.TryGetValue(entry.Key.Value, out FieldDefinition<T>? field))
            {
                if (context.Variant is { } variant && field.OnlyIn is { } variants && !variants.Contains(variant))
                {
                    ReportElsewhere(entry, variant, variants, context);
                }
                else
                {
                    field.Read(value, entry, context);
                }
            }
            else if (ReportUnknown(mapping, entry, context) is { } near)
            {
                (meant ??= new(StringComparer.Ordinal)).Add(near);
            }
        }

        if (!context.IsPartial)
        {
            foreach (FieldDefinition<T> field in Fields)
            {
                if (field.IsRequired && mapping.Entry(field.Key) is null && meant?.Contains(field.Key) != true)
                {
                    context.Findings.Add(
                        SyntaxRules.MissingKey,
                        new SourceSpan(node.Span.Source, new TextSpan(node.Span.Span.Start, FirstLineEnd(node.Span))),
                        $"{(Message)Name} has no `{field.Key}`; add it: {field.Type.Wanted}"
                    );
                }
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema()
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach (FieldDefinition<T> field in Fields)
        {
            JsonObject schema = field.Type.Schema();
            schema["description"] = field.Default is null ? field.Doc : $"{field.Doc} Default: {field.Default}.";
            properties[field.Key] = schema;
            if (field.IsRequired)
            {
                required.Add((JsonNode)field.Key);
            }
        }

        JsonObject result = new()
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
        if (required.Count > 0)
        {
            result["required"] = required;
        }

        return result;
    }

    /// <summary>The known key an unknown one was most likely meant to be; null for a known one, and when nothing is near.</summary>
    public string? NearestTo(string key) =>
        byKey.ContainsKey(key) ? null : DidYouMean.Suggest(key, Fields.Select(f => f.Key));

    private string? ReportUnknown(YamlMapping mapping, YamlEntry entry, ReadContext context)
    {
        if (context.Findings.HasReachedLimit(SyntaxRules.UnknownKey))
        {
            return null;
        }

        string? near = NearestTo(entry.Key.Value);
        bool free = near is not null && mapping.Entry(near) is null;
        context.Findings.Add(
            SyntaxRules.UnknownKey,
            entry.Key.Span,
            near is not null
                ? (Message)$"{(Message)Name} has no key `{ValueText.Shorten(entry.Key.Value)}`; did you mean `{near}`?"
                : $"{(Message)Name} has no key `{ValueText.Shorten(entry.Key.Value)}`; allowed: {string.Join(", ", Fields.Select(f => f.Key))}",
            free ? ValueText.Replace($"Rename to `{near}`", entry.Key.Span, near!) : null
        );
        return near;
    }

    private void ReportElsewhere(YamlEntry entry, string variant, IReadOnlyList<string> variants, ReadContext context)
    {
        string word = $"`{entry.Key.Value}`";
        context.Findings.Add(
            SyntaxRules.UnknownKey,
            entry.Key.Span,
            $"{(Message)Name} has no key {word} where it is for a {variant}: {word} is for a {string.Join(" or a ", variants)}; remove it, or change `kind`"
        );
    }

    private static int FirstLineEnd(SourceSpan span)
    {
        int end = span.Source.Text.AsSpan(span.Span.Start, span.Span.Length).IndexOfAny('\n', '\r');
        return end < 0 ? span.Span.End : span.Span.Start + end;
    }
}

/// <summary>A list of values of one type.</summary>
public sealed class ListType<T>(FieldType<T> item, int minItems, int maxItems, string description)
    : FieldType<IReadOnlyList<Located<T>>>
{
    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override IReadOnlyList<FieldOutline> Keys => item.Keys;

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out IReadOnlyList<Located<T>> value)
    {
        List<Located<T>> items = [];
        value = items;
        if (node is not YamlSequence list)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        if (list.Items.Length < minItems || list.Items.Length > maxItems)
        {
            context.Findings.Add(
                SyntaxRules.OutOfRange,
                node.Span,
                $"the list has {list.Items.Length:N0} items; {minItems} to {maxItems} are taken"
            );
            return false;
        }

        foreach (YamlNode child in list.Items)
        {
            if (item.TryRead(child, context, out T read))
            {
                items.Add(new Located<T>(read, child.Span));
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() =>
        new()
        {
            ["type"] = "array",
            ["items"] = item.Schema(),
            ["minItems"] = minItems,
            ["maxItems"] = maxItems,
        };
}

/// <summary>A mapping of names of the author's choice to values of one type.</summary>
public sealed class MapType<T>(
    string description,
    string keyDescription,
    Func<string, bool> isKey,
    string keyPattern,
    FieldType<T> value,
    int maxItems
) : FieldType<IReadOnlyList<KeyValuePair<Located<string>, Located<T>>>>
{
    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override bool TryRead(
        YamlNode node,
        ReadContext context,
        out IReadOnlyList<KeyValuePair<Located<string>, Located<T>>> result
    )
    {
        List<KeyValuePair<Located<string>, Located<T>>> items = [];
        result = items;
        if (node is not YamlMapping mapping)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        if (mapping.Entries.Length > maxItems)
        {
            context.Findings.Add(
                SyntaxRules.OutOfRange,
                node.Span,
                $"{mapping.Entries.Length:N0} entries are given, at most {maxItems:N0} are taken"
            );
            return false;
        }

        foreach (YamlEntry entry in mapping.Entries)
        {
            if (!isKey(entry.Key.Value))
            {
                context.Findings.Add(
                    SyntaxRules.BadValue,
                    entry.Key.Span,
                    $"the key `{ValueText.Shorten(entry.Key.Value)}` is not {(Message)keyDescription}"
                );
                continue;
            }

            if (value.TryRead(entry.Value, context, out T read))
            {
                items.Add(
                    new(
                        new Located<string>(entry.Key.Value, entry.Key.Span),
                        new Located<T>(read, entry.Value.Span.Span.Length > 0 ? entry.Value.Span : entry.Key.Span)
                    )
                );
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() =>
        new()
        {
            ["type"] = "object",
            ["propertyNames"] = new JsonObject { ["pattern"] = keyPattern },
            ["additionalProperties"] = value.Schema(),
            ["maxProperties"] = maxItems,
        };
}

/// <summary>Either of two forms, told apart by the kind of node.</summary>
public sealed class EitherType<T>(
    string description,
    Func<YamlNode, bool> isFirst,
    FieldType<T> first,
    FieldType<T> second
) : FieldType<T>
{
    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override IReadOnlyList<FieldOutline> Keys => first.Keys.Count > 0 ? first.Keys : second.Keys;

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out T value)
    {
        if (node is YamlScalar { IsNull: true })
        {
            value = default!;
            context.BadValue(node, Wanted);
            return false;
        }

        return (isFirst(node) ? first : second).TryRead(node, context, out value);
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["anyOf"] = new JsonArray(first.Schema(), second.Schema()) };
}

/// <summary>Turns the value of one type into another; the form in the file stays the same.</summary>
public sealed class MappedType<TFrom, T>(FieldType<TFrom> inner, Func<TFrom, SourceSpan, T> map) : FieldType<T>
{
    /// <inheritdoc/>
    public override string Description => inner.Description;

    /// <inheritdoc/>
    public override Message Wanted => inner.Wanted;

    /// <inheritdoc/>
    public override IReadOnlyList<FieldOutline> Keys => inner.Keys;

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out T value)
    {
        bool read = inner.TryRead(node, context, out TFrom from);
        value = read ? map(from, node.Span) : default!;
        return read;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => inner.Schema();
}

/// <summary>A mapping kept as it is, for what another program defines (Ray's runtime environment, a partial manifest).</summary>
public sealed class RawMappingType(string description) : FieldType<YamlMapping>
{
    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override bool TryRead(YamlNode node, ReadContext context, out YamlMapping value)
    {
        value = (node as YamlMapping)!;
        if (value is null)
        {
            context.BadValue(node, Wanted);
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "object" };
}
