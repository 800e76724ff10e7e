using System.Text;
using System.Text.RegularExpressions;

namespace Rayquest.JobModel.Text;

/// <summary>
/// What input methods for Chinese and Japanese write where YAML wants ASCII: <c>：，｛｝“”</c>, full-width letters, digits and
/// blanks. In prose they are right; between keys and values they are a slip.
/// </summary>
public static partial class FullWidthText
{
    private const int Distance = 0xFEE0;

    /// <summary>Whether a character is the full-width twin of one of ASCII's.</summary>
    public static bool IsWide(char c) =>
        c is (>= '\uFF01' and <= '\uFF5E') or '\u3000' or '“' or '”' or '‘' or '’' or '、' or '【' or '】';

    /// <summary>The text with ASCII's characters; a colon or comma gets the blank that YAML wants after it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="next">What stands behind it.</param>
    public static string Narrow(ReadOnlySpan<char> text, char next = '\n')
    {
        StringBuilder narrow = new(text.Length + 4);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            narrow.Append(Of(c));
            bool isFollowed = Of(i + 1 < text.Length ? text[i + 1] : next) is not (' ' or '\t' or '\r' or '\n');
            if (isFollowed && (c is '：' or '，' or '、'))
            {
                narrow.Append(' ');
            }
        }

        return narrow.ToString();
    }

    /// <summary>Where the first and behind the last wide character of a text stand; null where there is none.</summary>
    public static TextSpan? Find(ReadOnlySpan<char> text)
    {
        int first = 0;
        while (first < text.Length && !IsWide(text[first]))
        {
            first++;
        }

        int end = text.Length;
        while (end > first && !IsWide(text[end - 1]))
        {
            end--;
        }

        return first == end ? null : new TextSpan(first, end);
    }

    /// <summary>What may have been meant, the readings that change less first: each a text, and the lines that differ.</summary>
    internal static IEnumerable<(string Text, IReadOnlyList<(TextSpan Span, string Narrow)> Changes)> Readings(
        string text
    )
    {
        foreach (bool isThorough in (bool[])[false, true])
        {
            List<(TextSpan Span, string Narrow)> changes = [];
            StringBuilder whole = new(text.Length + 64);
            int block = -1;
            for (int start = 0; start < text.Length; )
            {
                int end = text.IndexOf('\n', start);
                end = end < 0 ? text.Length : end + 1;
                ReadOnlySpan<char> line = text.AsSpan(start, end - start);
                int indent = line.IndexOfAnyExcept(' ');
                if (block >= 0 && (indent > block || line.IsWhiteSpace()))
                {
                    whole.Append(line);
                }
                else
                {
                    TextSpan? wide = Find(line) is null ? null : Structure(line, isThorough);
                    string narrow = wide is { } span
                        ? Narrow(line[span.Start..span.End], span.End < line.Length ? line[span.End] : '\n')
                        : "";
                    whole.Append(wide is { } part ? $"{line[..part.Start]}{narrow}{line[part.End..]}" : line);
                    if (wide is { } at && !line[at.Start..at.End].SequenceEqual(narrow))
                    {
                        changes.Add((new TextSpan(start + at.Start, start + at.End), narrow));
                    }

                    block = BlockScalar().IsMatch(line) ? indent : -1;
                }

                start = end;
            }

            if (changes.Count > 0)
            {
                yield return (whole.ToString(), changes);
            }
        }
    }

    // The part of a line that is structure: the key with its colon, and the value where it is a flow collection or quoted.
    private static TextSpan? Structure(ReadOnlySpan<char> line, bool isThorough)
    {
        int end = Comment(line);
        ReadOnlySpan<char> body = line[..end];
        if (isThorough)
        {
            return Find(body);
        }

        int to = 0;
        foreach (ValueMatch key in Key().EnumerateMatches(body))
        {
            to = key.Index + key.Length;
            ReadOnlySpan<char> value = body[to..].TrimStart(" \u3000");
            if (value.Length > 0 && value[0] is '{' or '[' or '｛' or '［' or '【' or '“' or '‘')
            {
                to = body.Length;
            }
        }

        return Find(body[..to]);
    }

    private static int Comment(ReadOnlySpan<char> line)
    {
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'')
            {
                quote = c;
            }
            else if (c == '#' && (i == 0 || line[i - 1] is ' ' or '\t'))
            {
                return i;
            }
        }

        return line.TrimEnd("\r\n").Length;
    }

    private static char Of(char c) =>
        c switch
        {
            '\u3000' => ' ',
            '“' or '”' => '"',
            '‘' or '’' => '\'',
            '、' => ',',
            '【' => '[',
            '】' => ']',
            >= '\uFF01' and <= '\uFF5E' => (char)(c - Distance),
            _ => c,
        };

    [GeneratedRegex(@"^[ \u3000]*(-[ \u3000]+)*[A-Za-z_][A-Za-z0-9_./-]*[ \u3000]*[:：]", RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex(@"[:-][ \t]+[|>][+-]?[0-9]?[ \t]*(#.*)?\r?\n?$", RegexOptions.NonBacktracking)]
    private static partial Regex BlockScalar();
}
