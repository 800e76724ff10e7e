using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Rayquest.JobModel.Text;

namespace Rayquest.JobReport.Markdown;

/// <summary>
/// Text that is safe to put into a GitHub comment. There are two ways to make one: from the literal parts of an
/// interpolated string, which only a programmer can write, and from anybody's text by way of <see cref="Prose"/>,
/// <see cref="Code"/> and <see cref="Fence"/>. A <c>string</c> in a hole becomes <see cref="Prose"/> by itself, so that
/// forgetting to escape is not possible.
/// </summary>
public sealed class MarkdownText
{
    private const string MarkerStart = "<!-- rayquest:";

    private readonly string value;

    internal MarkdownText(string value) => this.value = value;

    /// <summary>Nothing.</summary>
    public static MarkdownText Empty { get; } = new("");

    /// <summary>UTF-16 units: what GitHub's limit of 65,536 counts at most.</summary>
    public int Length => value.Length;

    /// <summary>Markdown from a literal; text in holes is made harmless.</summary>
    public static MarkdownText Of(MarkdownInterpolation text) => text.Done();

    /// <summary>
    /// Anybody's text as running text on one line: plain words stay, words that could mean something to GitHub (mentions,
    /// links, HTML, emphasis, shortcodes, formulas, commands) become code, where nothing means anything. What stands
    /// between backticks becomes code as it was meant.
    /// </summary>
    public static MarkdownText Prose(string text, int limit = int.MaxValue) =>
        new(MarkdownEscaping.Prose(Shorten(text, limit)));

    /// <summary>Anybody's text as code on one line, in tables too.</summary>
    public static MarkdownText Code(string text, int limit = int.MaxValue) =>
        new(MarkdownEscaping.Code(Shorten(text, limit)));

    /// <summary>Anybody's lines as a code block; the fence is longer than any run of its character inside.</summary>
    /// <param name="language">A literal such as <c>diff</c>.</param>
    public static MarkdownText Fence(string text, string language)
    {
        string clean = Unmarked(VisibleText.Lines(text));
        int run = 2;
        int current = 0;
        foreach (char c in clean)
        {
            current = c == '`' ? current + 1 : 0;
            run = Math.Max(run, current);
        }

        string fence = new('`', run + 1);
        string end = clean.Length == 0 || clean.EndsWith('\n') ? "" : "\n";
        string word = new([.. language.Where(char.IsAsciiLetterOrDigit)]);
        return new MarkdownText($"{fence}{word}\n{clean}{end}{fence}\n");
    }

    /// <summary>A link. The address must be absolute http(s); anything else leaves the label alone.</summary>
    public static MarkdownText Link(MarkdownText label, string url) =>
        MarkdownEscaping.Address(url) is { } address ? new MarkdownText($"[{label.value}](<{address}>)") : label;

    /// <summary>A part that opens on a click. Text in the summary's holes becomes code.</summary>
    public static MarkdownText Folded(SummaryInterpolation summary, MarkdownText body, bool open = false) =>
        new(
            $"<details{(open ? " open" : "")}><summary>{summary.Done()}</summary>\n\n{body.value.TrimEnd('\n')}\n\n</details>\n"
        );

    /// <summary>A hidden line that finds our comment again. Only letters, digits and <c>:-._=/</c> are kept.</summary>
    public static MarkdownText Marker(string text) =>
        new(
            $"<!-- {new string([.. text.Where(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '.' or '_' or '=' or '/' or ' ' || (c == '-'))]).Replace("--", "-", StringComparison.Ordinal)} -->\n"
        );

    // What is quoted may hold one of our own markers, in a shipped file or a log; it would be found as ours.
    private static string Unmarked(string text) =>
        text.Contains(MarkerStart, StringComparison.Ordinal)
            ? text.Replace(MarkerStart, "<!--\u2009rayquest:", StringComparison.Ordinal)
            : text;

    /// <summary>All parts, one after the other.</summary>
    public static MarkdownText Join(IEnumerable<MarkdownText> parts, MarkdownText? between = null) =>
        new(string.Join(between?.value ?? "", parts.Select(p => p.value)));

    /// <summary>One after the other.</summary>
    public static MarkdownText operator +(MarkdownText left, MarkdownText right) => new(left.value + right.value);

    /// <summary>One after the other.</summary>
    public static MarkdownText Add(MarkdownText left, MarkdownText right) => left + right;

    /// <summary>The Markdown itself.</summary>
    public override string ToString() => value;

    private static string Shorten(string text, int limit) =>
        TextShortening.Shorten(text, limit, kept: Math.Max(0, limit - 1));
}

/// <summary>Builds <see cref="MarkdownText"/> from an interpolated string: literals as they are, holes made harmless.</summary>
[InterpolatedStringHandler]
public readonly ref struct MarkdownInterpolation
{
    private readonly StringBuilder text;

    public MarkdownInterpolation(int literalLength, int formattedCount) =>
        text = new StringBuilder(literalLength + (formattedCount * 16));

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(MarkdownText safe) => text.Append(safe.ToString());

    public void AppendFormatted(string? anybodys) => text.Append(MarkdownEscaping.Prose(anybodys ?? ""));

    public void AppendFormatted(int number) => text.Append(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(long number) => text.Append(number.ToString(CultureInfo.InvariantCulture));

    internal MarkdownText Done() => new(text.ToString());
}

/// <summary>
/// Builds the summary line of a folded part. GitHub does not read Markdown there (it is a block of HTML), so holes are
/// escaped as HTML inside a <c>code</c> element, in which GitHub looks for no mention and no link.
/// </summary>
[InterpolatedStringHandler]
public readonly ref struct SummaryInterpolation
{
    private readonly StringBuilder text;

    public SummaryInterpolation(int literalLength, int formattedCount) =>
        text = new StringBuilder(literalLength + (formattedCount * 16));

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(int number) => text.Append(number.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(VerbatimMarkdown phrase) => text.Append(phrase.ToString());

    public void AppendFormatted(string? anybodys) =>
        text.Append("<code>").Append(MarkdownEscaping.Html(anybodys ?? "")).Append("</code>");

    internal string Done() => text.ToString();
}
