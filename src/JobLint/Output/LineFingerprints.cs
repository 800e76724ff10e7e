using System.Globalization;

namespace Rayquest.JobLint.Output;

/// <summary>
/// What GitHub's code scanning knows a line by, <c>primaryLocationLineHash</c>: a polynomial over the first hundred characters
/// from the line's start on, blanks and tabs left out, and how often that value was met before. It stays when lines are
/// added above. GitHub's upload action computes the same, and warns where a file says otherwise.
/// </summary>
public sealed class LineFingerprints
{
    private const int Window = 100;
    private const ulong Base = 37;
    private const char EndOfFile = '\uFFFF';

    private readonly List<string> lines = [];

    /// <summary>Computes the values of every line of a text.</summary>
    public LineFingerprints(SourceText source)
    {
        (List<char> kept, List<int> starts) = Kept(source.Text);

        // prefix[i] is the polynomial over the first i characters; what stands past the end counts as zero.
        ulong[] prefix = new ulong[kept.Count + Window + 1];
        for (int i = 0; i < prefix.Length - 1; i++)
        {
            prefix[i + 1] = unchecked((prefix[i] * Base) + (i < kept.Count ? kept[i] : 0UL));
        }

        ulong shift = 1;
        for (int i = 0; i < Window; i++)
        {
            shift = unchecked(shift * Base);
        }

        Dictionary<ulong, int> seen = [];
        foreach (int start in starts)
        {
            ulong hash = unchecked(prefix[start + Window] - (prefix[start] * shift));
            int times = seen[hash] = seen.GetValueOrDefault(hash) + 1;
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{hash:x}:{times}"));
        }
    }

    /// <summary>The value of a line, from 1; null past the last.</summary>
    public string? Of(int line) => line >= 1 && line <= lines.Count ? lines[line - 1] : null;

    /// <summary>The characters that count, and the indexes among them at which lines start.</summary>
    private static (List<char> Kept, List<int> Starts) Kept(string text)
    {
        List<char> kept = new(text.Length + 1);
        List<int> starts = [];
        bool atStart = true;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : EndOfFile;
            if (c is ' ' or '\t' || (c == '\n' && i > 0 && text[i - 1] == '\r'))
            {
                continue;
            }

            if (atStart)
            {
                starts.Add(kept.Count);
            }

            atStart = c is '\n' or '\r';
            kept.Add(atStart ? '\n' : c);
        }

        return (kept, starts);
    }
}
