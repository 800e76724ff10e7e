using System.Globalization;
using System.Text;

namespace Rayquest.JobReport.Markdown;

/// <summary>
/// Escaping itself. Backslashes and entities are not enough on GitHub: mentions, issue numbers, commit ids, shortcodes and
/// formulas are looked for after Markdown has been read, in the text as shown. Only code is left alone there, so every
/// word that isn't plainly a word becomes code.
/// </summary>
internal static class MarkdownEscaping
{
    private const string Opening = "(\"'“‘«（「『【《";
    private const string Closing = ").,;:!?\"'”’»…%。，、；：！？）」』】》";

    public static string Prose(string text)
    {
        string line = VisibleText.Line(text).Trim();
        StringBuilder done = new(line.Length + 16);
        int at = 0;
        while (at < line.Length)
        {
            int open = line.IndexOf('`', at);
            int close = open < 0 ? -1 : line.IndexOf('`', open + 1);
            if (close < 0)
            {
                Words(line[at..], done);
                break;
            }

            Words(line[at..open], done);
            if (close > open + 1)
            {
                Separate(done);
                done.Append(Code(line[(open + 1)..close]));
            }

            at = close + 1;
        }

        return done.ToString();
    }

    /// <summary>A code span whose fence no run inside can match; pipes stand outside it, since tables are cut at them first.</summary>
    public static string Code(string text)
    {
        string line = VisibleText.Line(text);
        if (string.IsNullOrWhiteSpace(line))
        {
            return line.Length == 0 ? "<code></code>" : "`␠`";
        }

        if (!line.Contains('|', StringComparison.Ordinal))
        {
            return Span(line);
        }

        StringBuilder done = new();
        bool first = true;
        foreach (string part in line.Split('|'))
        {
            if (!first)
            {
                done.Append("<code>&#124;</code>");
            }

            first = false;
            if (!string.IsNullOrWhiteSpace(part))
            {
                done.Append(Span(part));
            }
        }

        return done.ToString();
    }

    public static string Html(string text)
    {
        string line = VisibleText.Line(text);
        StringBuilder done = new(line.Length + 16);
        foreach (char c in line)
        {
            if (char.IsLetterOrDigit(c) || c is ' ' || c > '~')
            {
                done.Append(c);
            }
            else
            {
                done.Append(CultureInfo.InvariantCulture, $"&#{(int)c};");
            }
        }

        return done.ToString();
    }

    /// <summary>An absolute http(s) address in characters that can't end a link or a table cell; null for any other.</summary>
    public static string? Address(string url)
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
            || uri.Scheme is not ("https" or "http")
            || uri.UserInfo.Length > 0
        )
        {
            return null;
        }

        StringBuilder done = new();
        foreach (char c in uri.AbsoluteUri)
        {
            if (
                char.IsAsciiLetterOrDigit(c)
                || c is ':' or '/' or '?' or '#' or '&' or '=' or '%' or '-' or '.' or '_' or '+' or ',' or ';' or '@'
            )
            {
                done.Append(c);
            }
            else
            {
                done.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
            }
        }

        return done.ToString();
    }

    private static string Span(string text)
    {
        int longest = 0;
        int current = 0;
        foreach (char c in text)
        {
            current = c == '`' ? current + 1 : 0;
            longest = Math.Max(longest, current);
        }

        string fence = new('`', longest + 1);
        string blank = text[0] is '`' or ' ' || text[^1] is '`' or ' ' ? " " : "";
        return $"{fence}{blank}{text}{blank}{fence}";
    }

    private static void Words(string text, StringBuilder done)
    {
        int at = 0;
        while (at < text.Length)
        {
            if (text[at] == ' ')
            {
                if (done.Length > 0 && done[^1] != ' ')
                {
                    done.Append(' ');
                }

                at++;
                continue;
            }

            int end = text.IndexOf(' ', at);
            end = end < 0 ? text.Length : end;
            Word(text[at..end], done);
            at = end;
        }
    }

    private static void Word(string word, StringBuilder done)
    {
        int start = 0;
        int end = word.Length;
        while (start < end && Opening.Contains(word[start], StringComparison.Ordinal))
        {
            start++;
        }

        while (end > start && Closing.Contains(word[end - 1], StringComparison.Ordinal))
        {
            end--;
        }

        string core = word[start..end];
        if (core.Length == 0 || IsPlainWord(core) || (IsTimeOfDay(core) && !word[end..].StartsWith(':')))
        {
            // At the beginning of a line `1.`, `2)` and for some readers `a.` would open a list.
            bool opensList =
                done.Length == 0
                && end < word.Length
                && (word[end] is '.' or ')')
                && end <= (char.IsAsciiDigit(word[0]) ? 9 : 4);
            done.Append(word.AsSpan(0, end));
            if (opensList)
            {
                done.Append('\\');
            }

            Close(word.AsSpan(end), done);
            return;
        }

        if ((core is "-" or "+" or "=") && done.Length > 0)
        {
            done.Append(word.AsSpan(0, start)).Append('\\').Append(core);
            Close(word.AsSpan(end), done);
            return;
        }

        done.Append(word.AsSpan(0, start));
        Separate(done);
        done.Append(Code(core));
        Close(word.AsSpan(end), done);
    }

    // Before a link of ours a `!` would make it an image.
    private static void Close(ReadOnlySpan<char> marks, StringBuilder done)
    {
        foreach (char mark in marks)
        {
            if (mark == '!')
            {
                done.Append('\\');
            }

            done.Append(mark);
        }
    }

    // Two code spans in a row would join their fences.
    private static void Separate(StringBuilder done)
    {
        if (done.Length > 0 && done[^1] == '`')
        {
            done.Append(' ');
        }
    }

    // One colon alone makes no shortcode.
    private static bool IsTimeOfDay(string word) =>
        word is [var h, var hh, ':', var m, var mm]
        && char.IsAsciiDigit(h)
        && char.IsAsciiDigit(hh)
        && char.IsAsciiDigit(m)
        && char.IsAsciiDigit(mm);

    private static bool IsPlainWord(string word)
    {
        if (word is "–" or "—" or "→" or "·" or "×" or "≤" or "≥")
        {
            return true;
        }

        for (int i = 0; i < word.Length; i++)
        {
            char c = word[i];
            bool inside = i > 0 && i + 1 < word.Length;
            bool plain =
                (c < 0x80 ? char.IsAsciiLetterOrDigit(c) : !char.IsControl(c))
                || (inside && (c is '.' or ',' or '\'') && char.IsAsciiLetterOrDigit(word[i - 1]))
                || (
                    inside
                    && (c is '-' or '/')
                    && char.IsLetterOrDigit(word[i - 1])
                    && char.IsLetterOrDigit(word[i + 1])
                );
            if (!plain)
            {
                return false;
            }
        }

        return !HasCommitId(word) && !word.Contains("www.", StringComparison.OrdinalIgnoreCase) && !IsReference(word);
    }

    // Seven hexadecimal digits between two boundaries may be a commit.
    private static bool HasCommitId(string word)
    {
        int run = 0;
        bool hex = true;
        for (int i = 0; i <= word.Length; i++)
        {
            if (i < word.Length && (char.IsLetterOrDigit(word[i]) || word[i] == '_'))
            {
                run++;
                hex = hex && char.IsAsciiHexDigit(word[i]);
                continue;
            }

            if (hex && run >= 7)
            {
                return true;
            }

            run = 0;
            hex = true;
        }

        return false;
    }

    // GH-12, CVE-2026-1, GHSA-…, JIRA-12: a letter, a hyphen, a digit may be linked to a tracker.
    private static bool IsReference(string word)
    {
        int hyphen = word.IndexOf('-', StringComparison.Ordinal);
        return hyphen > 0
            && hyphen + 1 < word.Length
            && (
                word.AsSpan(0, hyphen).IndexOfAnyExceptInRange('A', 'Z') < 0
                || word.StartsWith("gh-", StringComparison.OrdinalIgnoreCase)
            );
    }
}
