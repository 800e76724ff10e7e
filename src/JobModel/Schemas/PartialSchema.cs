using System.Globalization;
using System.Text.Json.Nodes;

namespace Rayquest.JobModel.Schemas;

/// <summary>
/// The JSON Schema of a part of a manifest, for editors: the fields and types of the structural schema, nothing
/// required. Nodes that stand in several places are written once, as definitions.
/// </summary>
public sealed class PartialSchema
{
    private readonly Dictionary<SchemaNode, int> uses = [];
    private readonly Dictionary<SchemaNode, string> names = [];
    private readonly JsonObject definitions = [];

    private PartialSchema() { }

    /// <summary>The JSON Schema of a profile: labels, annotations and a partial <c>spec</c> of a RayJob.</summary>
    public static JsonObject OfProfile()
    {
        SchemaKind job =
            SchemaCatalog.BuiltIn.Find("ray.io/v1", "RayJob")
            ?? throw new InvalidOperationException("the schema of RayJob is built in");
        return new PartialSchema().Profile(job.Root.Fields["spec"]);
    }

    private JsonObject Profile(SchemaNode spec)
    {
        Count(spec);
        JsonObject text = new()
        {
            ["type"] = "object",
            ["additionalProperties"] = new JsonObject { ["type"] = "string" },
        };
        JsonObject schema = new()
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = OneOf("ray.io/v1"),
                ["kind"] = OneOf("RayJob"),
                ["metadata"] = new JsonObject
                {
                    ["type"] = "object",
                    ["additionalProperties"] = false,
                    ["properties"] = new JsonObject { ["annotations"] = text, ["labels"] = text.DeepClone() },
                },
                ["spec"] = Of(spec),
            },
        };
        schema["definitions"] = definitions;
        return schema;
    }

    private void Count(SchemaNode node)
    {
        uses[node] = uses.GetValueOrDefault(node) + 1;
        if (uses[node] > 1)
        {
            return;
        }

        foreach (SchemaNode field in node.Fields.Values)
        {
            Count(field);
        }

        if (node.Items is { } items)
        {
            Count(items);
        }
    }

    private JsonObject Of(SchemaNode node)
    {
        bool isShared = uses[node] > 1 && node.Type is SchemaType.Object or SchemaType.List or SchemaType.Map;
        if (!isShared)
        {
            return Body(node);
        }

        if (!names.TryGetValue(node, out string? name))
        {
            name = string.Create(CultureInfo.InvariantCulture, $"part{names.Count + 1}");
            names[node] = name;
            // Its place is taken before its parts are written, so that the order follows first use.
            definitions[name] = null;
            definitions[name] = Body(node);
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    private JsonObject Body(SchemaNode node)
    {
        JsonObject schema = [];
        switch (node.Type)
        {
            case SchemaType.Object:
                JsonObject properties = [];
                foreach ((string key, SchemaNode field) in node.Fields.OrderBy(f => f.Key, StringComparer.Ordinal))
                {
                    properties[key] = Of(field);
                }

                schema["type"] = "object";
                schema["properties"] = properties;
                if (!node.KeepsUnknown)
                {
                    schema["additionalProperties"] = false;
                }

                break;
            case SchemaType.Map:
                schema["type"] = "object";
                schema["additionalProperties"] = node.Items is { } values ? Of(values) : true;
                break;
            case SchemaType.List:
                schema["type"] = "array";
                if (node.Items is { } items)
                {
                    schema["items"] = Of(items);
                }

                break;
            case SchemaType.Integer or SchemaType.Number or SchemaType.Boolean or SchemaType.Text:
                Scalar(schema, node);
                break;
            case SchemaType.IntOrText:
                schema["type"] = new JsonArray("integer", "string");
                AddPattern(schema, node);
                break;
        }

        return schema;
    }

    private static void Scalar(JsonObject schema, SchemaNode node)
    {
        schema["type"] = node.Type switch
        {
            SchemaType.Integer => "integer",
            SchemaType.Number => "number",
            SchemaType.Boolean => "boolean",
            _ => "string",
        };
        if (node.Allowed.Length > 0)
        {
            schema["enum"] = new JsonArray([.. node.Allowed.Select(a => (JsonNode)a)]);
        }

        if (node.Minimum is { } minimum)
        {
            schema["minimum"] = minimum;
        }

        if (node.Maximum is { } maximum)
        {
            schema["maximum"] = maximum;
        }

        AddPattern(schema, node);
    }

    private static JsonObject OneOf(params IEnumerable<string> texts) =>
        new() { ["enum"] = new JsonArray([.. texts.Select(t => (JsonNode)t)]) };

    private static void AddPattern(JsonObject schema, SchemaNode node)
    {
        if (node.Pattern is { } pattern)
        {
            schema["pattern"] = pattern;
        }
    }
}
