using System.Text;

namespace Rayquest.JobLint.Output;

/// <summary>Findings for people: place and message, the line with the fault underlined, related places, the fix, the page.</summary>
public static class TextOutput
{
    private const int MaxLine = 160;

    /// <summary>Everything, ended by the summary line.</summary>
    public static string Write(LintReport report, bool colour)
    {
        StringBuilder text = new();
        Redaction redaction = Redaction.Of(report.Findings);
        foreach (Finding finding in report.Localized)
        {
            Write(finding, text, new Palette(colour), redaction, report);
            text.Append('\n');
        }

        Palette palette = new(colour);
        text.Append(
            report.Errors > 0 ? palette.Red(report.Summary)
            : report.Warnings > 0 ? palette.Yellow(report.Summary)
            : palette.Green(report.Summary)
        );
        return text.Append('\n').ToString();
    }

    private static void Write(
        Finding finding,
        StringBuilder text,
        Palette palette,
        Redaction redaction,
        LintReport report
    )
    {
        (LinePosition start, LinePosition end) = (finding.Span.Start, finding.Span.End);
        string severity =
            finding.Severity == Severity.Error
                ? palette.Red(report.Say("error"))
                : palette.Yellow(report.Say("warning"));
        text.Append(palette.Bold($"{TerminalText.Line(finding.Span.Source.Path)}:{start.Line}:{start.Column}: "))
            .Append(severity)
            .Append(palette.Bold($" {finding.Rule.Code} "))
            .Append(palette.Dim($"({finding.Rule.Name})"))
            .Append('\n');
        text.Append("  ").Append(TerminalText.Line(finding.Message)).Append('\n');
        int gutter = start.Line.ToString().Length;
        Underline(finding.Span.Source, start, end, gutter, text, palette, finding.Severity, redaction);
        foreach (RelatedLocation related in finding.Related)
        {
            text.Append(' ', gutter + 1)
                .Append(palette.Blue("= "))
                .Append(
                    $"{TerminalText.Line(related.Span.Source.Path)}:{related.Span.Start.Line}:{related.Span.Start.Column}: {TerminalText.Line(related.Message)}\n"
                );
        }

        if (finding.Fix is { } fix)
        {
            text.Append(' ', gutter + 1)
                .Append(palette.Blue("= "))
                .Append(palette.Green(report.Say("fix: ")))
                .Append(TerminalText.Line(fix.Title))
                .Append(fix.Safety == FixSafety.Safe ? report.Say("  (--fix does it)") : "")
                .Append('\n');
        }

        text.Append(' ', gutter + 1)
            .Append(palette.Blue("= "))
            .Append(palette.Dim(report.Say($"help: rayquest explain {finding.Rule.Code}")))
            .Append('\n');
    }

    private static void Underline(
        SourceText source,
        LinePosition start,
        LinePosition end,
        int gutter,
        StringBuilder text,
        Palette palette,
        Severity severity,
        Redaction redaction
    )
    {
        string line = TerminalText.WithoutCommands(redaction.Mask(source.Line(start.Line)));
        if (line.Length == 0)
        {
            return;
        }

        int from = CharIndex(line, start.Column - 1);
        int to = end.Line == start.Line ? CharIndex(line, end.Column - 1) : line.Length;
        int shift = 0;
        if (line.Length > MaxLine)
        {
            shift = Math.Clamp(from - (MaxLine / 4), 0, line.Length - 1);
            line = line[shift..Math.Min(line.Length, shift + MaxLine)];
            from = Math.Min(from - shift, line.Length);
            to = Math.Clamp(to - shift, from, line.Length);
        }

        string before = TerminalText.Line(line[..from]);
        string marked = TerminalText.Line(line[from..Math.Max(from, to)]);
        string after = TerminalText.Line(line[Math.Max(from, to)..]);
        string carets = new('^', Math.Max(1, TerminalText.Width(marked)));
        string lead = shift > 0 ? "…" : "";
        text.Append(' ')
            .Append(palette.Blue($"{start.Line} | "))
            .Append(lead)
            .Append(before)
            .Append(marked)
            .Append(after)
            .Append('\n');
        text.Append(' ', gutter + 1)
            .Append(palette.Blue(" | "))
            .Append(' ', TerminalText.Width(before) + lead.Length)
            .Append(severity == Severity.Error ? palette.Red(carets) : palette.Yellow(carets))
            .Append('\n');
    }

    private static int CharIndex(string line, int codePoints)
    {
        int index = 0;
        while (codePoints > 0 && index < line.Length)
        {
            index += char.IsHighSurrogate(line[index]) && index + 1 < line.Length ? 2 : 1;
            codePoints--;
        }

        return index;
    }
}

/// <summary>Terminal colours, or none.</summary>
public readonly record struct Palette(bool IsOn)
{
    public string Bold(string text) => Paint("1", text);

    public string Dim(string text) => Paint("2", text);

    public string Red(string text) => Paint("1;31", text);

    public string Green(string text) => Paint("32", text);

    public string Yellow(string text) => Paint("1;33", text);

    public string Blue(string text) => Paint("34", text);

    private string Paint(string code, string text) => IsOn ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
