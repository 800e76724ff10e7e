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
            new CommentPlace("https://github.com/acme/ray-jobs", Change.Head, Change.Head)
        );
        string text = TerminalMarkdown.Render(comment, colour: false);
        text.ShouldContain("🟡 Needs approval: 1 job, 12 × a100, ≤ 48.00 USD");
        text.ShouldContain("/approve-quota");
        text.ShouldNotContain("](");
        text.ShouldNotContain("<sub>");
        text.ShouldNotContain("|--");
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
