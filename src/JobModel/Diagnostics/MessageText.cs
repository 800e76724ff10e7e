using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Diagnostics;

/// <summary>Parts of sentences that the messages of several rules share.</summary>
public static class MessageText
{
    /// <summary>"a", "a or b", "a, b or c".</summary>
    public static Message List(IReadOnlyList<string> words, string last = "or")
    {
        if (words.Count <= 1)
        {
            return words.Count == 0 ? (Message)"nobody" : $"{words[0]}";
        }

        string first = string.Join(", ", words.Take(words.Count - 1));
        return last switch
        {
            "or" => (Message)$"{first} or {words[^1]}",
            "and" => $"{first} and {words[^1]}",
            _ => $"{first} {last} {words[^1]}",
        };
    }

    /// <summary>The allowed words in code marks, at most a dozen.</summary>
    public static Message Allowed(IEnumerable<string> words)
    {
        string[] sorted = [.. words.Order(StringComparer.Ordinal)];
        if (sorted.Length <= MostAllowed)
        {
            return sorted.Length == 0 ? (Message)"none" : $"{string.Join(", ", sorted.Select(w => $"`{w}`"))}";
        }

        return $"{string.Join(", ", sorted.Take(MostAllowed).Select(w => $"`{w}`"))} and {sorted.Length - MostAllowed} more";
    }

    /// <summary>CPUs as people count them: <c>642.5</c>, not <c>642500m</c>; <c>4000</c>, not <c>4k</c>.</summary>
    public static string Cpus(Quantity cpu) =>
        cpu.ToDouble().ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>One line of at most 60 characters.</summary>
    public static string Shorten(string text) => TextShortening.ToLine(text, longest: 60, kept: 57);

    /// <summary>"1 job", "2 jobs".</summary>
    public static Message Count(long count, string noun) =>
        count == 1 ? (Message)$"1 {(Message)noun}" : $"{count} {(Message)(noun + "s")}";

    private const int MostAllowed = 12;

    // A guess may be wrong: where all that is allowed is short, it is told too.
    private const int MostBesideASuggestion = 6;

    /// <summary>What is unknown and what is known, with a suggestion: the tail of a message.</summary>
    public static Message Unknown(string word, IEnumerable<string> known)
    {
        string[] words = [.. known];
        if (DidYouMean.Suggest(word, words) is not { } near)
        {
            return $"; allowed: {Allowed(words)}";
        }

        return words.Length is 1 or > MostBesideASuggestion
            ? (Message)$"; did you mean `{near}`?"
            : $"; did you mean `{near}`? (allowed: {Allowed(words)})";
    }

    /// <summary>Replaces an unknown word by the nearest known one; null when none is near.</summary>
    public static Fix? Rename(SourceSpan span, string word, IEnumerable<string> known) =>
        DidYouMean.Suggest(word, known) is { } near
            ? new Fix($"Write `{near}`", FixSafety.Unsafe, [new TextEdit(span.Span, near)])
            : null;
}
