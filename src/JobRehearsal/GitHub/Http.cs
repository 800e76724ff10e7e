using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>A request, read whole.</summary>
internal sealed record ApiRequest(
    string Method,
    string Path,
    string Query,
    string[] Segments,
    IReadOnlyDictionary<string, string> Parameters,
    JsonNode? Body,
    string? Token,
    string? IfNoneMatch,
    bool BadJson
)
{
    public static ApiRequest Read(HttpListenerRequest request)
    {
        var raw = request.RawUrl ?? "/";
        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (raw, "") : (raw[..mark], raw[mark..]);
        // A GitHub Enterprise Server has its API under this folder.
        var local = path.StartsWith("/api/v3/", StringComparison.Ordinal) ? path["/api/v3".Length..] : path;
        local = local == "/api/graphql" ? "/graphql" : local;
        using var reader = new StreamReader(request.InputStream, Encoding.UTF8);
        var text = reader.ReadToEnd();
        JsonNode? body = null;
        var bad = false;
        try
        {
            body = text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            bad = true;
        }

        var authorization = request.Headers["Authorization"]?.Split(' ', 2);
        return new ApiRequest(
            request.HttpMethod,
            path,
            query,
            [.. local.Trim('/').Split('/').Select(Uri.UnescapeDataString)],
            Parse(query),
            body,
            authorization is [_, var token] ? token : null,
            request.Headers["If-None-Match"],
            bad
        );
    }

    public RecordedCall Record(int number) => new(number, Method, Path, Query, Body?.DeepClone(), null);

    private static Dictionary<string, string> Parse(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            parameters[parts[0]] = parts.Length > 1 ? Uri.UnescapeDataString(parts[1].Replace('+', ' ')) : "";
        }

        return parameters;
    }
}

/// <summary>An answer before it is sent.</summary>
internal sealed record Reply(int Status, JsonNode? Body = null)
{
    public string? ETag { get; init; }
    public string? Link { get; init; }
    public string? Html { get; init; }
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}

/// <summary>A refusal by GitHub's rules.</summary>
internal sealed class ApiFault(int status, string message, params JsonNode[] errors) : Exception(message)
{
    public int Status { get; } = status;

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["message"] = Message,
            ["documentation_url"] = "https://docs.github.com/rest",
            ["status"] = Status.ToString(CultureInfo.InvariantCulture),
        };
        if (errors.Length > 0)
            json["errors"] = new JsonArray([.. errors.Select(error => error.DeepClone())]);
        return json;
    }
}
