using System.Text.Json.Nodes;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Formats;

/// <summary>The JSON Schema of one kind of file people write, generated from the declarations of its fields.</summary>
/// <param name="Name">What <c>rayquest schema</c> calls it.</param>
/// <param name="Title">What it describes.</param>
/// <param name="Content">Makes the schema without its heading.</param>
public sealed record SchemaDocument(string Name, string Title, Func<JsonObject> Content)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SchemaDocument> All { get; } =
    [
        new("job-request", "A request for Ray work", JobRequestFormat.Schema),
        new("platform", "policies/platform.yaml", PolicyFormat.Platform.Schema),
        new("images", "policies/images.yaml", PolicyFormat.Images.Schema),
        new("quotas", "policies/quotas.yaml", PolicyFormat.Quotas.Schema),
        new("rules", "policies/rules.yaml", PolicyFormat.Rules.Schema),
        new("template", "policies/templates/<name>.yaml: a request with parameters", TemplateFormat.Template.Schema),
        new("profile", "policies/profiles/<name>.yaml: a partial RayJob", PartialSchema.OfProfile),
    ];

    /// <summary>Its file under <c>policies/schema/</c>.</summary>
    public string FileName => $"{Name}.schema.json";

    /// <summary>The schema as text, ended by a line feed; the same bytes everywhere.</summary>
    public string Write()
    {
        JsonObject schema = new() { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = Title };
        foreach ((string key, JsonNode? value) in Content())
        {
            schema[key] = value?.DeepClone();
        }

        return JsonText.Write(json => schema.WriteTo(json));
    }
}
