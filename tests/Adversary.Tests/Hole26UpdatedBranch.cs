using Rayquest.JobHosts.Git;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>"Update branch" keeps an approval, where nothing of what was approved has changed; anything else voids it.</summary>
[Hole(26)]
public sealed class Hole26UpdatedBranch : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task Merging_the_base_in_keeps_the_approval_and_a_changed_request_does_not()
    {
        stage.Fixture.Ask("big", 12, author: stage.Fixture.Mallory);
        await stage.Review(1);
        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
        stage.GitHub.Push(stage.Fixture.Alice, "main", "A note", ReviewFixture.Files(("README.md", "# more\n")));

        GitRepository git = stage.GitHub.Git;
        ObjectId head = git.Resolve("refs/heads/big");
        Signature web = new("mallory", "mallory@users.noreply.example.com", stage.GitHub.Clock.GetUtcNow());
        ObjectId updated = git.WriteCommit(git.MergeTree(head, stage.Main)!, [head, stage.Main], web, web, "Update");
        stage.GitHub.ForcePush(stage.Fixture.Mallory, "big", updated);
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);

        stage.GitHub.Push(
            stage.Fixture.Mallory,
            "big",
            "More",
            ReviewFixture.Files(("jobs-requests/vision/big.yaml", ReviewFixture.Request("big", 13)))
        );
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval);
    }
}
