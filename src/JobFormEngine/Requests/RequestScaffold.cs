using System.Text;

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
}

/// <summary>The text of a first request: <c>rayquest new</c> writes it, and the form begins with it.</summary>
public static class RequestScaffold
{
    private const string SchemaLine = "# yaml-language-server: $schema=../../policies/schema/job-request.schema.json\n";

    /// <summary>The request's file.</summary>
    public static string Write(FirstRequest request)
    {
        StringBuilder text = new(SchemaLine);
        text.Append($"name: {request.Name}\n");
        if (request.Image is not null)
        {
            text.Append($"image: {RequestYaml.Scalar(request.Image)}\n");
        }

        text.Append($"entrypoint: {RequestYaml.Scalar(request.Entrypoint)}\n");
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
