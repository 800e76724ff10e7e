using System.Globalization;
using System.Text;

namespace Rayquest.JobReport.Comment;

/// <summary>The difference of two texts by lines, in the unified form people know.</summary>
public static class LineDiff
{
    private const int Context = 3;

    // Beyond this many cells the lines between the common ends are told as replaced altogether.
    private const long MaxCells = 4_000_000;

    /// <summary>The hunks, without file headers; empty when the texts are the same. Null stands for no file.</summary>
    public static string Unified(string? before, string? after)
    {
        string[] left = Lines(before);
        string[] right = Lines(after);
        List<(char Mark, string Line)> script = Script(left, right);
        StringBuilder text = new();
        int old = 1;
        int now = 1;
        for (int i = 0; i < script.Count; )
        {
            if (script[i].Mark == ' ')
            {
                old++;
                now++;
                i++;
                continue;
            }

            int start = i;
            while (start > 0 && i - start < Context && script[start - 1].Mark == ' ')
            {
                start--;
            }

            int end = i;
            int quiet = 0;
            for (int j = i; j < script.Count && quiet <= 2 * Context; j++)
            {
                quiet = script[j].Mark == ' ' ? quiet + 1 : 0;
                if (quiet == 0)
                {
                    end = j + 1;
                }
            }

            int stop = Math.Min(script.Count, end + Context);
            int lead = i - start;
            int oldCount = script[start..stop].Count(s => s.Mark != '+');
            int nowCount = script[start..stop].Count(s => s.Mark != '-');
            text.Append(
                CultureInfo.InvariantCulture,
                $"@@ -{(oldCount == 0 ? 0 : old - lead)},{oldCount} +{(nowCount == 0 ? 0 : now - lead)},{nowCount} @@\n"
            );
            for (int j = start; j < stop; j++)
            {
                text.Append(script[j].Mark).Append(script[j].Line).Append('\n');
            }

            old += oldCount - lead;
            now += nowCount - lead;
            i = stop;
        }

        return text.ToString();
    }

    /// <summary>The lines (from 1) of the new text that the old one doesn't have.</summary>
    public static IReadOnlySet<int> Added(string? before, string? after)
    {
        HashSet<int> added = [];
        int line = 0;
        foreach ((char mark, _) in Script(Lines(before), Lines(after)))
        {
            line += mark == '-' ? 0 : 1;
            if (mark == '+')
            {
                added.Add(line);
            }
        }

        return added;
    }

    private static List<(char, string)> Script(string[] left, string[] right)
    {
        int head = 0;
        while (head < left.Length && head < right.Length && left[head] == right[head])
        {
            head++;
        }

        int tail = 0;
        while (tail < left.Length - head && tail < right.Length - head && left[^(tail + 1)] == right[^(tail + 1)])
        {
            tail++;
        }

        List<(char, string)> script = [.. left[..head].Select(l => (' ', l))];
        string[] a = left[head..(left.Length - tail)];
        string[] b = right[head..(right.Length - tail)];
        if ((long)a.Length * b.Length > MaxCells)
        {
            script.AddRange(a.Select(l => ('-', l)));
            script.AddRange(b.Select(l => ('+', l)));
        }
        else
        {
            Middle(a, b, script);
        }

        script.AddRange(left[(left.Length - tail)..].Select(l => (' ', l)));
        return script;
    }

    private static void Middle(string[] a, string[] b, List<(char, string)> script)
    {
        // Length of the longest common subsequence of the rests.
        int[,] common = new int[a.Length + 1, b.Length + 1];
        for (int i = a.Length - 1; i >= 0; i--)
        {
            for (int j = b.Length - 1; j >= 0; j--)
            {
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        int x = 0;
        int y = 0;
        while (x < a.Length || y < b.Length)
        {
            if (x < a.Length && y < b.Length && a[x] == b[y])
            {
                script.Add((' ', a[x++]));
                y++;
            }
            else if (x < a.Length && (y == b.Length || common[x + 1, y] >= common[x, y + 1]))
            {
                script.Add(('-', a[x++]));
            }
            else
            {
                script.Add(('+', b[y++]));
            }
        }
    }

    private static string[] Lines(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        string[] lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
