using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Schemas;

/// <summary>
/// Our compact form of schemas: one node a line, numbered from 1 in the order of the lines and named by number
/// after that; then one line <c>kind</c> for each served version. No descriptions.
/// </summary>
public static class SchemaText
{
    private const string Header = "rayquest-schema 1";
    private const string TypeLetters = "*omlsinbx";

    /// <summary>Writes kinds in their order; the same kinds always give the same text.</summary>
    public static string Write(IEnumerable<SchemaKind> kinds)
    {
        Dictionary<SchemaNode, int> numbers = [];
        StringBuilder text = new();
        StringBuilder tail = new();
        text.Append(Header).Append('\n');
        foreach (SchemaKind kind in kinds)
        {
            int root = WriteNode(kind.Root, numbers, text);
            string group = kind.Group.Length == 0 ? "-" : kind.Group;
            tail.Append($"kind {group} {kind.Version} {kind.Kind} {root}{(kind.HasStatus ? " status" : "")}\n");
        }

        return text.Append(tail).ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote; throws <see cref="FormatException"/> on anything else.</summary>
    public static IReadOnlyList<SchemaKind> Read(string text)
    {
        List<SchemaNode> nodes = [];
        List<SchemaKind> kinds = [];
        bool first = true;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (first)
            {
                first = false;
                if (!line.SequenceEqual(Header))
                {
                    throw new FormatException($"a schema file begins with `{Header}`");
                }
            }
            else if (line.StartsWith("kind "))
            {
                kinds.Add(ReadKind(line.ToString().Split(' '), nodes));
            }
            else if (!line.IsEmpty)
            {
                nodes.Add(new LineReader(line.ToString(), nodes).Node());
            }
        }

        return kinds;
    }

    /// <summary>The line of one node; equal lines mean equal nodes when children are named by what identifies them.</summary>
    internal static string LineOf(SchemaNode node, Func<SchemaNode, string> nameOf)
    {
        StringBuilder line = new();
        line.Append(TypeLetters[(int)node.Type]);
        if (node.Fields.Count > 0)
        {
            line.Append(" f=").AppendJoin(',', node.Fields.Select(f => $"{f.Key}:{nameOf(f.Value)}"));
        }

        Append(line, "q", node.Required);
        if (node.Items is { } items)
        {
            line.Append(" i=").Append(nameOf(items));
        }

        line.Append(node.KeepsUnknown ? " u" : "").Append(node.Nullable ? " z" : "").Append(node.IsSet ? " t" : "");
        AppendJson(line, "d", node.Default);
        AppendJson(line, "o", node.Format is null ? null : Quote(node.Format));
        AppendJson(line, "p", node.Pattern is null ? null : Quote(node.Pattern));
        AppendJson(line, "e", node.Allowed.IsEmpty ? null : Array(node.Allowed));
        AppendNumber(line, "n", node.Minimum);
        AppendNumber(line, "x", node.Maximum);
        AppendNumber(line, "a", node.MinSize);
        AppendNumber(line, "b", node.MaxSize);
        Append(line, "k", node.ListKeys);
        AppendJson(
            line,
            "c",
            node.Expressions.IsEmpty ? null : Array(node.Expressions.SelectMany(e => new[] { e.Rule, e.Message }))
        );
        return line.ToString();
    }

    private static int WriteNode(SchemaNode node, Dictionary<SchemaNode, int> numbers, StringBuilder text)
    {
        if (numbers.TryGetValue(node, out int number))
        {
            return number;
        }

        foreach (SchemaNode field in node.Fields.Values)
        {
            WriteNode(field, numbers, text);
        }

        if (node.Items is { } items)
        {
            WriteNode(items, numbers, text);
        }

        text.Append(LineOf(node, n => numbers[n].ToString(CultureInfo.InvariantCulture))).Append('\n');
        numbers.Add(node, numbers.Count + 1);
        return numbers.Count;
    }

    private static SchemaKind ReadKind(string[] parts, List<SchemaNode> nodes)
    {
        if (
            parts.Length < 5
            || !int.TryParse(parts[4], CultureInfo.InvariantCulture, out int root)
            || root < 1
            || root > nodes.Count
        )
        {
            throw new FormatException("a kind line is `kind group version Kind number`");
        }

        return new SchemaKind(
            parts[1] == "-" ? "" : parts[1],
            parts[2],
            parts[3],
            nodes[root - 1],
            parts is [.., "status"]
        );
    }

    private static void Append(StringBuilder line, string name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            line.Append(' ').Append(name).Append('=').AppendJoin(',', values);
        }
    }

    private static void AppendJson(StringBuilder line, string name, string? json)
    {
        if (json is not null)
        {
            line.Append(' ').Append(name).Append('=').Append(json);
        }
    }

    private static void AppendNumber(StringBuilder line, string name, double? value)
    {
        if (value is { } number)
        {
            line.Append(' ').Append(name).Append('=').Append(number.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    private static string Quote(string text) =>
        "\"" + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";

    private static string Array(IEnumerable<string> texts) => "[" + string.Join(',', texts.Select(Quote)) + "]";

    private sealed class LineReader(string line, List<SchemaNode> nodes)
    {
        private int at = 1;

        public SchemaNode Node()
        {
            int type = line.Length == 0 ? -1 : TypeLetters.IndexOf(line[0], StringComparison.Ordinal);
            if (type < 0)
            {
                throw new FormatException($"`{line}` begins with no type");
            }

            Dictionary<string, SchemaNode> fields = new(StringComparer.Ordinal);
            IReadOnlyList<string> required = [],
                allowed = [],
                listKeys = [];
            SchemaNode? items = null;
            bool keeps = false,
                nullable = false,
                isSet = false;
            string? format = null,
                pattern = null,
                standard = null;
            double? minimum = null,
                maximum = null,
                minSize = null,
                maxSize = null;
            IReadOnlyList<SchemaExpression> expressions = [];
            while (at < line.Length)
            {
                at++;
                char name = line[at++];
                if (at < line.Length && line[at] == '=')
                {
                    at++;
                }

                switch (name)
                {
                    case 'f':
                        ReadFields(fields);
                        break;
                    case 'q':
                        required = Word().Split(',');
                        break;
                    case 'i':
                        items = Reference(Word());
                        break;
                    case 'u':
                        keeps = true;
                        break;
                    case 'z':
                        nullable = true;
                        break;
                    case 't':
                        isSet = true;
                        break;
                    case 'd':
                        standard = Json();
                        break;
                    case 'o':
                        format = Text(Json());
                        break;
                    case 'p':
                        pattern = Text(Json());
                        break;
                    case 'e':
                        allowed = Texts(Json());
                        break;
                    case 'n':
                        minimum = Number();
                        break;
                    case 'x':
                        maximum = Number();
                        break;
                    case 'a':
                        minSize = Number();
                        break;
                    case 'b':
                        maxSize = Number();
                        break;
                    case 'k':
                        listKeys = Word().Split(',');
                        break;
                    case 'c':
                        expressions = Expressions(Texts(Json()));
                        break;
                    default:
                        throw new FormatException($"`{line}` has an unknown mark `{name}`");
                }
            }

            return new SchemaNode
            {
                Type = (SchemaType)type,
                Fields = fields,
                Required = [.. required],
                Items = items,
                KeepsUnknown = keeps,
                Nullable = nullable,
                IsSet = isSet,
                Default = standard,
                Format = format,
                Pattern = pattern,
                Allowed = [.. allowed],
                Minimum = minimum,
                Maximum = maximum,
                MinSize = (int?)minSize,
                MaxSize = (int?)maxSize,
                ListKeys = [.. listKeys],
                Expressions = [.. expressions],
            };
        }

        private void ReadFields(Dictionary<string, SchemaNode> fields)
        {
            foreach (string pair in Word().Split(','))
            {
                int colon = pair.LastIndexOf(':');
                if (colon < 1)
                {
                    throw new FormatException($"`{pair}` is not a field");
                }

                fields[pair[..colon]] = Reference(pair[(colon + 1)..]);
            }
        }

        private SchemaNode Reference(string number) =>
            int.TryParse(number, CultureInfo.InvariantCulture, out int index) && index >= 1 && index <= nodes.Count
                ? nodes[index - 1]
                : throw new FormatException($"`{number}` names no earlier node");

        private string Word()
        {
            int end = line.IndexOf(' ', at);
            end = end < 0 ? line.Length : end;
            string word = line[at..end];
            at = end;
            return word;
        }

        private double Number() =>
            double.TryParse(Word(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : throw new FormatException($"`{line}` has no number where one is wanted");

        // A JSON value ends at the first blank outside quotes; our own writer puts none outside.
        private string Json()
        {
            int start = at;
            bool quoted = false;
            for (; at < line.Length && (quoted || line[at] != ' '); at++)
            {
                if (line[at] == '\\')
                {
                    at++;
                }
                else if (line[at] == '"')
                {
                    quoted = !quoted;
                }
            }

            at = Math.Min(at, line.Length);
            return line[start..at];
        }

        private static string Text(string json) =>
            Texts("[" + json + "]") is [var only] ? only : throw new FormatException($"`{json}` is not text");

        private static List<string> Texts(string json)
        {
            try
            {
                Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
                List<string> texts = [];
                while (reader.Read())
                {
                    if (reader.TokenType == JsonTokenType.String)
                    {
                        texts.Add(reader.GetString()!);
                    }
                }

                return texts;
            }
            catch (JsonException fault)
            {
                throw new FormatException($"`{json}` is not a list of texts", fault);
            }
        }

        private static IReadOnlyList<SchemaExpression> Expressions(List<string> texts)
        {
            List<SchemaExpression> list = [];
            for (int i = 0; i + 1 < texts.Count; i += 2)
            {
                list.Add(new SchemaExpression(texts[i], texts[i + 1]));
            }

            return list;
        }
    }
}

/// <summary>Writes a YAML node as JSON without blanks outside of texts.</summary>
internal static class CompactJson
{
    /// <summary>The JSON text of a node, scalars typed as kubectl types them.</summary>
    public static string Of(YamlNode node)
    {
        StringBuilder text = new();
        Write(node, text);
        return text.ToString();
    }

    private static void Write(YamlNode node, StringBuilder text)
    {
        switch (node)
        {
            case YamlMapping mapping:
                string open = "{";
                foreach (YamlEntry entry in mapping.Entries)
                {
                    text.Append(open).Append('"').Append(JsonEncodedText.Encode(entry.Key.Value)).Append("\":");
                    Write(entry.Value, text);
                    open = ",";
                }

                text.Append(mapping.Entries.Length == 0 ? "{}" : "}");
                break;
            case YamlSequence sequence:
                string begin = "[";
                foreach (YamlNode item in sequence.Items)
                {
                    text.Append(begin);
                    Write(item, text);
                    begin = ",";
                }

                text.Append(sequence.Items.Length == 0 ? "[]" : "]");
                break;
            case YamlScalar scalar:
                JsonScalar value = JsonScalar.Of(scalar);
                text.Append(
                    value.Kind switch
                    {
                        JsonKind.Null => "null",
                        JsonKind.Boolean => value.Boolean ? "true" : "false",
                        JsonKind.Integer => value.Integer.ToString(CultureInfo.InvariantCulture),
                        JsonKind.Number => value.Number.ToString("R", CultureInfo.InvariantCulture),
                        _ => "\"" + JsonEncodedText.Encode(value.Text) + "\"",
                    }
                );
                break;
            default:
                break;
        }
    }
}
