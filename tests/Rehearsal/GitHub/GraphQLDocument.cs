using System.Text.Json.Nodes;

namespace Rayquest.Rehearsal.GitHub;

/// <summary>A fault in GraphQL's answer; a query that can't be read has no type.</summary>
internal sealed class GraphQLFault(string? type, string message) : Exception(message)
{
    public string? Type { get; } = type;
}

/// <summary>One field of a query with what is wanted of it.</summary>
/// <param name="Arguments">As written: a variable with its <c>$</c>, a number, or a text in quotes.</param>
internal sealed record GraphQLField(
    string Key,
    string Name,
    IReadOnlyDictionary<string, string> Arguments,
    IReadOnlyList<GraphQLField> Fields,
    string? OnType = null
)
{
    /// <summary>An argument's value; null where it is not given.</summary>
    public JsonNode? Argument(string name, JsonObject variables) =>
        Arguments.GetValueOrDefault(name) switch
        {
            null => null,
            ['$', .. var variable] => variables[variable],
            var literal => JsonNode.Parse(literal),
        };

    /// <summary>Only what was asked for; asking for what isn't there is an error, as with GitHub.</summary>
    public JsonNode Select(JsonObject value)
    {
        var picked = new JsonObject();
        foreach (var field in Fields)
        {
            // Of a fragment on a type only what the value's own type has is taken.
            if (field.OnType is { } type && (string?)value["__typename"] != type)
                continue;
            if (!value.TryGetPropertyValue(field.Name, out var inner))
                throw new GraphQLFault(null, $"Field '{field.Name}' doesn't exist on '{Name}'");
            picked[field.Key] = inner switch
            {
                JsonObject nested => field.Select(nested),
                JsonArray list => new JsonArray([.. list.Select(item => field.Select((JsonObject)item!))]),
                _ => inner?.DeepClone(),
            };
        }

        return picked;
    }
}

/// <summary>
/// The part of GraphQL's language that clients of these fields write: one operation, fields, aliases, selections,
/// fragments on a type, and arguments that are variables, numbers, texts or lists of words.
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
            if (key == ".")
            {
                Expect(tokens, ".");
                Expect(tokens, ".");
                Expect(tokens, "on");
                var type = Next(tokens);
                fields.AddRange(Selection(tokens).Select(field => field with { OnType = type }));
                continue;
            }

            var name = key;
            if (tokens.Count > 0 && tokens.Peek() == ":")
            {
                Next(tokens);
                name = Next(tokens);
            }

            var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
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

    private static string Value(Queue<string> tokens)
    {
        var value = Next(tokens);
        if (value != "[")
            return value;
        var items = new List<string>();
        while (tokens.Count > 0 && tokens.Peek() != "]")
            items.Add($"\"{Next(tokens)}\"");
        Expect(tokens, "]");
        return $"[{string.Join(',', items)}]";
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
