using Rayquest.JobReport.Workflow;

namespace Rayquest.JobReport.Tests.Markdown;

public sealed class WorkflowCommandTests
{
    [Fact]
    public void Text_can_neither_end_the_line_nor_open_a_property()
    {
        foreach (string hostile in HostileText.All)
        {
            string line = $"::error file={WorkflowCommand.Property(hostile)}::{WorkflowCommand.Message(hostile)}";
            line.ShouldNotContain('\n');
            line.ShouldNotContain('\r');
            line.ShouldNotContain('\u001b');
            string properties = line["::error ".Length..line.IndexOf("::", 8, StringComparison.Ordinal)];
            properties.ShouldNotContain(',');
        }
    }

    [Fact]
    public void The_runner_reads_back_what_was_written() =>
        WorkflowCommand.Message("50% :: a\nb").ShouldBe("50%25 :: a%0Ab");
}
