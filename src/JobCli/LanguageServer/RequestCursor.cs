using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rayquest.JobCli.LanguageServer;

/// <summary>Where a cursor stands in a request: the keys above it, and whether a key or a value is being written.</summary>
/// <param name="Path">The keys above, the outermost first.</param>
/// <param name="Key">The key whose value is being written; null where a key is.</param>
/// <param name="Typed">What of it stands before the cursor.</param>
internal sealed partial record RequestCursor(IReadOnlyList<string> Path, string? Key, string Typed)
{
    /// <summary>Reads the lines above the cursor; works on text that is no YAML yet.</summary>
    public static RequestCursor At(string text, int line, int character)
    {
        string[] lines = text.Split('\n');
        string current = line < lines.Length ? lines[line].TrimEnd('\r') : "";
        string before = current[..Math.Clamp(character, 0, current.Length)];
        List<string> path = Above(lines, line, Indentation(current));
        string rest = before;
        // Into each flow mapping that is open before the cursor.
        for (int at; (at = Opened(rest)) >= 0; )
        {
            if (FlowKey().Match(rest[..at]) is { Success: true } key)
            {
                path.Add(key.Groups[1].Value);
            }

            rest = rest[(at + 1)..];
        }

        string entry = rest[(rest.LastIndexOf(',') + 1)..];
        return Entry().Match(entry) is { Success: true } pair
            ? new RequestCursor(path, pair.Groups[1].Value, pair.Groups[2].Value)
            : new RequestCursor(path, null, entry.TrimStart(' ', '-'));
    }

    /// <summary>The schema of what stands at a path; null where it knows none.</summary>
    public static JsonObject? Schema(JsonObject root, IEnumerable<string> path)
    {
        JsonObject? at = root;
        foreach (string key in path)
        {
            at = at is null
                ? null
                : Properties(at)?[key] as JsonObject ?? Objects(at)?["additionalProperties"] as JsonObject;
        }

        return at;
    }

    /// <summary>The keys of a schema, where it is one of a mapping or a list of them.</summary>
    public static JsonObject? Properties(JsonObject schema) => Objects(schema)?["properties"] as JsonObject;

    private static JsonObject? Objects(JsonObject schema)
    {
        if (schema.ContainsKey("properties") || schema["additionalProperties"] is JsonObject)
        {
            return schema;
        }

        IEnumerable<JsonNode?> inner =
        [
            .. schema["anyOf"] as JsonArray ?? [],
            .. schema["oneOf"] as JsonArray ?? [],
            schema["items"],
        ];
        return inner.OfType<JsonObject>().Select(Objects).FirstOrDefault(found => found is not null);
    }

    // Keys of lines above that are indented less.
    private static List<string> Above(string[] lines, int line, int indentation)
    {
        List<string> path = [];
        for (int i = Math.Min(line, lines.Length) - 1; i >= 0 && indentation > 0; i--)
        {
            if (BlockKey().Match(lines[i]) is { Success: true } key && Indentation(lines[i]) < indentation)
            {
                indentation = Indentation(lines[i]);
                path.Insert(0, key.Groups[1].Value);
            }
        }

        return path;
    }

    // A list's dash counts as a blank, since its item is indented like that.
    private static int Indentation(string line) => line.Length - line.TrimStart(' ', '-').Length;

    // The first brace that isn't closed again.
    private static int Opened(string text)
    {
        int depth = 0;
        for (int i = text.Length - 1; i >= 0; i--)
        {
            depth += text[i] switch
            {
                '}' => 1,
                '{' => -1,
                _ => 0,
            };
            if (depth < 0 && !text[..i].Contains('{', StringComparison.Ordinal))
            {
                return i;
            }

            depth = Math.Max(depth, text[..i].Contains('{', StringComparison.Ordinal) ? depth : 0);
        }

        return -1;
    }

    [GeneratedRegex(@"([A-Za-z_][A-Za-z0-9_]*):\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex FlowKey();

    [GeneratedRegex(@"^[\s-]*([A-Za-z_][A-Za-z0-9_]*):\s+([^\s]*)$", RegexOptions.NonBacktracking)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^[\s-]*([A-Za-z_][A-Za-z0-9_]*):\s*(#.*)?\r?$", RegexOptions.NonBacktracking)]
    private static partial Regex BlockKey();
}
