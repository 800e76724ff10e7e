namespace Rayquest.JobModel.Text;

/// <summary>Makes text fit: the one way to do it. Lengths are in UTF-16 units, and no character of two of them is cut in half.</summary>
public static class TextShortening
{
    /// <summary>The text, or where it is longer than <paramref name="longest"/> the first <paramref name="kept"/> and an ellipsis.</summary>
    public static string Shorten(string text, int longest, int kept) =>
        text.Length <= longest ? text : Cut(text, kept) + "…";

    /// <summary>The same in one line.</summary>
    public static string ToLine(string text, int longest, int kept) =>
        Shorten(text.ReplaceLineEndings(" "), longest, kept);

    /// <summary>The first <paramref name="length"/>, or one less where a character would be cut in half.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text
        : length > 0 && char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)]
        : text[..length];
}
