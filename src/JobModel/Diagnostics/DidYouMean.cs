using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Diagnostics;

/// <summary>Finds the allowed word an author most likely meant.</summary>
public static class DidYouMean
{
    /// <summary>The nearest allowed word by edit distance (case ignored), or null when nothing is near.</summary>
    public static string? Suggest(string word, IEnumerable<string> allowed)
    {
        if (word.Length is 0 or > 64)
        {
            return null;
        }

        string? best = null;
        int bestDistance = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in allowed)
        {
            int distance = Distance(word, candidate, bestDistance);
            if (distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    /// <summary>The suggestion as the end of a sentence: <c>; did you mean `x`?</c>, or empty.</summary>
    public static Message Phrase(string word, IEnumerable<string> allowed) =>
        Suggest(word, allowed) is { } suggestion ? (Message)$"; did you mean `{suggestion}`?" : Message.None;

    // Optimal string alignment: a swap of two neighbours counts as one edit, as people make it.
    private static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) >= limit)
        {
            return limit;
        }

        int width = right.Length + 1;
        Span<int> rows = width <= 80 ? stackalloc int[3 * width] : new int[3 * width];
        Span<int> before = rows[..width];
        Span<int> previous = rows.Slice(width, width);
        Span<int> current = rows.Slice(2 * width, width);
        for (int j = 0; j < width; j++)
        {
            previous[j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j < width; j++)
            {
                int cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                int value = Math.Min(Math.Min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    value = Math.Min(value, before[j - 2] + 1);
                }

                current[j] = value;
            }

            Span<int> spare = before;
            before = previous;
            previous = current;
            current = spare;
        }

        return previous[width - 1];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
