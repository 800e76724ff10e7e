using System.Text;

namespace Rayquest.JobLint.Output;

/// <summary>A GitHub workflow command. Text gets in only through the escaping that the runner undoes, so no text can end the line or add a property.</summary>
public readonly record struct WorkflowCommand
{
    private WorkflowCommand(string line) => Line = line;

    /// <summary>The whole line, without a line break.</summary>
    public string Line { get; }

    /// <summary>An <c>error</c> or <c>warning</c> annotation.</summary>
    public static WorkflowCommand Annotation(
        string command,
        string file,
        int line,
        int column,
        int endLine,
        int endColumn,
        string title,
        string message
    )
    {
        StringBuilder text = new();
        text.Append("::")
            .Append(command)
            .Append(" file=")
            .Append(Property(file))
            .Append(",line=")
            .Append(line)
            .Append(",endLine=")
            .Append(endLine);
        if (line == endLine)
        {
            text.Append(",col=").Append(column).Append(",endColumn=").Append(endColumn);
        }

        return new WorkflowCommand(
            text.Append(",title=").Append(Property(title)).Append("::").Append(Data(message)).ToString()
        );
    }

    /// <summary>Escapes the message of a command.</summary>
    public static string Data(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);

    /// <summary>Escapes a property of a command.</summary>
    public static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Line;
}
