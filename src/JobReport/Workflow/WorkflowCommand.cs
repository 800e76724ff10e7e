using System.Globalization;
using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobReport.Workflow;

/// <summary>
/// Lines a GitHub Actions runner obeys (<c>::error file=…::message</c>). Text in them can't end the line or open a
/// command of its own: percent signs, line breaks, colons and commas are written as the runner reads them.
/// </summary>
public static class WorkflowCommand
{
    /// <summary>The command that shows a finding on its line.</summary>
    public static string Of(Finding finding)
    {
        (LinePosition start, LinePosition end) = (finding.Span.Start, finding.Span.End);
        string columns = start.Line == end.Line ? string.Create(CultureInfo.InvariantCulture, $",col={start.Column},endColumn={end.Column}") : "";
        string level = finding.Severity == Severity.Error ? "error" : "warning";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"::{level} file={Property(finding.Span.Source.Path)},line={start.Line},endLine={end.Line}{columns},title={Property($"{finding.Rule.Code} {finding.Rule.Name}")}::{Message(finding.Message)}"
        );
    }

    /// <summary>A line between these two is printed and never obeyed.</summary>
    /// <param name="token">A random word the text can't know.</param>
    public static (string Open, string Close) StopCommands(string token) => ($"::stop-commands::{token}", $"::{token}::");

    /// <summary>Text after the last <c>::</c>.</summary>
    public static string Message(string text) => Escape(VisibleText.Lines(text), isProperty: false);

    /// <summary>The value of a property.</summary>
    public static string Property(string text) => Escape(VisibleText.Lines(text), isProperty: true);

    private static string Escape(string text, bool isProperty)
    {
        StringBuilder done = new(text.Length + 8);
        foreach (char c in text)
        {
            _ = c switch
            {
                '%' => done.Append("%25"),
                '\r' => done.Append("%0D"),
                '\n' => done.Append("%0A"),
                ':' when isProperty => done.Append("%3A"),
                ',' when isProperty => done.Append("%2C"),
                _ => done.Append(c),
            };
        }

        return done.ToString();
    }
}
