namespace Rayquest.JobModel.Text;

/// <summary>Finds uses of named values (<c>${sweep.lr}</c>, <c>${params.lr}</c>) in texts.</summary>
public static class Placeholder
{
    /// <summary>The names a text asks for, with the offset of each in the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="open">How a use begins, like <c>${sweep.</c>.</param>
    public static IEnumerable<(string Name, int Offset)> Uses(string text, string open)
    {
        for (
            int at = text.IndexOf(open, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(open, at + 1, StringComparison.Ordinal)
        )
        {
            int end = text.IndexOf('}', at);
            if (end < 0)
            {
                yield break;
            }

            yield return (text[(at + open.Length)..end], at);
        }
    }
}
