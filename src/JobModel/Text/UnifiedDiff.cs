using System.Globalization;
using System.Text;

namespace Rayquest.JobModel.Text;

/// <summary>The difference of two texts by lines: Myers' shortest edit script, as a unified diff with three lines of context.</summary>
public static class UnifiedDiff
{
    private const int Context = 3;

    // Beyond this many changed lines the shortest script is not worth its cost: the middle is shown as replaced.
    private const int MostEdits = 1_000;

    /// <summary>The diff; empty when the texts are equal. A null text means the file does not exist.</summary>
    public static string Of(string path, string? before, string? after)
    {
        if (before == after)
        {
            return "";
        }

        string from = before is null ? "/dev/null" : "a/" + path;
        string to = after is null ? "/dev/null" : "b/" + path;
        return $"--- {from}\n+++ {to}\n{Hunks(before, after)}";
    }

    /// <summary>The diff without the names of files; empty when the texts are equal. A null text means the file does not exist.</summary>
    public static string Hunks(string? before, string? after)
    {
        List<Edit> edits = Script(Lines(before), Lines(after));
        StringBuilder text = new();
        foreach ((int first, int last) in Hunks(edits))
        {
            WriteHunk(text, edits, first, last);
        }

        return text.ToString();
    }

    /// <summary>The lines (from 1) of the new text that the old one doesn't have.</summary>
    public static IReadOnlySet<int> AddedLines(string? before, string? after) =>
        Script(Lines(before), Lines(after)).Where(edit => edit.Kind == '+').Select(edit => edit.New + 1).ToHashSet();

    /// <summary>One line of the script: <c>' '</c> in both, <c>'-'</c> only before, <c>'+'</c> only after; numbers count from 0.</summary>
    private readonly record struct Edit(char Kind, int Old, int New, string Line);

    // Every line keeps its line feed, so that a missing last one shows.
    private static string[] Lines(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        List<string> lines = [];
        int start = 0;
        while (start < text.Length)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }

    private static List<Edit> Script(string[] old, string[] newer)
    {
        int prefix = 0;
        while (prefix < old.Length && prefix < newer.Length && old[prefix] == newer[prefix])
        {
            prefix++;
        }

        int suffix = 0;
        while (
            suffix < old.Length - prefix && suffix < newer.Length - prefix && old[^(suffix + 1)] == newer[^(suffix + 1)]
        )
        {
            suffix++;
        }

        List<Edit> edits = new(old.Length + newer.Length);
        for (int i = 0; i < prefix; i++)
        {
            edits.Add(new Edit(' ', i, i, old[i]));
        }

        Middle(edits, old, newer, prefix, old.Length - suffix, newer.Length - suffix);
        for (int i = suffix; i > 0; i--)
        {
            edits.Add(new Edit(' ', old.Length - i, newer.Length - i, old[^i]));
        }

        return edits;
    }

    /// <summary>Myers' shortest edit script between the unequal middles.</summary>
    private static void Middle(List<Edit> edits, string[] old, string[] newer, int from, int oldEnd, int newerEnd)
    {
        int n = oldEnd - from;
        int m = newerEnd - from;
        List<int[]>? trace = n == 0 || m == 0 ? null : Trace(old, newer, from, n, m);
        if (trace is null)
        {
            for (int i = 0; i < n; i++)
            {
                edits.Add(new Edit('-', from + i, from, old[from + i]));
            }

            for (int i = 0; i < m; i++)
            {
                edits.Add(new Edit('+', oldEnd, from + i, newer[from + i]));
            }

            return;
        }

        Stack<Edit> back = new();
        (int x, int y) = (n, m);
        for (int d = trace.Count - 1; d > 0; d--)
        {
            int[] furthest = trace[d - 1];
            int Reach(int diagonal) => furthest[diagonal + d - 1];
            int k = x - y;
            bool down = k == -d || (k != d && Value(d, k - 1) < Value(d, k + 1));
            int previous = down ? k + 1 : k - 1;
            int startX = Reach(previous);
            int startY = startX - previous;
            while (x > (down ? startX : startX + 1) && y > (down ? startY + 1 : startY))
            {
                x--;
                y--;
                back.Push(new Edit(' ', from + x, from + y, old[from + x]));
            }

            if (down)
            {
                y--;
                back.Push(new Edit('+', from + x, from + y, newer[from + y]));
            }
            else
            {
                x--;
                back.Push(new Edit('-', from + x, from + y, old[from + x]));
            }

            int Value(int depth, int diagonal) =>
                diagonal < -(depth - 1) || diagonal > depth - 1 ? -1 : Reach(diagonal);
        }

        while (x > 0)
        {
            x--;
            y--;
            back.Push(new Edit(' ', from + x, from + y, old[from + x]));
        }

        edits.AddRange(back);
    }

    /// <summary>For each number of edits, how far every diagonal reaches; null when too many are needed.</summary>
    private static List<int[]>? Trace(string[] old, string[] newer, int from, int n, int m)
    {
        List<int[]> trace = [];
        int most = Math.Min(n + m, MostEdits);
        for (int d = 0; d <= most; d++)
        {
            int[] reach = new int[(2 * d) + 1];
            for (int k = -d; k <= d; k += 2)
            {
                int left = k == -d ? -1 : Before(k - 1);
                int right = k == d ? -1 : Before(k + 1);
                int x =
                    d == 0 ? 0
                    : k == -d || (k != d && left < right) ? right
                    : left + 1;
                int y = x - k;
                while (x < n && y < m && old[from + x] == newer[from + y])
                {
                    x++;
                    y++;
                }

                reach[k + d] = x;
                if (x >= n && y >= m)
                {
                    trace.Add(reach);
                    return trace;
                }
            }

            trace.Add(reach);

            int Before(int k) => k < -(d - 1) || k > d - 1 ? -1 : trace[d - 1][k + d - 1];
        }

        return null;
    }

    private static IEnumerable<(int First, int Last)> Hunks(List<Edit> edits)
    {
        int first = -1;
        int last = -1;
        for (int i = 0; i < edits.Count; i++)
        {
            if (edits[i].Kind == ' ')
            {
                continue;
            }

            if (first >= 0 && i - last > 2 * Context)
            {
                yield return (Math.Max(0, first - Context), Math.Min(edits.Count - 1, last + Context));
                first = -1;
            }

            first = first < 0 ? i : first;
            last = i;
        }

        if (first >= 0)
        {
            yield return (Math.Max(0, first - Context), Math.Min(edits.Count - 1, last + Context));
        }
    }

    private static void WriteHunk(StringBuilder text, List<Edit> edits, int first, int last)
    {
        int olds = 0;
        int youngs = 0;
        for (int i = first; i <= last; i++)
        {
            olds += edits[i].Kind == '+' ? 0 : 1;
            youngs += edits[i].Kind == '-' ? 0 : 1;
        }

        text.Append("@@ -");
        WriteRange(text, edits[first].Old, olds);
        text.Append(" +");
        WriteRange(text, edits[first].New, youngs);
        text.Append(" @@\n");
        for (int i = first; i <= last; i++)
        {
            string line = edits[i].Line;
            text.Append(edits[i].Kind).Append(line);
            if (!line.EndsWith('\n'))
            {
                text.Append("\n\\ No newline at end of file\n");
            }
        }
    }

    // Lines are numbered from 1; an empty range names the line before it.
    private static void WriteRange(StringBuilder text, int start, int count)
    {
        text.Append((count == 0 ? start : start + 1).ToString(CultureInfo.InvariantCulture));
        if (count != 1)
        {
            text.Append(',').Append(count.ToString(CultureInfo.InvariantCulture));
        }
    }
}
