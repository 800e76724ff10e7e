using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Requests;

/// <summary>What makes one run of a sweep the best: the highest or the lowest value of a result.</summary>
/// <param name="IsMax">Whether the highest counts.</param>
/// <param name="Name">The result's name.</param>
public sealed record BestResult(bool IsMax, string Name)
{
    /// <summary>The longest name of a result.</summary>
    public const int MaxNameLength = 64;

    /// <summary>What a result's name looks like, as a JSON Schema pattern.</summary>
    public const string NamePattern = "[A-Za-z0-9_][A-Za-z0-9_./@-]{0,63}";

    /// <summary>Whether a text may be the name of a result.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength
        && (char.IsAsciiLetterOrDigit(text[0]) || text[0] == '_')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' or '@' or '-');

    /// <summary>Reads <c>max accuracy</c> or <c>min loss</c>; null for anything else.</summary>
    public static BestResult? Parse(string text) =>
        text.Split(' ') is ["max" or "min", var name] && IsName(name) ? new BestResult(text[1] == 'a', name) : null;

    /// <inheritdoc/>
    public override string ToString() => $"{(IsMax ? "max" : "min")} {Name}";
}

/// <summary>What a request says of its results.</summary>
public sealed class ResultsRequest(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
    public Located<BestResult>? Best { get; internal set; }
}
