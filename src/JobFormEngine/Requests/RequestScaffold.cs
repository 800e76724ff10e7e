using System.Text;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobFormEngine.Requests;

/// <summary>What a first request says.</summary>
/// <param name="Workers">How many, as typed.</param>
/// <param name="Gpus">GPUs of each, as typed; <c>0</c> for none.</param>
public sealed record FirstRequest(string Name, string Workers, string Gpus)
{
    public JobKind Kind { get; init; } = JobKind.RayJob;

    /// <summary>What the kind needs, in order: the entrypoint, a schedule, a lease, what is served.</summary>
    public IReadOnlyList<(string Key, string Value)> Own { get; init; } = [];

    /// <summary>The GPU type; null for the platform's.</summary>
    public string? Gpu { get; init; }

    public string? Timeout { get; init; }

    public string? Image { get; init; }
}

/// <summary>The text of a first request: <c>rayquest new</c> writes it, and the form begins with it.</summary>
public static class RequestScaffold
{
    private const string ServeKey = "serve";
    private const string LeaseKey = "lease";

    /// <summary>The request's file.</summary>
    public static string Write(FirstRequest request)
    {
        StringBuilder text = new();
        text.Append("# yaml-language-server: $schema=../../policies/schema/job-request.schema.json\n");
        if (request.Kind != JobKind.RayJob)
        {
            text.Append($"kind: {request.Kind}\n");
        }

        text.Append($"name: {request.Name}\n");
        if (request.Image is not null)
        {
            text.Append($"image: {RequestYaml.Scalar(request.Image)}\n");
        }

        foreach ((string key, string value) in request.Own)
        {
            // What is served is a mapping already, and a duration needs no quotes.
            text.Append($"{key}: {(key is ServeKey or LeaseKey ? value : RequestYaml.Scalar(value))}\n");
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

    /// <summary>One application to serve, as the value of <c>serve</c>.</summary>
    public static string Serve(string name, string application) =>
        $"{{applications: [{{name: {name}, import_path: {RequestYaml.Scalar(application)}, route_prefix: /}}]}}";
}
