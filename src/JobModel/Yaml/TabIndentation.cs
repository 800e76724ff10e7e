using System.Globalization;
using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Yaml;

/// <summary>A file whose lines are indented with tabs, read as if each tab were so many spaces.</summary>
internal sealed class TabIndentation
{
    public const string OneLine = "the line is indented with a tab; YAML wants spaces";

    // More edits than that weigh more than they help.
    private const int MostEdits = 1000;

    // Somebody who means well has no more; each is read several times.
    private const int MostCharacters = 1 << 20;
    private const int MostTabs = 20_000;

    /// <summary>What editors show a tab as; the usual indentation of YAML first.</summary>
    private static readonly int[] Widths = [2, 4, 8];

    private readonly int[] offsets;

    private TabIndentation(SourceText source, List<(int Start, int Tab, int End)> lines, int width)
    {
        StringBuilder text = new(source.Text.Length + (lines.Count * width));
        List<int> map = new(text.Capacity + 1);
        List<TextEdit> edits = [];
        int at = 0;
        foreach ((int start, _, int end) in lines)
        {
            Copy(start);
            for (; at < end; at++)
            {
                bool tab = source.Text[at] == '\t';
                text.Append(' ', tab ? width : 1);
                map.AddRange(Enumerable.Repeat(at, tab ? width : 1));
            }

            string indent = text.ToString(text.Length - Width(start, end), Width(start, end));
            edits.Add(new TextEdit(new TextSpan(start, end), indent));
        }

        Copy(source.Text.Length);
        map.Add(source.Text.Length);
        (Text, offsets) = (text.ToString(), [.. map]);
        First = new SourceSpan(source, new TextSpan(lines[0].Tab, lines[0].End));
        Message =
            lines.Count == 1
                ? OneLine
                : (Message)$"{lines.Count:N0} lines are indented with tabs, the first one here; YAML wants spaces";
        if (edits.Count <= MostEdits)
        {
            Fix = new Fix(
                $"Indent with {width} spaces for each tab",
                MeansTheSameAtAnyWidth(source) ? FixSafety.Safe : FixSafety.Unsafe,
                edits
            );
        }

        void Copy(int end)
        {
            text.Append(source.Text, at, end - at);
            for (; at < end; at++)
            {
                map.Add(at);
            }
        }

        int Width(int start, int end) =>
            source.Text.AsSpan(start, end - start).ToArray().Sum(c => c == '\t' ? width : 1);
    }

    /// <summary>The text with spaces in place of those tabs.</summary>
    public string Text { get; }

    /// <summary>The first tab.</summary>
    public SourceSpan First { get; }
    public Message Message { get; }
    public Fix? Fix { get; }

    /// <summary>Where a place of <see cref="Text"/> stands in the file.</summary>
    public int OffsetOf(int index) => offsets[Math.Clamp(index, 0, offsets.Length - 1)];

    /// <summary>The readings worth a try, the likeliest first; none when no line is indented with a tab.</summary>
    public static IEnumerable<TabIndentation> Readings(SourceText source)
    {
        List<(int Start, int Tab, int End)> lines = [];
        if (source.Text.Length > MostCharacters || source.Text.AsSpan().Count('\t') > MostTabs)
        {
            return [];
        }

        for (int number = 1; number <= source.LineCount; number++)
        {
            string line = source.Line(number);
            int indent = Indent(line);
            int tab = line.AsSpan(0, indent).IndexOf('\t');
            if (tab >= 0 && indent < line.Length && line[indent] != '#')
            {
                int start = source.OffsetOfLine(number);
                lines.Add((start, start + tab, start + indent));
            }
        }

        return lines.Count == 0 ? [] : Widths.Select(width => new TabIndentation(source, lines, width));
    }

    /// <summary>Whether no line is indented with spaces, and no text over several lines keeps its own indentation.</summary>
    private static bool MeansTheSameAtAnyWidth(SourceText source)
    {
        for (int number = 1; number <= source.LineCount; number++)
        {
            string line = source.Line(number);
            if (line.AsSpan(0, Indent(line)).Contains(' ') || line.AsSpan().IndexOfAny("|>\"'") >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Indent(string line)
    {
        int indent = 0;
        while (indent < line.Length && line[indent] is ' ' or '\t')
        {
            indent++;
        }

        return indent;
    }
}
