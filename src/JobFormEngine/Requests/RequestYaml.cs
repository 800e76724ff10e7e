using System.Globalization;
using System.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobFormEngine.Requests;

/// <summary>Writes values the way people write requests: plain where every reader sees the same, short collections on one line.</summary>
public static class RequestYaml
{
    private const int LongestLine = 100;

    /// <summary>A text as a scalar: plain where every YAML reader sees the same, otherwise in double quotes.</summary>
    public static string Scalar(string text) => IsPlainText(text) ? text : Quoted(text);

    /// <summary>A value on one line.</summary>
    public static string Flow(YamlNode node) =>
        node switch
        {
            YamlMapping mapping =>
                $"{{{string.Join(", ", mapping.Entries.Select(e => $"{Key(e.Key.Value)}: {Flow(e.Value)}"))}}}",
            YamlSequence list => $"[{string.Join(", ", list.Items.Select(Flow))}]",
            YamlScalar scalar => InFlow(scalar),
            _ => "null",
        };

    /// <summary>A key and its value, every line indented, ended by a line feed.</summary>
    public static string Entry(string key, YamlNode value, int indent)
    {
        StringBuilder text = new();
        WriteEntry(text, key, value, indent);
        return text.ToString();
    }

    /// <summary>The value as it stands behind its key or its dash, without the last line feed: <c> 6h</c>, or lines of a block.</summary>
    public static string Behind(YamlNode value, int indent, int taken)
    {
        string flow = Flow(value);
        if (value is YamlScalar scalar)
        {
            return IsBlockText(scalar) ? " " + Literal(scalar.Value, indent + 2) : " " + Block(scalar);
        }

        if (taken + flow.Length <= LongestLine && !HasLines(value))
        {
            return " " + flow;
        }

        StringBuilder text = new("\n");
        WriteLines(text, value, value is YamlSequence ? indent : indent + 2);
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>A mapping by itself, one key a line.</summary>
    public static string Lines(YamlNode value)
    {
        StringBuilder text = new();
        WriteLines(text, value, 0);
        return text.ToString();
    }

    private static void WriteEntry(StringBuilder text, string key, YamlNode value, int indent)
    {
        string name = Key(key);
        text.Append(' ', indent).Append(name).Append(':');
        text.Append(Behind(value, indent, indent + name.Length + 2)).Append('\n');
    }

    private static void WriteLines(StringBuilder text, YamlNode value, int indent)
    {
        if (value is YamlMapping mapping)
        {
            foreach (YamlEntry entry in mapping.Entries)
            {
                WriteEntry(text, entry.Key.Value, entry.Value, indent);
            }
        }
        else if (value is YamlSequence list)
        {
            foreach (YamlNode item in list.Items)
            {
                string flow = Flow(item);
                if (
                    item is not YamlMapping { Entries.Length: > 0 } fields
                    || (indent + flow.Length + 2 <= LongestLine && !HasLines(item))
                )
                {
                    text.Append(' ', indent).Append('-').Append(Behind(item, indent, indent + 2)).Append('\n');
                    continue;
                }

                int start = text.Length;
                WriteLines(text, fields, indent + 2);
                text[start + indent] = '-';
            }
        }
    }

    private static string Key(string key) => IsPlainText(key) ? key : Quoted(key);

    // A block scalar, or anything that must have one, can't stand on one line.
    private static bool HasLines(YamlNode node) =>
        node switch
        {
            YamlMapping mapping => mapping.Entries.Any(e => HasLines(e.Value)),
            YamlSequence list => list.Items.Any(HasLines),
            YamlScalar scalar => IsBlockText(scalar),
            _ => false,
        };

    private static string InFlow(YamlScalar scalar)
    {
        string text = Block(scalar);
        return text.AsSpan().ContainsAny(",[]{}") && text[0] != '"' ? Quoted(scalar.Value) : text;
    }

    private static string Block(YamlScalar scalar) =>
        scalar.Style != YamlScalarStyle.Plain ? Scalar(scalar.Value)
        : scalar.IsNull || IsToken(scalar.Value) ? (scalar.Value.Length == 0 ? "null" : scalar.Value)
        : Scalar(scalar.Value);

    // What is typed where a number, a quantity or a duration belongs, and can stand anywhere without quotes.
    private static bool IsToken(string text) =>
        text.Length is > 0 and <= 64
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '_' or '-')
        && (
            char.IsAsciiLetterOrDigit(text[0])
            || (text.Length > 1 && text[0] is '-' or '+' or '.' && char.IsAsciiDigit(text[1]))
        );

    private static bool IsBlockText(YamlScalar scalar) =>
        scalar.Style != YamlScalarStyle.Plain
        && scalar.Value.TrimEnd('\n').Contains('\n', StringComparison.Ordinal)
        && scalar.Value[0] is not (' ' or '\t' or '\n')
        && scalar.Value.All(c => c is '\n' or (>= ' ' and <= '~') || (c > '\u00A0' && char.IsLetterOrDigit(c)))
        && !scalar.Value.Split('\n').Any(line => line.EndsWith(' '))
        && !scalar.Value.EndsWith("\n\n", StringComparison.Ordinal);

    private static string Literal(string value, int indent)
    {
        string margin = new(' ', indent);
        string mark = value.EndsWith('\n') ? "|" : "|-";
        return mark
            + string.Concat(
                value.TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "\n" : "\n" + margin + line)
            );
    }

    private static bool IsPlainText(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] == '/' || IsRelease(text))
        && !text.Contains(": ", StringComparison.Ordinal)
        && !text.Contains(" #", StringComparison.Ordinal)
        && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
        && text[^1] is not (' ' or ':')
        && (IsRelease(text) || YamlCoreSchema.TrapOf(text) == YamlTrap.None)
        && text is not ("null" or "Null" or "NULL");

    // 2.52.0 is text to every reader: no number has two points.
    private static bool IsRelease(string text) =>
        text.Length <= 32
        && text.Split('.') is { Length: 3 } parts
        && parts.All(p => p.Length > 0 && p.All(char.IsAsciiDigit));

    private static string Quoted(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            quoted.Append(
                c switch
                {
                    '\\' => "\\\\",
                    '"' => "\\\"",
                    '\n' => "\\n",
                    '\t' => "\\t",
                    '\r' => "\\r",
                    < ' ' or '\u007F' or '\u0085' or '\u00A0' or '\u2028' or '\u2029' or '\uFEFF' => string.Create(
                        CultureInfo.InvariantCulture,
                        $"\\u{(int)c:X4}"
                    ),
                    _ => c.ToString(),
                }
            );
        }

        return quoted.Append('"').ToString();
    }
}
