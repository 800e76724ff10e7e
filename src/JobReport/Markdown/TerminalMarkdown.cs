using System.Globalization;
using System.Net;
using System.Text;
using Rayquest.JobLint.Output;

namespace Rayquest.JobReport.Markdown;

/// <summary>
/// Our own Markdown for a terminal: headings bold, tables aligned, folded parts opened, links by their labels. It reads what
/// <see cref="MarkdownText"/> writes, nothing more; colours only where they are wanted.
/// </summary>
public static class TerminalMarkdown
{
    private const string Bold = "\u001b[1m";
    private const string Dim = "\u001b[2m";
    private const string Cyan = "\u001b[36m";
    private const string Green = "\u001b[32m";
    private const string Red = "\u001b[31m";
    private const string Reset = "\u001b[0m";

    /// <summary>The text with its markup turned into layout.</summary>
    /// <param name="longestFence">How many lines of a code block are shown.</param>
    /// <param name="width">Cells of a line; what is longer is wrapped, in tables within its column.</param>
    /// <param name="opened">Whether folded parts are opened.</param>
    public static string Render(
        MarkdownText text,
        bool colour,
        int longestFence = 400,
        int width = int.MaxValue,
        bool opened = true
    )
    {
        StringBuilder done = new();
        List<string[]> table = [];
        string? fence = null;
        int shown = 0;
        bool folded = false;
        foreach (string line in text.ToString().Split('\n'))
        {
            if (folded)
            {
                folded = line != "</details>";
                continue;
            }

            if (fence is not null)
            {
                if (line == fence)
                {
                    if (shown > longestFence)
                    {
                        done.Append(
                                Paint(
                                    $"    … {(shown - longestFence).ToString(CultureInfo.InvariantCulture)} more lines",
                                    Dim,
                                    colour
                                )
                            )
                            .Append('\n');
                    }

                    fence = null;
                }
                else if (shown++ < longestFence)
                {
                    done.Append("    ")
                        .Append(
                            Paint(
                                Cut(line, width - 4),
                                line.StartsWith('+') ? Green
                                    : line.StartsWith('-') ? Red
                                    : Dim,
                                colour
                            )
                        )
                        .Append('\n');
                }

                continue;
            }

            if (line.StartsWith('|'))
            {
                table.Add(Cells(line));
                continue;
            }

            Flush(table, done, colour, width);
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fence = new string('`', line.TakeWhile(c => c == '`').Count());
                shown = 0;
            }
            else if (line.StartsWith("<!--", StringComparison.Ordinal) || line is "</details>")
            {
                // Nothing a reader would see.
            }
            else if (line.StartsWith("<details", StringComparison.Ordinal))
            {
                string summary = line[(line.IndexOf("<summary>", StringComparison.Ordinal) + 9)..]
                    .Replace("</summary>", "", StringComparison.Ordinal);
                done.Append(opened ? "▾ " : "▸ ").Append(Inline(summary, colour)).Append('\n');
                folded = !opened;
            }
            else if (line.StartsWith('#'))
            {
                done.Append(Paint(Inline(line.TrimStart('#').TrimStart(), colour: false), Bold, colour)).Append('\n');
            }
            else if (line.Length > 0 || (done.Length > 1 && done[^2] != '\n'))
            {
                done.AppendJoin(
                        '\n',
                        Wrap(Inline(line, colour), width, line.StartsWith("- ", StringComparison.Ordinal) ? "  " : "")
                    )
                    .Append('\n');
            }
        }

        Flush(table, done, colour, width);
        return done.ToString().TrimEnd('\n') + "\n";
    }

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(c => c.Trim())];

    private static void Flush(List<string[]> table, StringBuilder done, bool colour, int width)
    {
        if (table.Count == 0)
        {
            return;
        }

        // The second row is the rule below the head.
        string[][] rows =
        [
            .. table.Where((_, i) => i != 1).Select(row => row.Select(c => Inline(c, colour: false)).ToArray()),
        ];
        int columns = rows.Max(r => r.Length);
        int[] widths = [.. Enumerable.Range(0, columns).Select(c => rows.Max(r => c < r.Length ? Width(r[c]) : 0))];
        // No column becomes narrower than its longest word.
        int[] least =
        [
            .. Enumerable.Range(0, columns).Select(c => rows.Max(r => c < r.Length ? r[c].Split(' ').Max(Width) : 0)),
        ];
        int room = width < int.MaxValue ? width - 2 - (2 * (widths.Count(w => w > 0) - 1)) : int.MaxValue;
        while (widths.Sum() > room)
        {
            int[] wide = [.. Enumerable.Range(0, columns).Where(c => widths[c] > least[c])];
            if (wide.Length == 0)
            {
                break;
            }

            widths[wide.MaxBy(c => widths[c])]--;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            string[][] cells = [.. rows[i].Select((cell, c) => Wrap(cell, Math.Max(1, widths[c]), "").ToArray())];
            for (int part = 0; part < cells.Max(c => c.Length); part++)
            {
                StringBuilder line = new("  ");
                for (int c = 0; c < cells.Length; c++)
                {
                    string cell = part < cells[c].Length ? cells[c][part] : "";
                    line.Append(cell);
                    if (c + 1 < cells.Length && widths[c] > 0)
                    {
                        line.Append(' ', Math.Max(0, widths[c] - Width(cell)) + 2);
                    }
                }

                done.Append(i == 0 ? Paint(line.ToString().TrimEnd(), Dim, colour) : line.ToString().TrimEnd())
                    .Append('\n');
            }
        }

        table.Clear();
    }

    /// <summary>The text in lines of at most so many cells, cut at blanks; a longer word keeps its line to itself.</summary>
    /// <param name="indent">What every line but the first begins with.</param>
    public static IReadOnlyList<string> Wrap(string text, int width, string indent = "")
    {
        if (Width(text) <= width)
        {
            return [text];
        }

        List<string> lines = [];
        string words = text.TrimStart(' ');
        StringBuilder line = new(text[..^words.Length]);
        int used = line.Length;
        bool isFresh = true;
        foreach (string word in words.Split(' '))
        {
            int cells = Width(word);
            if (!isFresh && used + 1 + cells > width)
            {
                lines.Add(line.ToString());
                line.Clear().Append(indent);
                used = indent.Length;
                isFresh = true;
            }

            if (!isFresh)
            {
                line.Append(' ');
                used++;
            }

            line.Append(word);
            used += cells;
            isFresh = false;
        }

        lines.Add(line.ToString());
        return lines;
    }

    private static string Cut(string line, int width)
    {
        if (Width(line) <= width)
        {
            return line;
        }

        StringBuilder kept = new();
        int used = 1;
        foreach (Rune rune in line.EnumerateRunes())
        {
            used += Width(rune.ToString());
            if (used > width)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.Append('…').ToString();
    }

    private static string Inline(string text, bool colour)
    {
        StringBuilder done = new();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '`')
            {
                int run = 0;
                while (i + run < text.Length && text[i + run] == '`')
                {
                    run++;
                }

                int close = text.IndexOf(new string('`', run), i + run, StringComparison.Ordinal);
                if (close > 0)
                {
                    done.Append(Paint(text[(i + run)..close].Trim(), Cyan, colour));
                    i = close + run - 1;
                    continue;
                }
            }
            else if (
                c == ']'
                && i + 2 < text.Length
                && text[i + 1] == '('
                && text[i + 2] == '<'
                && text.IndexOf(">)", i, StringComparison.Ordinal) is > 0 and var end
            )
            {
                i = end + 1;
                continue;
            }
            else if (c == '\\' && i + 1 < text.Length && char.IsPunctuation(text[i + 1]))
            {
                continue;
            }
            else if (c == '<' && text.IndexOf('>', i) is > 0 and var tag)
            {
                i = tag;
                continue;
            }
            else if (c == '&' && text.IndexOf(';', i) is > 0 and var entity && entity - i < 10)
            {
                done.Append(WebUtility.HtmlDecode(text[i..(entity + 1)]));
                i = entity;
                continue;
            }
            else if (
                c == '['
                || (c == '*' && (i + 1 < text.Length && text[i + 1] == '*' || i > 0 && text[i - 1] == '*'))
            )
            {
                continue;
            }

            done.Append(c);
        }

        return done.ToString();
    }

    // East Asian letters and pictures take two cells of a terminal.
    private static int Width(string text)
    {
        int width = 0;
        bool escape = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            // Colours of ours take no room.
            if (escape || rune.Value == '\u001b')
            {
                escape = rune.Value != 'm';
                continue;
            }

            width += TerminalText.Cells(rune);
        }

        return width;
    }

    private static string Paint(string text, string code, bool colour) =>
        colour && text.Length > 0 ? code + text + Reset : text;
}
