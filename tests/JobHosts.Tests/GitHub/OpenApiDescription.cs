using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>
/// GitHub's own description of its API (OpenAPI 3.0.3), and the part of JSON Schema it uses. Says in words where a call
/// or its answer isn't as described.
/// </summary>
internal sealed class OpenApiDescription : IDisposable
{
    private readonly JsonDocument document;

    private OpenApiDescription(JsonDocument document) => this.document = document;

    /// <summary>The description file, from RAYQUEST_OPENAPI or the npm package beside the tests; null when absent.</summary>
    public static string? File { get; } = Find();

    public static OpenApiDescription Load() => new(JsonDocument.Parse(System.IO.File.ReadAllBytes(File!)));

    public void Dispose() => document.Dispose();

    /// <summary>The faults of a request, its query and its body; none for GraphQL, which isn't described there.</summary>
    public IEnumerable<string> CheckRequest(RecordedCall call)
    {
        if (call.GraphQLField is not null)
            yield break;
        if (FindOperation(call) is not { } operation)
        {
            yield return $"{call}: no such operation";
            yield break;
        }

        var parameters = Parameters(operation).ToDictionary(parameter => parameter.Name, parameter => parameter.Schema);
        foreach (var pair in call.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (!parameters.TryGetValue(parts[0], out var schema))
                yield return $"{call}: no parameter {parts[0]}";
            else if (schema.TryGetProperty("enum", out var words) && !Contains(words, Uri.UnescapeDataString(parts[1])))
                yield return $"{call}: {parts[0]} can't be {parts[1]}";
        }

        var body = operation.TryGetProperty("requestBody", out var described) ? JsonSchemaOf(Resolve(described)) : null;
        if (body is { } wanted)
            foreach (var fault in Check(call.Body, wanted, "body", strict: true))
                yield return $"{call}: {fault}";
        else if (call.Body is not null)
            yield return $"{call}: takes no body";
    }

    /// <summary>The faults of the answer: an undescribed status, or a body of another shape.</summary>
    public IEnumerable<string> CheckAnswer(RecordedCall call)
    {
        if (call.GraphQLField is not null || call.Status == 304 || FindOperation(call) is not { } operation)
            yield break;
        if (!operation.GetProperty("responses").TryGetProperty($"{call.Status}", out var response))
        {
            yield return $"{call}: status {call.Status} isn't described";
            yield break;
        }

        if (call.Status < 300 && JsonSchemaOf(Resolve(response)) is { } schema)
            foreach (var fault in Check(call.Answer, schema, "answer", strict: false))
                yield return $"{call}: {fault}";
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("RAYQUEST_OPENAPI") is { Length: > 0 } named)
            return named;
        const string package = "tests/conformance/node_modules/@octokit/openapi/generated/api.github.com.json";
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, package) is var file && System.IO.File.Exists(file))
                return file;
        return null;
    }

    private JsonElement? FindOperation(RecordedCall call)
    {
        var path = call.Path.Split('/');
        var best = document
            .RootElement.GetProperty("paths")
            .EnumerateObject()
            .Select(item => (Template: item.Name.Split('/'), item.Value))
            .Where(item => Fits(item.Template, path))
            .OrderByDescending(item => item.Template.Count(segment => !segment.StartsWith('{')))
            .FirstOrDefault();
        return best.Template is not null && best.Value.TryGetProperty(call.Method.ToLowerInvariant(), out var operation)
            ? operation
            : null;
    }

    // {ref} and {path} may hold slashes; the others are one segment.
    private static bool Fits(string[] template, string[] path)
    {
        var (i, j) = (0, 0);
        for (; i < template.Length && j < path.Length; i++, j++)
            if (template[i] is "{ref}" or "{path}")
                j += path.Length - j - (template.Length - i);
            else if (!template[i].StartsWith('{') && template[i] != path[j])
                return false;
        return i == template.Length && j == path.Length;
    }

    private IEnumerable<(string Name, JsonElement Schema)> Parameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var list)
            ? list.EnumerateArray()
                .Select(Resolve)
                .Where(parameter => parameter.GetProperty("in").GetString() == "query")
                .Select(parameter =>
                    (parameter.GetProperty("name").GetString()!, Resolve(parameter.GetProperty("schema")))
                )
            : [];

    private static JsonElement? JsonSchemaOf(JsonElement holder) =>
        holder.TryGetProperty("content", out var content)
        && content.TryGetProperty("application/json", out var json)
        && json.TryGetProperty("schema", out var schema)
            ? schema
            : null;

    private JsonElement Resolve(JsonElement element)
    {
        while (element.TryGetProperty("$ref", out var reference))
        {
            var target = document.RootElement;
            foreach (var step in reference.GetString()!.Split('/').Skip(1))
                target = target.GetProperty(step.Replace("~1", "/", StringComparison.Ordinal));
            element = target;
        }

        return element;
    }

    private IEnumerable<string> Check(JsonNode? value, JsonElement unresolved, string at, bool strict)
    {
        var schema = Resolve(unresolved);
        if (value is null)
            return
                Flag(schema, "nullable")
                || IsFree(schema)
                || Branches(schema).Any(b => !Check(null, b, at, strict).Any())
                ? []
                : [$"{at} is null"];
        var faults = new List<string>();
        if (schema.TryGetProperty("allOf", out var all))
            faults.AddRange(all.EnumerateArray().SelectMany(part => Check(value, part, at, strict: false)));
        if (
            Branches(schema) is { Count: > 0 } branches
            && !branches.Any(branch => !Check(value, branch, at, strict: false).Any())
        )
            faults.Add(
                $"{at} fits none of {branches.Count}: {string.Join(" | ", branches.Select(b => Check(value, b, at, false).First()))}"
            );
        if (schema.TryGetProperty("enum", out var words) && !Contains(words, Text(value)))
            faults.Add($"{at} can't be {Text(value)}");
        if (schema.TryGetProperty("type", out var type) && !Is(value, type.GetString()!))
            faults.Add($"{at} is no {type.GetString()}");
        else if (value is JsonObject map)
            faults.AddRange(CheckObject(map, schema, at, strict));
        else if (value is JsonArray list)
            faults.AddRange(CheckArray(list, schema, at, strict));
        else if (value.GetValueKind() == JsonValueKind.String)
            faults.AddRange(CheckText(value.GetValue<string>(), schema, at));
        return faults;
    }

    private IEnumerable<string> CheckObject(JsonObject map, JsonElement schema, string at, bool strict)
    {
        var known = schema.TryGetProperty("properties", out var properties);
        if (schema.TryGetProperty("required", out var required))
            foreach (
                var name in required.EnumerateArray().Select(item => item.GetString()!).Where(n => !map.ContainsKey(n))
            )
                yield return $"{at}.{name} is missing";
        if (schema.TryGetProperty("maxProperties", out var most) && map.Count > most.GetInt32())
            yield return $"{at} has {map.Count} properties";
        foreach (var (name, item) in map)
            if (known && properties.TryGetProperty(name, out var inner))
                foreach (var fault in Check(item, inner, $"{at}.{name}", strict))
                    yield return fault;
            else if (strict && known && Branches(schema).Count == 0)
                yield return $"{at}.{name} isn't described";
            else if (
                schema.TryGetProperty("additionalProperties", out var more)
                && more.ValueKind == JsonValueKind.False
            )
                yield return $"{at}.{name} isn't allowed";
    }

    private IEnumerable<string> CheckArray(JsonArray list, JsonElement schema, string at, bool strict)
    {
        if (schema.TryGetProperty("maxItems", out var most) && list.Count > most.GetInt32())
            yield return $"{at} has {list.Count} items";
        if (schema.TryGetProperty("minItems", out var least) && list.Count < least.GetInt32())
            yield return $"{at} has {list.Count} items";
        if (schema.TryGetProperty("items", out var items))
            for (var i = 0; i < list.Count; i++)
                foreach (var fault in Check(list[i], items, $"{at}[{i}]", strict))
                    yield return fault;
    }

    private static IEnumerable<string> CheckText(string text, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("maxLength", out var most) && text.Length > most.GetInt32())
            yield return $"{at} is {text.Length} characters long";
        if (schema.TryGetProperty("minLength", out var least) && text.Length < least.GetInt32())
            yield return $"{at} is {text.Length} characters long";
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!))
            yield return $"{at} doesn't match {pattern}";
        var format = schema.TryGetProperty("format", out var f) ? f.GetString() : null;
        if (format == "date-time" && !DateTimeOffset.TryParse(text, out _))
            yield return $"{at} is not a date-time";
        if (format == "uri" && !Uri.TryCreate(text, UriKind.Absolute, out _))
            yield return $"{at} is not a uri";
    }

    private static List<JsonElement> Branches(JsonElement schema) =>
        schema.TryGetProperty("oneOf", out var branches) || schema.TryGetProperty("anyOf", out branches)
            ? [.. branches.EnumerateArray()]
            : [];

    private static bool IsFree(JsonElement schema) =>
        !schema.TryGetProperty("type", out _)
        && !schema.TryGetProperty("properties", out _)
        && !schema.TryGetProperty("allOf", out _)
        && Branches(schema).Count == 0;

    private static bool Is(JsonNode value, string type) =>
        type switch
        {
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "integer" => value.GetValueKind() == JsonValueKind.Number
                && !Text(value).Contains('.', StringComparison.Ordinal),
            "number" => value.GetValueKind() == JsonValueKind.Number,
            "boolean" => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            _ => value.GetValueKind() == JsonValueKind.String,
        };

    private static bool Flag(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static bool Contains(JsonElement words, string text) =>
        words.EnumerateArray().Any(word => word.ToString() == text);

    private static string Text(JsonNode value) => value.ToString();
}
