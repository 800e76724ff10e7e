using System.Globalization;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Schemas;

/// <summary>Turns CustomResourceDefinition documents into schemas; subtrees that are equal become one node.</summary>
public sealed class CrdReader
{
    private readonly Dictionary<string, SchemaNode> known = new(StringComparer.Ordinal);
    private readonly Dictionary<SchemaNode, string> keys = [];

    /// <summary>Reads all served versions of every CustomResourceDefinition among the documents; others are passed over.</summary>
    public IEnumerable<SchemaKind> Read(IEnumerable<YamlNode> documents)
    {
        foreach (YamlNode document in documents)
        {
            if (
                document is YamlMapping crd
                && Text(crd["kind"]) == "CustomResourceDefinition"
                && crd["spec"] is YamlMapping spec
            )
            {
                foreach (SchemaKind kind in ReadVersions(spec))
                {
                    yield return kind;
                }
            }
        }
    }

    private IEnumerable<SchemaKind> ReadVersions(YamlMapping spec)
    {
        string group = Text(spec["group"]) ?? "";
        string? kind = Text((spec["names"] as YamlMapping)?["kind"]);
        if (kind is null || spec["versions"] is not YamlSequence versions)
        {
            yield break;
        }

        foreach (YamlMapping version in versions.Items.OfType<YamlMapping>())
        {
            if (
                Text(version["served"]) == "true"
                && Text(version["name"]) is { } name
                && (version["schema"] as YamlMapping)?["openAPIV3Schema"] is YamlMapping schema
            )
            {
                bool status = (version["subresources"] as YamlMapping)?["status"] is not null;
                yield return new SchemaKind(group, name, kind, ReadNode(schema), status);
            }
        }
    }

    private SchemaNode ReadNode(YamlMapping schema)
    {
        Dictionary<string, SchemaNode> fields = new(StringComparer.Ordinal);
        if (schema["properties"] is YamlMapping properties)
        {
            foreach (YamlEntry entry in properties.Entries)
            {
                if (entry.Value is YamlMapping field)
                {
                    fields[entry.Key.Value] = ReadNode(field);
                }
            }
        }

        SchemaNode? items =
            schema["items"] is YamlMapping item ? ReadNode(item)
            : schema["additionalProperties"] is YamlMapping value ? ReadNode(value)
            : null;
        bool keeps =
            Text(schema["x-kubernetes-preserve-unknown-fields"]) == "true"
            || Text(schema["additionalProperties"]) == "true";
        SchemaType type = TypeOf(schema, items is not null);
        SchemaNode node = new()
        {
            Type = type,
            Fields = fields,
            Required = [.. Texts(schema["required"])],
            Items = items,
            KeepsUnknown = keeps,
            Nullable = Text(schema["nullable"]) == "true",
            Format = Text(schema["format"]),
            Pattern = Text(schema["pattern"]),
            Allowed = [.. Texts(schema["enum"])],
            Minimum = Bound(schema["minimum"]),
            Maximum = Bound(schema["maximum"]),
            MinSize = Size(schema, "minLength", "minItems", "minProperties"),
            MaxSize = Size(schema, "maxLength", "maxItems", "maxProperties"),
            ListKeys =
                Text(schema["x-kubernetes-list-type"]) == "map" ? [.. Texts(schema["x-kubernetes-list-map-keys"])] : [],
            IsSet = Text(schema["x-kubernetes-list-type"]) == "set",
            Default = schema["default"] is { } standard ? CompactJson.Of(standard) : null,
            Expressions = [.. ReadExpressions(schema["x-kubernetes-validations"])],
        };
        return Shared(node);
    }

    private SchemaNode Shared(SchemaNode node)
    {
        string key = SchemaText.LineOf(node, child => keys[child]);
        if (known.TryGetValue(key, out SchemaNode? same))
        {
            return same;
        }

        known.Add(key, node);
        keys.Add(node, (keys.Count + 1).ToString(CultureInfo.InvariantCulture));
        return node;
    }

    private static SchemaType TypeOf(YamlMapping schema, bool hasItems) =>
        Text(schema["type"]) switch
        {
            _ when Text(schema["x-kubernetes-int-or-string"]) == "true" => SchemaType.IntOrText,
            "object" => schema["additionalProperties"] is YamlMapping ? SchemaType.Map : SchemaType.Object,
            "array" => SchemaType.List,
            "string" => SchemaType.Text,
            "integer" => SchemaType.Integer,
            "number" => SchemaType.Number,
            "boolean" => SchemaType.Boolean,
            _ => hasItems ? SchemaType.Map : SchemaType.Any,
        };

    private static IReadOnlyList<SchemaExpression> ReadExpressions(YamlNode? node) =>
        node is YamlSequence list
            ?
            [
                .. list
                    .Items.OfType<YamlMapping>()
                    .Select(e => new SchemaExpression(Text(e["rule"]) ?? "", Text(e["message"]) ?? "")),
            ]
            : [];

    private static int? Size(YamlMapping schema, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Bound(schema[name]) is { } size)
            {
                return (int)Math.Min(size, int.MaxValue);
            }
        }

        return null;
    }

    private static double? Bound(YamlNode? node) =>
        node is YamlScalar scalar
        && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : null;

    private static string? Text(YamlNode? node) => (node as YamlScalar)?.Value;

    private static IReadOnlyList<string> Texts(YamlNode? node) =>
        node is YamlSequence list ? [.. list.Items.OfType<YamlScalar>().Select(s => s.Value)] : [];
}
