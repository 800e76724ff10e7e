using System.Globalization;
using System.Text.Json;

namespace Rayquest.JobReport.Status;

/// <summary>Reads what is there and shrugs at what is not: an object of another engine's version must never throw.</summary>
internal static class JsonReading
{
    public static JsonElement At(this JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
                ? value
                : default;
        }
        catch (InvalidOperationException)
        {
            // A key beside it is no Unicode; the one that is asked for may still be there.
            return element.EnumerateObject().LastOrDefault(property => Name(property) == name).Value;
        }
    }

    public static JsonElement At(this JsonElement element, string first, string second) => element.At(first).At(second);

    public static JsonElement At(this JsonElement element, string first, string second, string third) =>
        element.At(first).At(second).At(third);

    public static string Text(this JsonElement element, string name) => Unicode(element.At(name)) ?? "";

    /// <summary>Whether every text and key in it is Unicode: JSON may hold half a surrogate pair, or bytes that are no UTF-8.</summary>
    public static bool IsUnicode(this JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.String => Unicode(element) is not null,
            JsonValueKind.Array => element.EnumerateArray().All(IsUnicode),
            JsonValueKind.Object => element
                .EnumerateObject()
                .All(property => Name(property) is not null && property.Value.IsUnicode()),
            _ => true,
        };

    public static int? Number(this JsonElement element, string name)
    {
        var value = element.At(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
    }

    public static bool? Flag(this JsonElement element, string name) =>
        element.At(name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    public static DateTimeOffset? Time(this JsonElement element, string name) => Time(element.Text(name));

    public static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;

    public static TimeSpan? Seconds(this JsonElement element, string name) =>
        element.Number(name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name)
    {
        var value = element.At(name);
        if (value.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var item in value.EnumerateArray())
        {
            yield return item;
        }
    }

    public static Dictionary<string, string> Map(this JsonElement element, string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var value = element.At(name);
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                if (Name(property) is { } key && Unicode(property.Value) is { } text)
                {
                    map[key] = text;
                }
            }
        }

        return map;
    }

    /// <summary>The condition of that type, or an undefined element.</summary>
    public static JsonElement Condition(this JsonElement status, string type)
    {
        foreach (var condition in status.Items("conditions"))
        {
            if (string.Equals(condition.Text("type"), type, StringComparison.Ordinal))
            {
                return condition;
            }
        }

        return default;
    }

    public static bool Holds(this JsonElement condition) =>
        string.Equals(condition.Text("status"), "True", StringComparison.Ordinal);

    private static string? Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The string it is; null for anything else, and for a string that is no Unicode.</summary>
    private static string? Unicode(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
