using System.Text;
using System.Text.Json.Nodes;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobFormEngine.Fields;

/// <summary>
/// The fields of the form. They follow from the declarations of the request's keys: a key or a kind that is added there is in
/// the form as well.
/// </summary>
public static class FormFields
{
    // What the schema doesn't tell apart from a line of text.
    private static readonly HashSet<string> WithLines = new(["description", "entrypoint"], StringComparer.Ordinal);

    /// <summary>The keys of the request, in the order of the reference.</summary>
    public static IReadOnlyList<FormField> All { get; } =
    [.. JobRequestFormat.Request.Fields.Select(f => Of(f.Key, f.Key, f.Type.Schema(), f.Doc, f.OnlyIn, f.IsRequired))];

    /// <summary>The field of a path, <c>[]</c> or a number behind a list's key; null for none.</summary>
    public static FormField? Find(string path)
    {
        string wanted = Generic(path);
        return All.SelectMany(f => f.All()).FirstOrDefault(f => f.Path == wanted);
    }

    /// <summary>A place's path with <c>[]</c> for every number; a list that was written as its one item has none in its text.</summary>
    public static string Generic(string path)
    {
        StringBuilder generic = new();
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == '[')
            {
                generic.Append("[]");
                i = path.IndexOf(']', i) is >= 0 and int close ? close : path.Length;
            }
            else
            {
                generic.Append(path[i]);
            }
        }

        string text = generic.ToString();
        return text.StartsWith("workers.", StringComparison.Ordinal) ? "workers[]" + text["workers".Length..] : text;
    }

    private static FormField Of(
        string path,
        string key,
        JsonObject schema,
        string doc,
        IReadOnlyList<string>? kinds,
        bool isRequired
    )
    {
        JsonObject shape = schema;
        bool single = false;
        if (schema["anyOf"] is JsonArray ways)
        {
            // A list, or its one item: the list says both.
            JsonObject? list = ways.OfType<JsonObject>().FirstOrDefault(w => TypeOf(w) == "array");
            single = list is not null;
            shape = list ?? schema;
        }

        FieldControl control = ControlOf(key, shape);
        string below = control == FieldControl.Groups ? path + "[]" : path;
        JsonObject? fields = control switch
        {
            FieldControl.Group => shape["properties"] as JsonObject,
            FieldControl.Groups => shape["items"]?["properties"] as JsonObject,
            _ => null,
        };
        JsonArray? required =
            (control == FieldControl.Groups ? shape["items"]?["required"] : shape["required"]) as JsonArray;
        return new FormField(path, key, control)
        {
            Doc = doc,
            Kinds = kinds,
            IsRequired = isRequired,
            MayBeSingle = single,
            Words = shape["enum"] is JsonArray words ? [.. words.Select(w => w!.GetValue<string>())] : [],
            Minimum = Number(shape, "minimum"),
            Maximum = Number(shape, "maximum"),
            MaxLength = (int?)Number(shape, "maxLength"),
            HasNumbers = shape["additionalProperties"] is JsonObject value && TypeOf(value) == "integer",
            Fields =
            [
                .. (fields ?? []).Select(f =>
                    Of(
                        $"{below}.{f.Key}",
                        f.Key,
                        (JsonObject)f.Value!,
                        f.Value!["description"]?.GetValue<string>() ?? "",
                        null,
                        required?.Any(r => r!.GetValue<string>() == f.Key) == true
                    )
                ),
            ],
        };
    }

    private static FieldControl ControlOf(string key, JsonObject schema)
    {
        if (schema["anyOf"] is JsonArray ways)
        {
            return ways.OfType<JsonObject>().Any(w => TypeOf(w) == "object")
                ? FieldControl.Range
                : FieldControl.Quantity;
        }

        if (schema["enum"] is JsonArray)
        {
            return FieldControl.Choice;
        }

        return TypeOf(schema) switch
        {
            "boolean" => FieldControl.Switch,
            "integer" => FieldControl.Number,
            "array" => FieldControl.Groups,
            "object" when schema["properties"] is JsonObject => FieldControl.Group,
            "object" when schema["additionalProperties"] is JsonObject values => TypeOf(values) == "array"
                ? FieldControl.Lists
                : FieldControl.Pairs,
            "object" => FieldControl.Yaml,
            _ when schema["pattern"]?.GetValue<string>().EndsWith("[smhd]$", StringComparison.Ordinal) == true =>
                FieldControl.Duration,
            _ => WithLines.Contains(key) ? FieldControl.Lines : FieldControl.Text,
        };
    }

    private static string? TypeOf(JsonObject schema) =>
        schema["type"] is JsonValue value && value.TryGetValue(out string? word) ? word : null;

    private static long? Number(JsonObject schema, string key) =>
        schema[key] is JsonValue value ? value.GetValue<int>() : null;
}
