using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Tests.Preview;

namespace Rayquest.JobReport.Tests.Markdown;

public sealed class TerminalMarkdownTests
{
    [Fact]
    public void A_comment_reads_well_on_a_terminal()
    {
        MarkdownText comment = ReviewComment.Write(
            new Change().Live("vision", "old", 2).Ask("vision", "resnet", 12).Preview(),
            new CommentContext("https://github.com/acme/ray-jobs", Change.Head, Change.Head)
        );
        string text = TerminalMarkdown.Render(comment, colour: false);
        text.ShouldContain("🟡 Needs approval: 1 job, 12 × a100, ≤ 48.00 USD");
        text.ShouldContain("/approve-quota");
        text.ShouldNotContain("](");
        text.ShouldNotContain("<sub>");
        text.ShouldNotContain("|--");
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        MarkdownText comment = ReviewComment.Write(
            new Change()
                .Live("vision", "old", 2)
                .LiveSince("vision", "first", 8)
                .Ask("vision", "free-lunch-for-all", 12)
                .Put("policies/quotas.yaml", Change.Quotas)
                .Preview(),
            new CommentContext("https://github.com/acme/ray-jobs", Change.Head, Change.Head)
        );
        string[] lines = TerminalMarkdown.Render(comment, colour: false, width: width).Split('\n');

        // Pictures take two cells; the widest line has a few of them at most.
        lines.ShouldAllBe(line => line.Length <= width);
        lines.Length.ShouldBeGreaterThan(TerminalMarkdown.Render(comment, colour: false).Split('\n').Length);
        TerminalMarkdown.Render(comment, colour: false, opened: false).ShouldContain("▸ Who holds it now");
    }

    [Fact]
    public void No_text_of_the_authors_reaches_the_terminal_as_a_command()
    {
        foreach (string hostile in HostileText.All.Where(h => h.Length < 100_000))
        {
            string text = TerminalMarkdown.Render(
                MarkdownText.Of($"{hostile} {MarkdownText.Code(hostile)}\n") + MarkdownText.Fence(hostile, ""),
                colour: false
            );
            text.ShouldAllBe(c => c == '\n' || c == '\t' || !char.IsControl(c));
        }
    }
}
