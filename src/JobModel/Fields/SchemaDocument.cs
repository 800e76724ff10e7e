using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobModel.Fields;

/// <summary>The JSON Schemas of all files people write, generated from the declarations of their fields.</summary>
public static class SchemaDocument
{
    /// <summary>The schemas by file name, under <c>policies/schema/</c>.</summary>
    public static IReadOnlyList<(string FileName, FieldType Type, string Title)> All { get; } =
    [
        ("job-request.schema.json", JobRequestFormat.Request, "A request for Ray work"),
        ("platform.schema.json", PolicyFormat.Platform, "policies/platform.yaml"),
        ("images.schema.json", PolicyFormat.Images, "policies/images.yaml"),
        ("quotas.schema.json", PolicyFormat.Quotas, "policies/quotas.yaml"),
        ("rules.schema.json", PolicyFormat.Rules, "policies/rules.yaml"),
    ];

    /// <summary>The schema as text, ended by a line feed; the same bytes everywhere.</summary>
    public static string Write(FieldType type, string title)
    {
        JsonObject schema = new() { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = title };
        foreach ((string key, JsonNode? value) in type.Schema())
        {
            schema[key] = value?.DeepClone();
        }

        using MemoryStream stream = new();
        using (
            Utf8JsonWriter writer = new(
                stream,
                new JsonWriterOptions
                {
                    Indented = true,
                    NewLine = "\n",
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }
            )
        )
        {
            schema.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
