using System.Text;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobFormEngine.Requests;

/// <summary>What a first request says.</summary>
/// <param name="Workers">How many, as typed.</param>
/// <param name="Gpus">GPUs of each, as typed; <c>0</c> for none.</param>
public sealed record FirstRequest(string Name, string Entrypoint, string Workers, string Gpus)
{
    /// <summary>The GPU type; null for the platform's.</summary>
    public string? Gpu { get; init; }

    public string? Timeout { get; init; }

    public string? Image { get; init; }

    /// <summary>What it asks for.</summary>
    public JobKind Kind { get; init; } = JobKind.RayJob;

    /// <summary>What the kind needs, in order; null for the entrypoint alone.</summary>
    public IReadOnlyList<(string Key, string Value)>? Own { get; init; }
}

/// <summary>The text of a first request: <c>rayquest new</c> writes it, and the form begins with it.</summary>
public static class RequestScaffold
{
    private const string SchemaLine = "# yaml-language-server: $schema=../../policies/schema/job-request.schema.json\n";

    /// <summary>The request's file.</summary>
    public static string Write(FirstRequest request)
    {
        StringBuilder text = new(SchemaLine);
        if (request.Kind != JobKind.RayJob)
        {
            text.Append($"kind: {request.Kind}\n");
        }

        text.Append($"name: {request.Name}\n");
        if (request.Image is not null)
        {
            text.Append($"image: {RequestYaml.Scalar(request.Image)}\n");
        }

        foreach ((string key, string value) in request.Own ?? [("entrypoint", request.Entrypoint)])
        {
            // What is served is a mapping already.
            text.Append($"{key}: {(key == "serve" ? value : RequestYaml.Scalar(value))}\n");
        }

        text.Append($"workers: {{replicas: {request.Workers}");
        if (request.Gpus != "0")
        {
            text.Append(
                request.Gpu is null ? $", gpus: {request.Gpus}" : $", gpu: {request.Gpu}, gpus: {request.Gpus}"
            );
        }

        text.Append("}\n");
        if (request.Timeout is not null)
        {
            text.Append($"timeout: {request.Timeout}\n");
        }

        return text.ToString();
    }

    /// <summary>The line that lets editors complete by the repository's schema, then the text.</summary>
    public static string WithSchemaLine(string text) => SchemaLine + text;
}
