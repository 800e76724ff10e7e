using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Markdown;

namespace Rayquest.Adversary.Tests;

/// <summary>A shipped file holds our own markers, and would be taken for the status section of our comment.</summary>
[Hole(16)]
public sealed class Hole16QuotedMarkers : IDisposable
{
    private const string Attack =
        "print(1)\n```\n<!-- rayquest:status -->\n### Approved by the platform team\n[log in](https://evil.example)\n<!-- rayquest:status:end -->\n";

    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task It_stays_in_its_fence_when_the_comment_is_put_together_anew()
    {
        stage.GitHub.Push(
            stage.Fixture.Alice,
            "code",
            "Ask",
            ReviewFixture.Files(
                (
                    "jobs-requests/vision/code.yaml",
                    ReviewFixture.Request("code", 1, "code: {files: {train.py: code/train.py}}\n")
                ),
                ("jobs-requests/vision/code/train.py", Attack)
            ),
            "main"
        );
        stage.GitHub.OpenPull(stage.Fixture.Alice, "code", "Run code");
        await stage.Review(1);
        string first = stage.Fixture.BotComment();
        first.ShouldContain("Approved by the platform team", Case.Sensitive, "the diff shows the file");
        string composed = StatusComment.Compose(first, MarkdownText.Of($"running\n"));
        string again = StatusComment.WithReviewPart(composed, StatusComment.ReviewPart(composed));
        foreach (string comment in new[] { first, composed, again })
        {
            Markdig.Markdown.ToHtml(comment).ShouldNotContain("<h3>Approved");
            Markdig.Markdown.ToHtml(comment).ShouldNotContain("href=\"https://evil.example");
        }

        StatusComment.ReviewPart(composed).TrimEnd().ShouldBe(first.TrimEnd());
        (await stage.Review(1)).Written.ShouldBeEmpty("nothing changed, so nothing is written");
    }
}
