using System.Globalization;
using System.Text;

namespace Rayquest.JobReport.Markdown;

/// <summary>
/// Text in which everything can be seen: control characters, escape sequences, direction overrides and characters without
/// width are named instead of obeyed. What a reviewer reads is then what the file holds.
/// </summary>
public static class VisibleText
{
    /// <summary>On one line: line breaks and tabs become blanks.</summary>
    public static string Line(string text) => Show(text, keepLines: false);

    /// <summary>Lines and tabs kept.</summary>
    public static string Lines(string text) => Show(text, keepLines: true);

    private static string Show(string text, bool keepLines)
    {
        if (IsPlain(text))
        {
            return text;
        }

        StringBuilder shown = new(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                continue;
            }

            if (c is '\n' or '\r')
            {
                shown.Append(keepLines ? '\n' : ' ');
                continue;
            }

            if (c == '\t')
            {
                shown.Append(keepLines ? '\t' : ' ');
                continue;
            }

            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                int point = char.ConvertToUtf32(c, text[i + 1]);
                i++;
                if (IsHidden(CharUnicodeInfo.GetUnicodeCategory(point), point))
                {
                    Name(point, shown);
                }
                else
                {
                    shown.Append(c).Append(text[i]);
                }

                continue;
            }

            if (char.IsSurrogate(c))
            {
                shown.Append('\uFFFD');
            }
            else if (IsHidden(char.GetUnicodeCategory(c), c))
            {
                Name(c, shown);
            }
            else
            {
                shown.Append(c);
            }
        }

        return shown.ToString();
    }

    private static bool IsPlain(string text)
    {
        foreach (char c in text)
        {
            if (c is < ' ' or > '~')
            {
                return false;
            }
        }

        return true;
    }

    // Combining marks stay: languages need them. Private use and unassigned stay too: fonts show a box.
    private static bool IsHidden(UnicodeCategory category, int point) =>
        category
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
        || (category == UnicodeCategory.SpaceSeparator && point != ' ')
        || point is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x034F or 0x17B4 or 0x17B5 or 0x2800
        || point is (>= 0xFE00 and <= 0xFE0E) or (>= 0xE0100 and <= 0xE01EF);

    private static void Name(int point, StringBuilder shown) =>
        shown.Append(CultureInfo.InvariantCulture, $"⟨U+{point:X4}⟩");
}
