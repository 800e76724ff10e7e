using System.Buffers;
using System.Globalization;
using System.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Canonical;

/// <summary>
/// Writes nodes as YAML of one form: block style, two spaces, line feeds, keys in a fixed order. The same tree always
/// gives the same bytes, and every YAML 1.1 and 1.2 reader sees the same values in them.
/// </summary>
public static class CanonicalYaml
{
    private const int BufferSize = 32 * 1024;

    [ThreadStatic]
    private static StringBuilder? spare;

    /// <summary>The documents as UTF-8, with <c>---</c> between them.</summary>
    public static byte[] Write(IReadOnlyList<YamlNode> documents)
    {
        // Thousands of files are written in a row: one buffer a thread serves them all.
        StringBuilder text = spare ?? new StringBuilder(BufferSize);
        spare = null;
        for (int i = 0; i < documents.Count; i++)
        {
            if (i > 0)
            {
                text.Append("---\n");
            }

            new Writer(text).WriteDocument(documents[i]);
        }

        byte[] bytes = Encode(text);
        if (text.Capacity == BufferSize)
        {
            spare = text.Clear();
        }

        return bytes;
    }

    // Most manifests are ASCII, and then need no copy of the whole text.
    private static byte[] Encode(StringBuilder text)
    {
        byte[] bytes = new byte[text.Length];
        int at = 0;
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
        {
            if (Ascii.FromUtf16(chunk.Span, bytes.AsSpan(at), out int written) != OperationStatus.Done)
            {
                return Encoding.UTF8.GetBytes(text.ToString());
            }

            at += written;
        }

        return bytes;
    }

    /// <summary>One document as text, ended by a line feed.</summary>
    public static string Write(YamlNode document)
    {
        StringBuilder text = new();
        new Writer(text).WriteDocument(document);
        return text.ToString();
    }

    /// <summary>One mapping as text, the keys of the root in a given order; those not listed come last.</summary>
    public static string Write(YamlMapping document, IReadOnlyList<string> order)
    {
        StringBuilder text = new();
        new Writer(text).WriteDocument(document, KeyOrder.Of(order));
        return text.ToString();
    }

    private sealed class Writer(StringBuilder text)
    {
        // Longer keys are no "simple keys" to YAML 1.1 readers, which look ahead 1024 characters.
        private const int LongestSimpleKey = 200;

        public void WriteDocument(YamlNode node, KeyOrder? order = null)
        {
            switch (node)
            {
                case YamlMapping { Entries.Length: > 0 } mapping:
                    WriteMapping(mapping, 0, order ?? KeyOrder.Document, indentFirst: false);
                    break;
                case YamlSequence { Items.Length: > 0 } list:
                    WriteSequence(list, 0, indentFirst: false);
                    break;
                default:
                    WriteInline(node, -2, blocks: false);
                    break;
            }
        }

        private void WriteMapping(YamlMapping mapping, int indent, KeyOrder order, bool indentFirst)
        {
            YamlEntry[] entries = [.. mapping.Entries];
            Array.Sort(entries, order);
            for (int i = 0; i < entries.Length; i++)
            {
                if (i > 0 || indentFirst)
                {
                    text.Append(' ', indent);
                }

                WriteEntry(entries[i], indent);
            }
        }

        private void WriteEntry(YamlEntry entry, int indent)
        {
            string key = entry.Key.Value;
            bool isLong = key.Length > LongestSimpleKey;
            if (isLong)
            {
                text.Append("? ");
                WriteText(key, indent, blocks: false);
                text.Append('\n').Append(' ', indent);
            }
            else if (key.Contains('*', StringComparison.Ordinal))
            {
                // In a plain key some readers take it for the beginning of an alias.
                WriteQuoted(key);
            }
            else
            {
                WriteText(key, indent, blocks: false);
            }

            text.Append(':');
            switch (entry.Value)
            {
                case YamlMapping { Entries.Length: > 0 } mapping:
                    text.Append('\n');
                    WriteMapping(mapping, indent + 2, KeyOrder.Ordinal, indentFirst: true);
                    break;
                case YamlSequence { Items.Length: > 0 } list:
                    text.Append('\n');
                    WriteSequence(list, isLong ? indent + 2 : indent, indentFirst: true);
                    break;
                default:
                    text.Append(' ');
                    WriteInline(entry.Value, indent, blocks: true);
                    break;
            }
        }

        private void WriteSequence(YamlSequence list, int indent, bool indentFirst)
        {
            for (int i = 0; i < list.Items.Length; i++)
            {
                if (i > 0 || indentFirst)
                {
                    text.Append(' ', indent);
                }

                text.Append("- ");
                switch (list.Items[i])
                {
                    case YamlMapping { Entries.Length: > 0 } mapping:
                        WriteMapping(mapping, indent + 2, KeyOrder.ListItem, indentFirst: false);
                        break;
                    case YamlSequence { Items.Length: > 0 } inner:
                        WriteSequence(inner, indent + 2, indentFirst: false);
                        break;
                    default:
                        WriteInline(list.Items[i], indent, blocks: true);
                        break;
                }
            }
        }

        private void WriteInline(YamlNode node, int indent, bool blocks)
        {
            switch (node)
            {
                case YamlMapping:
                    text.Append("{}");
                    break;
                case YamlSequence:
                    text.Append("[]");
                    break;
                case YamlScalar scalar:
                    if (WriteScalar(scalar, indent, blocks))
                    {
                        return;
                    }

                    break;
            }

            text.Append('\n');
        }

        /// <summary>Writes a value; true when it ended its own line.</summary>
        private bool WriteScalar(YamlScalar scalar, int indent, bool blocks)
        {
            if (
                scalar.Style == YamlScalarStyle.Plain
                && PlainScalar.Resolve(scalar.Value, out string canonical) != PlainKind.Text
            )
            {
                text.Append(canonical);
                return false;
            }

            return WriteText(scalar.Value, indent, blocks);
        }

        private bool WriteText(string value, int indent, bool blocks)
        {
            if (TextForm.IsSafePlain(value))
            {
                text.Append(value);
                return false;
            }

            if (blocks && TextForm.IsSafeLiteral(value))
            {
                WriteLiteral(value, indent + 2);
                return true;
            }

            WriteQuoted(value);
            return false;
        }

        private void WriteLiteral(string value, int indent)
        {
            // The chomping says how many line feeds end the text: none, one, or as many as stand there.
            text.Append(
                !value.EndsWith('\n') ? "|-\n"
                : value.Length > 1 && value[^2] == '\n' ? "|+\n"
                : "|\n"
            );
            int start = 0;
            while (start < value.Length)
            {
                int end = value.IndexOf('\n', start);
                end = end < 0 ? value.Length : end;
                if (end > start)
                {
                    text.Append(' ', indent).Append(value, start, end - start);
                }

                text.Append('\n');
                start = end + 1;
            }
        }

        private void WriteQuoted(string value)
        {
            text.Append('"');
            for (int i = 0; i < value.Length; i++)
            {
                char c = value[i];
                switch (c)
                {
                    case '"':
                        text.Append("\\\"");
                        break;
                    case '\\':
                        text.Append("\\\\");
                        break;
                    case '\n':
                        text.Append("\\n");
                        break;
                    case '\t':
                        text.Append("\\t");
                        break;
                    case '\r':
                        text.Append("\\r");
                        break;
                    default:
                        if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                        {
                            text.Append(c).Append(value[++i]);
                        }
                        else if (char.IsSurrogate(c))
                        {
                            // Half a character: no encoding carries it.
                            text.Append('\uFFFD');
                        }
                        else if (TextForm.IsPrintable(c))
                        {
                            text.Append(c);
                        }
                        else
                        {
                            text.Append(c <= 0xFF ? "\\x" : "\\u")
                                .Append(((int)c).ToString(c <= 0xFF ? "X2" : "X4", CultureInfo.InvariantCulture));
                        }

                        break;
                }
            }

            text.Append('"');
        }
    }

    /// <summary>Ordinal by key; what names the thing comes first.</summary>
    private sealed class KeyOrder(Func<string, int> rank) : IComparer<YamlEntry>
    {
        public static KeyOrder Ordinal { get; } = new(_ => 0);

        public static KeyOrder Document { get; } =
            new(key =>
                key switch
                {
                    "apiVersion" => 0,
                    "kind" => 1,
                    "metadata" => 2,
                    "spec" => 3,
                    _ => 4,
                }
            );

        public static KeyOrder ListItem { get; } = new(key => key is "name" or "groupName" ? 0 : 1);

        public static KeyOrder Of(IReadOnlyList<string> order) =>
            new(key =>
            {
                int at = 0;
                while (at < order.Count && order[at] != key)
                {
                    at++;
                }

                return at;
            });

        public int Compare(YamlEntry? x, YamlEntry? y)
        {
            int ranks = rank(x!.Key.Value) - rank(y!.Key.Value);
            return ranks != 0 ? ranks : string.CompareOrdinal(x.Key.Value, y.Key.Value);
        }
    }
}

/// <summary>Which texts may stand without quotes, or as a block, without any reader seeing something else.</summary>
internal static class TextForm
{
    private static readonly SearchValues<char> Anywhere = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./+=@$()%^~;<>!?&'\"\\*, :"
    );

    /// <summary>Whether every reader takes the bare word for this very text.</summary>
    public static bool IsSafePlain(string value)
    {
        if (value.Length == 0 || value.AsSpan().ContainsAnyExcept(Anywhere))
        {
            return false;
        }

        char first = value[0];
        if (char.IsAsciiDigit(first))
        {
            return IsQuantity(value);
        }

        if (!char.IsAsciiLetter(first) && first is not ('/' or '_'))
        {
            return false;
        }

        // "a: b" is a mapping, "a #" a comment (# is not allowed at all), and a last blank would be lost.
        for (int i = value.IndexOf(':', StringComparison.Ordinal); i >= 0; i = value.IndexOf(':', i + 1))
        {
            if (i + 1 == value.Length || value[i + 1] == ' ')
            {
                return false;
            }
        }

        return value[^1] != ' ' && !IsWord(value);
    }

    /// <summary>Whether the text can stand as a literal block that keeps every character.</summary>
    public static bool IsSafeLiteral(string value)
    {
        int firstBreak = value.IndexOf('\n', StringComparison.Ordinal);
        if (firstBreak < 0)
        {
            return false;
        }

        int at = 0;
        while (at < value.Length && value[at] == '\n')
        {
            at++;
        }

        // A first line that begins with white space would be taken for the block's indentation.
        if (at == value.Length || value[at] is ' ' or '\t')
        {
            return false;
        }

        for (int i = at; i < value.Length; i++)
        {
            char c = value[i];
            if (c is '\n' or '\t')
            {
                continue;
            }

            if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                i++;
                continue;
            }

            if (!IsPrintable(c))
            {
                return false;
            }
        }

        // Blanks alone on the last lines: readers differ on whether they belong to the text.
        int last = value.Length;
        while (last > 0 && value[last - 1] == '\n')
        {
            last--;
        }

        return value[last - 1] is not (' ' or '\t');
    }

    /// <summary>Whether YAML allows the character unescaped and no reader takes it for a line break or a mark.</summary>
    public static bool IsPrintable(char c) =>
        c is >= ' ' and <= '~'
        || (
            c >= '\u00A0' && c is not ('\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF') && !char.IsSurrogate(c)
        );

    // 8Gi and 500m are words to every reader; 1e3, 0x1F, 12:30 and 2001-01-01 are not.
    private static bool IsQuantity(string value)
    {
        int end = value.Length;
        if (value[^1] == 'i')
        {
            end--;
        }

        return end > 1
            && value[end - 1] is 'm' or 'k' or 'K' or 'M' or 'G' or 'T' or 'P'
            && (value[0] != '0' || end == 2)
            && !value.AsSpan(0, end - 1).ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsWord(string value) =>
        value.Length <= 5
        && value.ToLowerInvariant()
            is "null"
                or "true"
                or "false"
                or "yes"
                or "no"
                or "on"
                or "off"
                or "y"
                or "n"
                or "nan"
                or "inf";
}
