using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Rayquest.JobLint.Tests;

/// <summary>What JsonSchema.Net, which knows nothing of us, says against a document.</summary>
internal static class SchemaErrors
{
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List };

    public static string[] Of(JsonSchema schema, JsonNode? document)
    {
        EvaluationResults results = schema.Evaluate(JsonSerializer.SerializeToElement(document), Options);
        return results.IsValid
            ? []
            :
            [
                .. (results.Details ?? [])
                    .Where(d => !d.IsValid && d.Errors is not null)
                    .SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation} {e.Key}: {e.Value}"))
                    .DefaultIfEmpty("not valid"),
            ];
    }

    public static string[] Of(JsonSchema schema, string json) => Of(schema, JsonNode.Parse(json));
}
