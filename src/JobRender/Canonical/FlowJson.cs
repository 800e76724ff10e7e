using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Canonical;

/// <summary>A YAML tree as JSON on one line, for programs that take nothing else on their command line.</summary>
internal static class FlowJson
{
    /// <summary>The JSON, without a line feed.</summary>
    public static string Write(YamlNode node)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            Write(json, node);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                json.WriteStartObject();
                foreach (YamlEntry entry in mapping.Entries)
                {
                    json.WritePropertyName(entry.Key.Value);
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
            case YamlSequence list:
                json.WriteStartArray();
                foreach (YamlNode item in list.Items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case YamlScalar { IsNull: true }:
                json.WriteNullValue();
                break;
            case YamlScalar { Style: YamlScalarStyle.Plain, Value: "true" or "false" } flag:
                json.WriteBooleanValue(flag.Value == "true");
                break;
            case YamlScalar { Style: YamlScalarStyle.Plain } number when IsJsonNumber(number.Value):
                json.WriteRawValue(number.Value);
                break;
            case YamlScalar text:
                json.WriteStringValue(text.Value);
                break;
        }
    }

    private static bool IsJsonNumber(string text) =>
        YamlCoreSchema.LooksNumeric(text)
        && text is [(>= '1' and <= '9') or '-', ..] or "0"
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        && double.IsFinite(number)
        && text.All(c => char.IsAsciiDigit(c) || c is '-' or '.' or 'e' or 'E' or '+')
        && text[^1] is >= '0' and <= '9';
}
