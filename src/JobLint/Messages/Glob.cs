namespace Rayquest.JobLint.Messages;

/// <summary>Patterns of policies: <c>*</c> stands for any run of characters; everything else is literal.</summary>
public static class Glob
{
    /// <summary>Whether the text fits the pattern; time is linear in their lengths' product at worst.</summary>
    public static bool Matches(string pattern, string text)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }

    /// <summary>Whether any of the patterns fits.</summary>
    public static bool MatchesAny(IReadOnlyList<string> patterns, string text)
    {
        foreach (string pattern in patterns)
        {
            if (Matches(pattern, text))
            {
                return true;
            }
        }

        return false;
    }
}
