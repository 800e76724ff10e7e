using System.Text;

namespace Rayquest.JobModel.Languages;

/// <summary>An entry of a table of strings: where it is said, the English, the translation (empty for none yet).</summary>
/// <param name="Context">A rule's code, or a part of what we say (<c>comment</c>, <c>state</c> …); empty for anywhere.</param>
/// <param name="Id">The English template.</param>
/// <param name="Text">The same in the file's language.</param>
/// <param name="Line">The line at which the entry begins.</param>
public sealed record PoEntry(string Context, string Id, string Text, int Line);

/// <summary>
/// Reads the part of gettext's PO format that we use: <c>msgctxt</c>, <c>msgid</c> and <c>msgstr</c> in double quotes,
/// over several lines where wanted, and comments. Plural forms and obsolete entries are left out.
/// </summary>
public static class PoFile
{
    private enum Part
    {
        None,
        Context,
        Id,
        Text,
    }

    /// <summary>The entries; the header, whose <c>msgid</c> is empty, is the first where there is one.</summary>
    /// <exception cref="FormatException">A line is none of the format.</exception>
    public static IReadOnlyList<PoEntry> Read(string file)
    {
        List<PoEntry> entries = [];
        StringBuilder[] texts = [new(), new(), new(), new()];
        Part part = Part.None;
        int begin = 0;
        int number = 0;
        foreach (ReadOnlySpan<char> raw in file.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = raw.Trim();
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }

            Part next =
                line.StartsWith("msgctxt ") ? Part.Context
                : line.StartsWith("msgid ") ? Part.Id
                : line.StartsWith("msgstr ") ? Part.Text
                : Part.None;
            if (next != Part.None)
            {
                if (part == Part.Text)
                {
                    Close();
                }

                begin = part == Part.None ? number : begin;
                if (next <= part || (next == Part.Text && part != Part.Id))
                {
                    throw Fault(number, "msgctxt, msgid and msgstr stand in this order");
                }

                part = next;
                line = line[line.IndexOf(' ')..].TrimStart();
            }
            else if (part == Part.None)
            {
                throw Fault(number, "text that belongs to no msgid or msgstr");
            }

            Append(texts[(int)part], line, number);
        }

        if (part == Part.Text)
        {
            Close();
        }

        return part == Part.None ? entries : throw Fault(number, "an entry without msgstr");

        void Close()
        {
            entries.Add(new PoEntry(texts[1].ToString(), texts[2].ToString(), texts[3].ToString(), begin));
            foreach (StringBuilder text in texts)
            {
                text.Clear();
            }

            part = Part.None;
        }
    }

    private static void Append(StringBuilder text, ReadOnlySpan<char> quoted, int line)
    {
        if (quoted.Length < 2 || quoted[0] != '"' || quoted[^1] != '"')
        {
            throw Fault(line, "text stands in double quotes");
        }

        for (int i = 1; i < quoted.Length - 1; i++)
        {
            char c = quoted[i];
            if (c == '"')
            {
                throw Fault(line, "a double quote in text is written \\\"");
            }

            if (c != '\\')
            {
                text.Append(c);
                continue;
            }

            i++;
            text.Append(
                (i < quoted.Length - 1 ? quoted[i] : '\0') switch
                {
                    'n' => '\n',
                    't' => '\t',
                    '"' => '"',
                    '\\' => '\\',
                    _ => throw Fault(line, "after a backslash only n, t, \\ or \" may stand"),
                }
            );
        }
    }

    private static FormatException Fault(int line, string what) => new($"line {line}: {what}");
}
