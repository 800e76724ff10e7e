using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>Files among the requests that no request ships, and shipped code that a stranger changes.</summary>
[Hole(21)]
public sealed class Hole21StrangersFiles : IDisposable
{
    private readonly Stage stage = new(autoMerge: true);

    public void Dispose() => stage.Dispose();

    [Theory]
    [InlineData("jobs-requests/.gitattributes", "* -diff linguist-generated\n", "RQ5094")]
    [InlineData("jobs-requests/vision/NOTES.md", "# Approved\n", "RQ5094")]
    [InlineData("jobs-requests/made-up/CODEOWNERS", "* @eve\n", "RQ5094")]
    [InlineData("jobs-requests/vision/deep/job.yaml", "name: job\n", "RQ0104")]
    public async Task Only_requests_and_what_they_ship_may_lie_there(string path, string text, string rule)
    {
        EmulatedUser stranger = stage.GitHub.AddUser("eve");
        stage.GitHub.PushToFork(stranger, "files", "Add a file", ReviewFixture.Files((path, text)));
        stage.GitHub.OpenPull(stranger, "eve:files", "Add a file");
        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        outcome.Preview.Findings.ShouldContain(f => f.Rule.Code == rule && f.Span.Source.Path == path);
    }

    [Fact]
    public async Task Shipped_code_is_the_teams_however_the_key_is_written()
    {
        stage.GitHub.Push(
            stage.Fixture.Alice,
            "code",
            "Ask",
            ReviewFixture.Files(
                (
                    "jobs-requests/vision/code.yaml",
                    ReviewFixture.Request("code", 1, "code: {\"\\x66iles\": {train.py: train.md}}\n")
                ),
                ("jobs-requests/vision/train.md", "print(1)\n")
            ),
            "main"
        );
        stage.GitHub.OpenPull(stage.Fixture.Alice, "code", "Run code");
        await stage.Review(1);
        stage.OnMain("jobs-requests/vision/train.md").ShouldNotBeNull("auto-merge");
        EmulatedUser stranger = stage.GitHub.AddUser("eve");
        stage.GitHub.PushToFork(
            stranger,
            "evil",
            "Fix",
            ReviewFixture.Files(("jobs-requests/vision/train.md", "import os\n"))
        );
        stage.GitHub.OpenPull(stranger, "eve:evil", "Fix");
        ReviewOutcome outcome = await stage.Review(2);
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        outcome.Preview.Jobs.ShouldContain(j => j.Action == JobAction.Replace);
    }
}
