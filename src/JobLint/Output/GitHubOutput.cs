using System.Text;

namespace Rayquest.JobLint.Output;

/// <summary>Findings as workflow commands, which GitHub Actions turns into annotations.</summary>
public static class GitHubOutput
{
    /// <summary>One command a finding, then the summary as plain text.</summary>
    public static string Write(LintReport report)
    {
        StringBuilder text = new();
        foreach (Finding finding in report.Localized)
        {
            WorkflowCommand command = WorkflowCommand.Annotation(
                finding.Severity == Severity.Error ? "error" : "warning",
                finding.Span.Source.Path,
                finding.Span.Start.Line,
                finding.Span.Start.Column,
                finding.Span.End.Line,
                finding.Span.End.Column,
                $"{finding.Rule.Code} {finding.Rule.Name}",
                finding.Message
            );
            text.Append(command.Line).Append('\n');
        }

        return text.Append(report.Summary).Append('\n').ToString();
    }
}
