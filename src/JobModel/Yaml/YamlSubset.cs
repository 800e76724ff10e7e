using System.Buffers;
using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Yaml;

/// <summary>
/// Reads the part of YAML that nearly all requests, policies and manifests are written in, and gives up at the first
/// thing outside it: then the library reads the file from its first character. Whatever it does return is, node by
/// node and span by span, what the library would have given, and so is what it finds: keys given twice, nothing else
/// (docs/adr/0007).
/// </summary>
/// <remarks>
/// Read here: block mappings and lists by indentation, <c>{…}</c> and <c>[…]</c> on one line, scalars without quotes or
/// in quotes on one line, literal blocks, comments, <c>---</c> on a line of its own.
/// </remarks>
internal ref struct YamlSubset
{
    // The library refuses keys longer than 1,024 characters.
    private const int MaxKeyLength = 1000;

    // Tabs, line ends other than LF, and what else the library has an opinion of its own about.
    private static readonly SearchValues<char> Foreign = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\v\f\r\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016"
            + "\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F"
            + "\u0080\u0081\u0082\u0083\u0084\u0086\u0087\u0088\u0089\u008A\u008B\u008C\u008D\u008E\u008F"
            + "\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009A\u009B\u009C\u009D\u009E\u009F\uFFFE\uFFFF"
            + "\u0085\u2028\u2029\uFEFF"
    );

    private static readonly SearchValues<char> Indicators = SearchValues.Create("-?:,[]{}#&*!|>'\"%@`");
    private static readonly SearchValues<char> FlowIndicators = SearchValues.Create(":,[]{}#\n");
    private static readonly SearchValues<char> LineIndicators = SearchValues.Create(":#\n");

    private readonly SourceText source;
    private readonly ReadOnlySpan<char> text;
    private readonly YamlLimits limits;
    private List<YamlComment>? comments;
    private List<Finding>? repeated;
    private int nodes;

    // Where reading stands. Between entries of a block: at the first character of a line with content, whose column
    // is `column`; `column` is -1 at the end of the document.
    private int at;
    private int column;

    private YamlSubset(SourceText source, YamlLimits limits)
    {
        this.source = source;
        text = source.Text;
        this.limits = limits;
    }

    /// <summary>The file, or null when it holds something that only the library reads.</summary>
    /// <param name="isTooLarge">Whether the file is what could be read until it held more values than allowed.</param>
    /// <param name="findings">Keys given twice, where the file could be read.</param>
    public static YamlFile? TryRead(SourceText source, YamlLimits limits, FindingBag findings, out bool isTooLarge)
    {
        YamlSubset reader = new(source, limits);
        List<YamlNode> documents = new(1);
        YamlFile? file = reader.text.ContainsAny(Foreign) ? null : reader.ReadFile(documents);
        // All before that was in order; the library would come as far, slowly.
        isTooLarge = file is null && reader.nodes > limits.MaxNodes;
        if (file is not null || isTooLarge)
        {
            findings.AddRange(reader.repeated ?? []);
        }

        return isTooLarge ? new YamlFile(source, documents, reader.comments ?? [], IsPartial: true) : file;
    }

    private YamlFile? ReadFile(List<YamlNode> documents)
    {
        if (!NextLine())
        {
            return null;
        }

        while (true)
        {
            if (column < 0 && !SkipMarker())
            {
                return null;
            }

            if (column < 0 || ReadBlock(-1, 0) is not { } root)
            {
                // An empty document.
                return null;
            }

            documents.Add(root);
            if (column >= 0)
            {
                return null;
            }

            if (at >= text.Length)
            {
                return new YamlFile(source, documents, comments ?? [], IsPartial: false);
            }

            if (limits.PlainSubset)
            {
                return null;
            }
        }
    }

    // `---` alone on its line; whatever else begins there is not for us.
    private bool SkipMarker()
    {
        if (at + 3 > text.Length || text[at] != '-')
        {
            return false;
        }

        at += 3;
        return EndLine(mayComment: false) && NextLine();
    }

    // ---- Lines ------------------------------------------------------------------------------------------------------

    // From the beginning of a line to the next line with content: blank lines and comments are passed. True always, so
    // that it can stand in a chain of conditions.
    private bool NextLine()
    {
        while (at < text.Length)
        {
            int start = at;
            while (at < text.Length && text[at] == ' ')
            {
                at++;
            }

            if (at == text.Length)
            {
                break;
            }

            char c = text[at];
            if (c == '\n')
            {
                at++;
                continue;
            }

            if (c == '#')
            {
                Comment();
                continue;
            }

            column = at - start;
            if (column == 0 && IsMarker())
            {
                column = -1;
            }

            return true;
        }

        column = -1;
        return true;
    }

    private readonly bool IsMarker() =>
        text[at] is '-' or '.'
        && at + 2 < text.Length
        && text[at + 1] == text[at]
        && text[at + 2] == text[at]
        && IsBlank(at + 3);

    // A comment to the end of its line, and past the line break.
    private void Comment()
    {
        int end = LineEnd(at);
        TextSpan span = Trimmed(at, end);
        (comments ??= []).Add(new YamlComment(new SourceSpan(source, span), text[(at + 1)..end].Trim().ToString()));
        at = end < text.Length ? end + 1 : end;
    }

    // After a value: spaces, perhaps a comment, the line break. A comment needs a space before it.
    private bool EndLine(bool mayComment = true)
    {
        int start = at;
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        if (at == text.Length)
        {
            return true;
        }

        if (text[at] == '\n')
        {
            at++;
            return true;
        }

        if (text[at] != '#' || at == start || !mayComment)
        {
            return false;
        }

        Comment();
        return true;
    }

    private readonly int LineEnd(int from)
    {
        int length = text[from..].IndexOf('\n');
        return length < 0 ? text.Length : from + length;
    }

    private readonly bool IsBlank(int index) => index >= text.Length || text[index] is ' ' or '\n';

    private readonly TextSpan Trimmed(int start, int end)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return new TextSpan(start, end);
    }

    // ---- Blocks -----------------------------------------------------------------------------------------------------

    // The block that begins on this line, which stands deeper than its parent.
    private YamlNode? ReadBlock(int parent, int depth)
    {
        if (column <= parent)
        {
            return null;
        }

        return text[at] == '-' && IsBlank(at + 1)
            ? ReadList(column, depth, isIndented: true)
            : ReadMapping(column, depth);
    }

    private YamlMapping? ReadMapping(int indent, int depth)
    {
        if (depth >= limits.MaxDepth || !Count())
        {
            return null;
        }

        List<YamlEntry> entries = [];
        HashSet<string>? seen = null;
        int first = at;
        int end = first;
        do
        {
            if (ReadKey() is not { } key || !Count() || ReadValue(indent, depth + 1) is not { } value)
            {
                return null;
            }

            if (!Add(entries, ref seen, key, value) || column > indent)
            {
                return null;
            }

            end = Math.Max(end, value.Span.Span.End);
        } while (column == indent && !(text[at] == '-' && IsBlank(at + 1)));

        return column == indent ? null : new YamlMapping(Span(first, end), [.. entries], isFlow: false);
    }

    // False for a merge key: what it means is the library's to say. Of a key given twice the first counts.
    private bool Add(List<YamlEntry> entries, ref HashSet<string>? seen, YamlScalar key, YamlNode value)
    {
        string name = key.Value;
        if (name == "<<")
        {
            return false;
        }

        if (entries.Count < 8)
        {
            foreach (YamlEntry entry in entries)
            {
                if (entry.Key.Value == name)
                {
                    Repeat(key, entries);
                    return true;
                }
            }
        }
        else
        {
            if (seen is null)
            {
                seen = new HashSet<string>(StringComparer.Ordinal);
                foreach (YamlEntry entry in entries)
                {
                    seen.Add(entry.Key.Value);
                }
            }

            if (!seen.Add(name))
            {
                Repeat(key, entries);
                return true;
            }
        }

        entries.Add(new YamlEntry(key, value));
        return true;
    }

    private void Repeat(YamlScalar key, List<YamlEntry> entries)
    {
        repeated ??= [];
        // No more of them are told, and a file may hold thousands.
        if (repeated.Count < FindingBag.MaxOfOneRule)
        {
            repeated.Add(YamlReader.GivenTwice(key, entries));
        }
    }

    // A list at this indentation. One that stands no deeper than the key it belongs to ends at the next key.
    private YamlSequence? ReadList(int indent, int depth, bool isIndented)
    {
        if (depth >= limits.MaxDepth || !Count())
        {
            return null;
        }

        List<YamlNode> items = [];
        int first = at;
        int end = first;
        do
        {
            if (ReadItem(indent, depth + 1) is not { } item || column > indent)
            {
                return null;
            }

            items.Add(item);
            end = Math.Max(end, item.Span.Span.End);
        } while (column == indent && text[at] == '-' && IsBlank(at + 1));

        return column == indent && isIndented ? null : new YamlSequence(Span(first, end), [.. items], isFlow: false);
    }

    // From the `-` of an item to the next line with content.
    private YamlNode? ReadItem(int indent, int depth)
    {
        int dash = at;
        at++;
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        if (at == text.Length || text[at] is '\n' or '#' || (text[at] == '-' && IsBlank(at + 1)))
        {
            return null;
        }

        if (text[at] is '[' or '{' or '|')
        {
            return ReadInline(indent, depth);
        }

        int start = at;
        if (FindKeyEnd(start) is { } _)
        {
            int inner = indent + (start - dash);
            column = inner;
            return ReadMapping(inner, depth);
        }

        at = start;
        return ReadInline(indent, depth);
    }

    // Where the key that begins here ends, which is at its colon; null when the line is no `key: value`.
    private readonly int? FindKeyEnd(int start)
    {
        int from = start;
        if (text[start] is '\'' or '"')
        {
            int close = CloseOf(start);
            if (close < 0)
            {
                return null;
            }

            from = close + 1;
            while (from < text.Length && text[from] == ' ')
            {
                from++;
            }

            return from < text.Length && text[from] == ':' && IsBlank(from + 1) ? from : null;
        }

        while (true)
        {
            int next = text[from..].IndexOfAny(LineIndicators);
            if (next < 0)
            {
                return null;
            }

            from += next;
            switch (text[from])
            {
                case ':' when IsBlank(from + 1):
                    return from;
                case '\n':
                case '#' when text[from - 1] == ' ':
                    return null;
                default:
                    from++;
                    break;
            }
        }
    }

    // A key and its colon.
    private YamlScalar? ReadKey()
    {
        int start = at;
        if (FindKeyEnd(start) is not { } colon || colon - start > MaxKeyLength)
        {
            return null;
        }

        YamlScalar? key;
        if (text[start] is '\'' or '"')
        {
            key = ReadQuoted();
        }
        else
        {
            // `*` after a space begins an alias for the library, inside a key.
            if (!MayBegin(start) || text[start..colon].Contains('*'))
            {
                return null;
            }

            key = Plain(start, colon);
        }

        at = colon + 1;
        return key;
    }

    // From behind a key's colon to the next line with content.
    private YamlNode? ReadValue(int indent, int depth)
    {
        int colon = at;
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        if (at < text.Length && text[at] != '\n' && text[at] != '#')
        {
            return ReadInline(indent, depth);
        }

        at = colon;
        if (!EndLine() || !NextLine())
        {
            return null;
        }

        if (column > indent)
        {
            return ReadBlock(indent, depth);
        }

        if (column == indent && text[at] == '-' && IsBlank(at + 1))
        {
            return ReadList(indent, depth, isIndented: false);
        }

        return Count() ? new YamlScalar(Span(colon, colon), "", YamlScalarStyle.Plain) : null;
    }

    // A value that begins on the line of its key or dash, to the next line with content.
    private YamlNode? ReadInline(int indent, int depth)
    {
        YamlNode? value;
        switch (text[at])
        {
            case '|':
                return Count() && ReadLiteral(indent) is { } literal && NextLine() ? literal : null;
            case '[':
                value = ReadFlowList(depth);
                break;
            case '{':
                value = ReadFlowMapping(depth);
                break;
            case '\'':
            case '"':
                value = Count() ? ReadQuoted() : null;
                break;
            default:
                value = Count() ? ReadPlain() : null;
                break;
        }

        // A deeper line would go on with the scalar; whoever called looks at the column.
        return value is not null && EndLine() && NextLine() ? value : null;
    }

    // ---- Scalars ----------------------------------------------------------------------------------------------------

    private readonly bool MayBegin(int index) =>
        !Indicators.Contains(text[index]) || (text[index] == '-' && !IsBlank(index + 1));

    private readonly YamlScalar Plain(int start, int end)
    {
        while (end > start && text[end - 1] == ' ')
        {
            end--;
        }

        return new YamlScalar(
            new SourceSpan(source, Trimmed(start, end)),
            text[start..end].ToString(),
            YamlScalarStyle.Plain
        );
    }

    // A scalar without quotes, to the end of its line or the comment there.
    private YamlScalar? ReadPlain()
    {
        int start = at;
        if (!MayBegin(start))
        {
            return null;
        }

        int end = start + 1;
        while (true)
        {
            int next = text[end..].IndexOfAny(LineIndicators);
            end = next < 0 ? text.Length : end + next;
            if (end == text.Length || text[end] == '\n')
            {
                break;
            }

            if (text[end] == '#' && text[end - 1] == ' ')
            {
                // The space belongs to what follows: a comment needs one before it.
                end--;
                break;
            }

            if (text[end] == ':' && IsBlank(end + 1))
            {
                return null;
            }

            end++;
        }

        at = end;
        return Plain(start, end);
    }

    // The closing quote of a scalar on one line; -1 where there is none.
    private readonly int CloseOf(int start)
    {
        char quote = text[start];
        int index = start + 1;
        while (index < text.Length)
        {
            char c = text[index];
            if (c == '\n')
            {
                return -1;
            }

            if (c == quote)
            {
                if (quote == '"' || index + 1 >= text.Length || text[index + 1] != '\'')
                {
                    return index;
                }

                index++;
            }
            else if (c == '\\' && quote == '"')
            {
                index++;
            }

            index++;
        }

        return -1;
    }

    private YamlScalar? ReadQuoted()
    {
        int start = at;
        int close = CloseOf(start);
        if (close < 0)
        {
            return null;
        }

        ReadOnlySpan<char> body = text[(start + 1)..close];
        string? value =
            text[start] == '\''
                ? (body.Contains('\'') ? body.ToString().Replace("''", "'", StringComparison.Ordinal) : body.ToString())
            : body.Contains('\\') ? Unescaped(body)
            : body.ToString();
        at = close + 1;
        return value is null ? null : new YamlScalar(Span(start, close + 1), value, YamlScalarStyle.Quoted);
    }

    // The usual escapes; null for the others.
    private static string? Unescaped(ReadOnlySpan<char> body)
    {
        StringBuilder value = new(body.Length);
        for (int i = 0; i < body.Length; i++)
        {
            if (body[i] != '\\')
            {
                value.Append(body[i]);
                continue;
            }

            i++;
            char? meant = body[i] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '"' => '"',
                '\\' => '\\',
                '/' => '/',
                _ => null,
            };
            if (meant is not { } c)
            {
                return null;
            }

            value.Append(c);
        }

        return value.ToString();
    }

    // `|` with or without `-` or `+`; its indentation is that of its first line, which must not be blank.
    private YamlScalar? ReadLiteral(int parent)
    {
        int start = at;
        at++;
        char chomping = at < text.Length && text[at] is '-' or '+' ? text[at++] : ' ';
        if (!EndLine(mayComment: false) || at >= text.Length)
        {
            return null;
        }

        int indent = 0;
        while (at + indent < text.Length && text[at + indent] == ' ')
        {
            indent++;
        }

        if (indent <= parent || at + indent == text.Length || text[at + indent] == '\n')
        {
            return null;
        }

        StringBuilder value = new();
        int breaks = 0;
        int end = at;
        while (at < text.Length)
        {
            int spaces = 0;
            while (spaces < indent && at + spaces < text.Length && text[at + spaces] == ' ')
            {
                spaces++;
            }

            int content = at + spaces;
            if (content == text.Length)
            {
                // Spaces and no line break at the end of the file.
                if (spaces == indent)
                {
                    return null;
                }

                break;
            }

            if (text[content] == '\n')
            {
                breaks++;
                at = content + 1;
                end = at;
                continue;
            }

            if (spaces < indent)
            {
                break;
            }

            value.Append('\n', breaks);
            int lineEnd = LineEnd(content);
            value.Append(text[content..lineEnd]);
            breaks = lineEnd < text.Length ? 1 : 0;
            at = lineEnd + breaks;
            end = at;
        }

        value.Append(
            '\n',
            chomping == '-' ? 0
                : chomping == '+' ? breaks
                : Math.Min(breaks, 1)
        );
        return new YamlScalar(new SourceSpan(source, Trimmed(start, end)), value.ToString(), YamlScalarStyle.Block);
    }

    // ---- Flow, on one line ------------------------------------------------------------------------------------------

    private YamlSequence? ReadFlowList(int depth)
    {
        if (depth >= limits.MaxDepth || !Count())
        {
            return null;
        }

        int first = at;
        List<YamlNode> items = [];
        at++;
        SkipSpaces();
        if (at < text.Length && text[at] == ']')
        {
            at++;
            return new YamlSequence(Span(first, at), [.. items], isFlow: true);
        }

        while (true)
        {
            if (ReadFlowNode(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
            SkipSpaces();
            if (at >= text.Length)
            {
                return null;
            }

            switch (text[at++])
            {
                case ']':
                    return new YamlSequence(Span(first, at), [.. items], isFlow: true);
                case ',':
                    SkipSpaces();
                    break;
                default:
                    return null;
            }
        }
    }

    private YamlMapping? ReadFlowMapping(int depth)
    {
        if (depth >= limits.MaxDepth || !Count())
        {
            return null;
        }

        int first = at;
        List<YamlEntry> entries = [];
        HashSet<string>? seen = null;
        at++;
        SkipSpaces();
        if (at < text.Length && text[at] == '}')
        {
            at++;
            return new YamlMapping(Span(first, at), [.. entries], isFlow: true);
        }

        while (true)
        {
            int start = at;
            if (ReadFlowScalar() is not { } key || at - start > MaxKeyLength)
            {
                return null;
            }

            SkipSpaces();
            if (at + 1 >= text.Length || text[at] != ':' || text[at + 1] != ' ')
            {
                return null;
            }

            at++;
            SkipSpaces();
            if (ReadFlowNode(depth + 1) is not { } value || !Add(entries, ref seen, key, value))
            {
                return null;
            }

            SkipSpaces();
            if (at >= text.Length)
            {
                return null;
            }

            switch (text[at++])
            {
                case '}':
                    return new YamlMapping(Span(first, at), [.. entries], isFlow: true);
                case ',':
                    SkipSpaces();
                    break;
                default:
                    return null;
            }
        }
    }

    private YamlNode? ReadFlowNode(int depth) =>
        at >= text.Length ? null
        : text[at] == '[' ? ReadFlowList(depth)
        : text[at] == '{' ? ReadFlowMapping(depth)
        : ReadFlowScalar();

    private YamlScalar? ReadFlowScalar()
    {
        if (at >= text.Length || !Count())
        {
            return null;
        }

        if (text[at] is '\'' or '"')
        {
            return ReadQuoted();
        }

        int start = at;
        if (
            text[start] is ' ' or '\n'
            || !MayBegin(start)
            || (text[start] == '-' && ",[]{}".Contains(text[start + 1], StringComparison.Ordinal))
        )
        {
            return null;
        }

        int end = start;
        while (true)
        {
            int next = text[end..].IndexOfAny(FlowIndicators);
            if (next < 0)
            {
                return null;
            }

            end += next;
            char c = text[end];
            if (c == ':')
            {
                if (IsBlank(end + 1))
                {
                    break;
                }

                if (",[]{}".Contains(text[end + 1], StringComparison.Ordinal))
                {
                    return null;
                }
            }
            else if (c == '#')
            {
                if (text[end - 1] == ' ')
                {
                    return null;
                }
            }
            else
            {
                break;
            }

            end++;
        }

        // A word that begins with `*` is an alias for the library, and takes the colon with it.
        if (text[start..end].Contains(" *", StringComparison.Ordinal))
        {
            return null;
        }

        at = end;
        return Plain(start, end);
    }

    private void SkipSpaces()
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
    }

    // ---- Accounts ---------------------------------------------------------------------------------------------------

    private bool Count() => ++nodes <= limits.MaxNodes;

    private readonly SourceSpan Span(int start, int end) => new(source, new TextSpan(start, end));
}
