using System.Text.Json.Nodes;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>A fault in GraphQL's answer; a query that can't be read has no type.</summary>
internal sealed class GraphQLFault(string? type, string message) : Exception(message)
{
    public string? Type { get; } = type;
}

/// <summary>An object that answers field by field: only what is asked for is worked out.</summary>
internal sealed class GraphQLObject(string type)
    : Dictionary<string, Func<GraphQLField, JsonNode?>>(StringComparer.Ordinal)
{
    public string Type { get; } = type;
}

/// <summary>One field of a query with what is wanted of it.</summary>
/// <param name="Arguments">What each comes to, given the variables.</param>
/// <param name="OnType">The type that an inline fragment asks it of.</param>
internal sealed record GraphQLField(
    string Key,
    string Name,
    IReadOnlyDictionary<string, Func<JsonObject, JsonNode?>> Arguments,
    IReadOnlyList<GraphQLField> Fields,
    string? OnType = null
)
{
    /// <summary>An argument's value; null where it is not given.</summary>
    public JsonNode? Argument(string name, JsonObject variables) =>
        Arguments.TryGetValue(name, out var value) ? value(variables) : null;

    /// <summary>Only what was asked for; asking for what isn't there is an error, as with GitHub.</summary>
    public JsonNode Select(JsonObject value)
    {
        var picked = new JsonObject();
        foreach (var field in Fields)
        {
            if (!value.TryGetPropertyValue(field.Name, out var inner))
                throw Missing(field);
            picked[field.Key] = inner switch
            {
                JsonObject nested => field.Select(nested),
                JsonArray list => new JsonArray([.. list.Select(item => field.Select((JsonObject)item!))]),
                _ => inner?.DeepClone(),
            };
        }

        return picked;
    }

    /// <summary>The same of an object that answers field by field; null stays null.</summary>
    public JsonNode? Select(GraphQLObject? value)
    {
        if (value is null)
            return null;
        var picked = new JsonObject();
        foreach (var field in Fields.Where(field => field.OnType is null || field.OnType == value.Type))
            picked[field.Key] =
                field.Name == "__typename" ? value.Type
                : value.TryGetValue(field.Name, out var resolve) ? resolve(field)
                : throw Missing(field);
        return picked;
    }

    private GraphQLFault Missing(GraphQLField field) => new(null, $"Field '{field.Name}' doesn't exist on '{Name}'");
}

/// <summary>
/// The part of GraphQL's language that clients of these fields write: one operation, fields, aliases, selections, inline
/// fragments, and arguments.
/// </summary>
internal sealed class GraphQLDocument(bool isMutation, IReadOnlyList<GraphQLField> fields)
{
    public bool IsMutation { get; } = isMutation;

    public IReadOnlyList<GraphQLField> Fields { get; } = fields;

    public static GraphQLDocument Parse(string text)
    {
        var tokens = new Queue<string>(Tokens(text));
        var kind = tokens.Count > 0 && tokens.Peek() != "{" ? Next(tokens) : "query";
        if (kind is not ("query" or "mutation"))
            throw Unexpected(kind);
        if (tokens.Count > 0 && tokens.Peek() is not ("(" or "{"))
            Next(tokens);
        if (tokens.Count > 0 && tokens.Peek() == "(")
            while (Next(tokens) != ")") { }
        return new GraphQLDocument(kind == "mutation", Selection(tokens));
    }

    private static List<GraphQLField> Selection(Queue<string> tokens)
    {
        Expect(tokens, "{");
        var fields = new List<GraphQLField>();
        while (tokens.Count > 0 && tokens.Peek() != "}")
        {
            var key = Next(tokens);
            if (key == "...")
            {
                Expect(tokens, "on");
                var type = Next(tokens);
                fields.AddRange(Selection(tokens).Select(field => field with { OnType = field.OnType ?? type }));
                continue;
            }

            var name = key;
            if (tokens.Count > 0 && tokens.Peek() == ":")
            {
                Next(tokens);
                name = Next(tokens);
            }

            var arguments = new Dictionary<string, Func<JsonObject, JsonNode?>>(StringComparer.Ordinal);
            if (tokens.Count > 0 && tokens.Peek() == "(")
            {
                Next(tokens);
                while (tokens.Count > 0 && tokens.Peek() != ")")
                {
                    var argument = Next(tokens);
                    Expect(tokens, ":");
                    arguments[argument] = Value(tokens);
                }

                Expect(tokens, ")");
            }

            var inner = tokens.Count > 0 && tokens.Peek() == "{" ? Selection(tokens) : [];
            fields.Add(new GraphQLField(key, name, arguments, inner));
        }

        Expect(tokens, "}");
        return fields;
    }

    private static Func<JsonObject, JsonNode?> Value(Queue<string> tokens)
    {
        var token = Next(tokens);
        if (token == "[")
        {
            var items = new List<Func<JsonObject, JsonNode?>>();
            while (tokens.Count > 0 && tokens.Peek() != "]")
                items.Add(Value(tokens));
            Expect(tokens, "]");
            return variables => new JsonArray([.. items.Select(item => item(variables))]);
        }

        if (token == "{")
        {
            var entries = new List<(string Key, Func<JsonObject, JsonNode?> Value)>();
            while (tokens.Count > 0 && tokens.Peek() != "}")
            {
                var key = Next(tokens);
                Expect(tokens, ":");
                entries.Add((key, Value(tokens)));
            }

            Expect(tokens, "}");
            return variables => new JsonObject(
                entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value(variables)))
            );
        }

        if (token is ['$', .. var variable])
            return variables => variables[variable]?.DeepClone();
        // A bare word is an enumeration's; JSON has the rest.
        return char.IsLetter(token[0]) && token is not ("true" or "false" or "null")
            ? _ => JsonValue.Create(token)
            : _ => JsonNode.Parse(token);
    }

    private static IEnumerable<string> Tokens(string text)
    {
        for (var i = 0; i < text.Length; )
        {
            if (char.IsWhiteSpace(text[i]) || text[i] == ',')
            {
                i++;
                continue;
            }

            var start = i;
            if (text[i] == '"')
            {
                var end = text.IndexOf('"', i + 1);
                i = end < 0 ? text.Length : end + 1;
                yield return text[start..i];
                continue;
            }

            if (text[i..].StartsWith("...", StringComparison.Ordinal))
            {
                i += 3;
                yield return "...";
                continue;
            }

            while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_' or '$'))
                i++;
            if (i == start)
                i++;
            yield return text[start..i];
        }
    }

    private static string Next(Queue<string> tokens) => tokens.Count > 0 ? tokens.Dequeue() : throw Unexpected("end");

    private static void Expect(Queue<string> tokens, string token)
    {
        var next = Next(tokens);
        if (next != token)
            throw Unexpected(next);
    }

    private static GraphQLFault Unexpected(string token) => new(null, $"Parse error on \"{token}\"");
}
