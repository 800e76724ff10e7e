using System.Globalization;
using System.Text;
using Wcwidth;

namespace Rayquest.JobLint.Output;

/// <summary>
/// Text made safe for a terminal and a workflow's log: control, direction-changing and zero-width characters become visible
/// escapes, and what the runner would take for one of its old commands is broken.
/// </summary>
public static class TerminalText
{
    /// <summary>The text on one line, with tabs as one blank, so that carets below it stand right.</summary>
    public static string Line(string text)
    {
        text = WithoutCommands(text);
        int first = IndexOfUnsafe(text);
        if (first < 0)
        {
            return text;
        }

        StringBuilder safe = new(text.Length + 16);
        foreach (char c in text)
        {
            if (c == '\t')
            {
                safe.Append(' ');
            }
            else if (IsUnsafe(c))
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                safe.Append(c);
            }
        }

        return safe.ToString();
    }

    /// <summary>
    /// The text without <c>##[</c>: GitHub's runner obeys <c>##[stop-commands]</c> and the like anywhere in a line. As many
    /// characters as before, so columns stay; a text that is printed in pieces goes through this while it is whole.
    /// </summary>
    public static string WithoutCommands(string text) => text.Replace("##[", "#\uFF03[", StringComparison.Ordinal);

    /// <summary>How many terminal columns the safe form of a text takes; wide East Asian characters take two.</summary>
    public static int Width(string text)
    {
        int width = 0;
        foreach (Rune rune in Line(text).EnumerateRunes())
        {
            width += Cells(rune);
        }

        return width;
    }

    /// <summary>How many columns one character takes: East Asian letters and most pictures two, marks on another none.</summary>
    public static int Cells(Rune rune) =>
        rune.Value is >= ' ' and <= '~' ? 1 : Math.Max(0, UnicodeCalculator.GetWidth(rune));

    private static int IndexOfUnsafe(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsUnsafe(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsUnsafe(char c) =>
        char.IsControl(c)
        || c
            is (>= '\u200B' and <= '\u200F')
                or (>= '\u202A' and <= '\u202E')
                or (>= '\u2060' and <= '\u2069')
                or '\uFEFF'
                or '\u2028'
                or '\u2029';
}
