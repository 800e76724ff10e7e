using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;

namespace Rayquest.JobReport.Status;

/// <summary>One result of a job.</summary>
/// <param name="Name">Its name, of letters and digits.</param>
/// <param name="Json">The value as JSON writes it: a number, a boolean, or text without control characters and secrets.</param>
public sealed record ResultValue(string Name, string Json)
{
    /// <summary>The value where it is a number.</summary>
    public double? Number =>
        Json.Length > 0
        && (char.IsAsciiDigit(Json[0]) || Json[0] == '-')
        && double.TryParse(Json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;

    /// <summary>The value as people read it; text from outside, escaped by whoever shows it.</summary>
    public string Text => Json.StartsWith('"') ? JsonDocument.Parse(Json).RootElement.GetString() ?? "" : Json;

    /// <summary>The value as it was kept; null for what is no number, boolean or text in JSON.</summary>
    public static ResultValue? Read(string name, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return
                BestResult.IsName(name)
                && root.IsUnicode()
                && root.ValueKind
                    is JsonValueKind.Number
                        or JsonValueKind.String
                        or JsonValueKind.True
                        or JsonValueKind.False
                ? new ResultValue(name, root.GetRawText())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// What a job says it came to: the last line of its log that begins with <c>RAYQUEST_RESULT</c> and goes on with a flat JSON
/// object. A job can print anything; what is taken is small, flat, printable and free of what looks like a secret, and what
/// can't be taken is said.
/// </summary>
public sealed partial record JobResults
{
    /// <summary>The word that begins the line.</summary>
    public const string Word = "RAYQUEST_RESULT";

    /// <summary>Lines of the log's end among which the results are looked for.</summary>
    public const int Lines = 1_000;

    /// <summary>The most bytes of JSON.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>The most results of one job.</summary>
    public const int Most = 50;

    /// <summary>The longest text that is kept of one.</summary>
    public const int LongestText = 200;
    private const int LongestNumber = 32;
    private const int LongestPrefix = 400;
    private const string Mask = "[redacted]";

    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The results, ordinal by name.</summary>
    public ImmutableArray<ResultValue> Values { get; init; } = [];

    /// <summary>Why the line could not be read, in our words; null when it could.</summary>
    public string? Fault { get; init; }

    /// <summary>The result of that name, or null.</summary>
    public ResultValue? this[string name] => Values.FirstOrDefault(value => value.Name == name);

    /// <summary>One JSON object of all of them.</summary>
    public string Json()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Layout))
        {
            Write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The same, as a value of a larger document.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var value in Values)
        {
            json.WritePropertyName(value.Name);
            json.WriteRawValue(value.Json);
        }

        json.WriteEndObject();
    }

    /// <summary>What a log says; null where no line of it begins with the word.</summary>
    public static JobResults? Of(string log)
    {
        ArgumentNullException.ThrowIfNull(log);
        for (var end = log.Length; end > 0; )
        {
            var at = log.LastIndexOf(Word, end - 1, StringComparison.Ordinal);
            if (at < 0)
            {
                return null;
            }

            var start = log.LastIndexOf('\n', at) + 1;
            var after = at + Word.Length;
            if (
                after < log.Length
                && log[after] is ' ' or '\t' or '{'
                && at - start <= LongestPrefix
                && BeginsAfter(log.AsSpan(start, at - start))
            )
            {
                var stop = log.IndexOf('\n', after);
                return Read(log[after..(stop < 0 ? log.Length : stop)]);
            }

            end = at;
        }

        return null;
    }

    // A progress bar may have written over its own line before.
    private static bool BeginsAfter(ReadOnlySpan<char> before) =>
        Prefix.Replace(LogTail.Plain(before[(before.LastIndexOf('\r') + 1)..].ToString()), "").Length == 0;

    private static JobResults Read(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(LogTail.WithoutTerminalCodes(line).Trim());
        if (bytes.Length > MostBytes)
        {
            return Bad($"it has {bytes.Length:N0} bytes, at most {MostBytes:N0} are taken");
        }

        try
        {
            return Read(new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 2 }));
        }
        catch (JsonException fault)
        {
            // The parser's own words may quote the job's.
            return Bad(
                $"it is no flat JSON object: byte {(fault.BytePositionInLine ?? 0) + 1} is not understood (NaN and Infinity are no numbers of JSON)"
            );
        }
        catch (InvalidOperationException)
        {
            return Bad("it holds text that is no Unicode");
        }
    }

    private static JobResults Read(Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return Bad("it is no JSON object");
        }

        var values = new SortedDictionary<string, ResultValue>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (!BestResult.IsName(name))
            {
                return Bad(
                    $"the name of its result {values.Count + 1} is not made of letters, digits, `_`, `.`, `/`, `@` and `-` ({BestResult.MaxNameLength} at most)"
                );
            }

            if (LogTail.Of(name).Redacted > 0)
            {
                return Bad($"the name of its result {values.Count + 1} looks like a secret");
            }

            json.Read();
            var (value, fault) = Value(name, ref json);
            if (value is null)
            {
                return Bad($"its result `{name}` {fault}");
            }

            if (!values.TryAdd(name, value))
            {
                return Bad($"its result `{name}` is there twice");
            }

            if (values.Count > Most)
            {
                return Bad($"it holds more than {Most} results");
            }
        }

        // Whatever stands after the object is a fault, which reading on finds.
        json.Read();
        return new JobResults { Values = [.. values.Values] };
    }

    private static (ResultValue? Value, string Fault) Value(string name, ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                return (new ResultValue(name, json.TokenType == JsonTokenType.True ? "true" : "false"), "");
            case JsonTokenType.Number:
                var raw = Encoding.UTF8.GetString(json.ValueSpan);
                if (!json.TryGetDouble(out var number) || !double.IsFinite(number))
                {
                    return (null, "is a number that is too large");
                }

                // A password may be digits; a fraction is none.
                if (raw.AsSpan().IndexOfAny(".eE") < 0 && IsSecret(name, raw))
                {
                    return (new ResultValue(name, Quoted(Mask)), "");
                }

                return (
                    new ResultValue(
                        name,
                        raw.Length <= LongestNumber ? raw : number.ToString("R", CultureInfo.InvariantCulture)
                    ),
                    ""
                );
            case JsonTokenType.String:
                var text = json.GetString()!.ReplaceLineEndings(" ").Replace('\r', ' ');
                return (
                    new ResultValue(
                        name,
                        Quoted(
                            IsSecret(name, text)
                                ? Mask
                                : TextShortening.Shorten(LogTail.Plain(text), LongestText, LongestText - 1)
                        )
                    ),
                    ""
                );
            case JsonTokenType.Null:
                return (null, "is null: a number, text or a boolean is wanted");
            default:
                return (null, "is an object or a list: a number, text or a boolean is wanted");
        }
    }

    private static bool IsSecret(string name, string text) =>
        LogTail.Of(text).Redacted > 0 || LogTail.Of($"\"{name}\": \"{text.Replace('"', '\'')}\"").Redacted > 0;

    private static string Quoted(string text)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Layout))
        {
            json.WriteStringValue(text);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static JobResults Bad(string fault) => new() { Fault = fault };

    // Which pod a line is of, as kubectl says it where a log is of several.
    [GeneratedRegex(@"\A\[pod/[A-Za-z0-9./-]{1,300}\] ", RegexOptions.CultureInvariant, 500)]
    private static partial Regex Prefix { get; }
}
