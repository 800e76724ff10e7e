using System.Diagnostics;

namespace Rayquest.JobModel.Text;

/// <summary>A half-open range of UTF-16 offsets into one <see cref="SourceText"/>.</summary>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>How many UTF-16 units the span covers.</summary>
    public int Length => End - Start;

    /// <summary>The smallest span that covers both.</summary>
    public TextSpan Union(TextSpan other) => new(Math.Min(Start, other.Start), Math.Max(End, other.End));
}

/// <summary>A place as people and SARIF name it: line and column from 1, columns counted in Unicode code points.</summary>
public readonly record struct LinePosition(int Line, int Column) : IComparable<LinePosition>
{
    /// <inheritdoc/>
    public int CompareTo(LinePosition other) =>
        Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);

    public static bool operator <(LinePosition left, LinePosition right) => left.CompareTo(right) < 0;

    public static bool operator >(LinePosition left, LinePosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(LinePosition left, LinePosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LinePosition left, LinePosition right) => left.CompareTo(right) >= 0;
}

/// <summary>The text of one file with its repository path; knows lines and columns.</summary>
public sealed class SourceText(string path, string text)
{
    private int[]? lineStarts;

    /// <summary>The path as shown to people: relative to the repository, with forward slashes.</summary>
    public string Path { get; } = path;

    /// <summary>The decoded text, without a byte-order mark.</summary>
    public string Text { get; } = text;

    /// <summary>How many lines the text has; a final line break opens no further line.</summary>
    public int LineCount
    {
        get
        {
            int[] starts = LineStarts();
            return starts.Length > 1 && starts[^1] == Text.Length ? starts.Length - 1 : starts.Length;
        }
    }

    /// <summary>The line and column of a UTF-16 offset; offsets past the end mean the end.</summary>
    public LinePosition PositionOf(int offset)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        int[] starts = LineStarts();
        int index = Array.BinarySearch(starts, offset);
        int line = index >= 0 ? index : ~index - 1;
        return new LinePosition(line + 1, CodePoints(Text.AsSpan(starts[line], offset - starts[line])) + 1);
    }

    /// <summary>The text of a line (from 1) without its line break; empty for a line that does not exist.</summary>
    public string Line(int number)
    {
        int[] starts = LineStarts();
        if (number < 1 || number > starts.Length)
        {
            return "";
        }

        int start = starts[number - 1];
        int end = number < starts.Length ? starts[number] : Text.Length;
        return Text[start..end].TrimEnd('\n', '\r');
    }

    /// <summary>The offset at which a line (from 1) begins.</summary>
    public int OffsetOfLine(int number) => LineStarts()[Math.Clamp(number - 1, 0, LineStarts().Length - 1)];

    /// <summary>How many Unicode code points a piece of UTF-16 text holds.</summary>
    public static int CodePoints(ReadOnlySpan<char> text)
    {
        int count = text.Length;
        // Surrogates are rare, and finding the next one is fast: long lines cost next to nothing.
        for (int at = text.IndexOfAnyInRange('\uD800', '\uDBFF'); at >= 0 && at + 1 < text.Length; )
        {
            int step = 1;
            if (char.IsLowSurrogate(text[at + 1]))
            {
                count--;
                step = 2;
            }

            int next = text[(at + step)..].IndexOfAnyInRange('\uD800', '\uDBFF');
            at = next < 0 ? -1 : at + step + next;
        }

        return count;
    }

    private int[] LineStarts()
    {
        if (lineStarts is { } known)
        {
            return known;
        }

        List<int> starts = [0];
        for (int i = 0; i < Text.Length; i++)
        {
            char c = Text[i];
            if (c == '\n' || (c == '\r' && (i + 1 == Text.Length || Text[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        return lineStarts = [.. starts];
    }
}

/// <summary>A span together with the text it lies in.</summary>
[DebuggerDisplay("{Source.Path,nq}:{Start.Line}:{Start.Column}")]
public readonly record struct SourceSpan(SourceText Source, TextSpan Span)
{
    /// <summary>Where the span begins.</summary>
    public LinePosition Start => Source.PositionOf(Span.Start);

    /// <summary>Where the span ends (exclusive).</summary>
    public LinePosition End => Source.PositionOf(Span.End);

    /// <summary>The text the span covers.</summary>
    public string Text =>
        Source.Text[Math.Clamp(Span.Start, 0, Source.Text.Length)..Math.Clamp(Span.End, 0, Source.Text.Length)];
}

/// <summary>A value and the place in the source that gave it.</summary>
[DebuggerDisplay("{Value} ({Span})")]
public sealed record Located<T>(T Value, SourceSpan Span)
{
    /// <summary>The same place with another value.</summary>
    public Located<TOther> Select<TOther>(Func<T, TOther> map) => new(map(Value), Span);
}
