using Rayquest.JobHosts.Git;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>A stranger's pull request with a copy of a queued request is taken for the queue's own.</summary>
[Hole(12)]
public sealed class Hole12QueuedCopy : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task Only_the_pull_requests_of_the_group_are_asked()
    {
        stage.Fixture.Ask("big", 12, author: stage.Fixture.Mallory);
        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
        EmulatedUser stranger = stage.GitHub.AddUser("eve");
        stage.GitHub.PushToFork(
            stranger,
            "copy",
            "Copy",
            ReviewFixture.Files(("jobs-requests/vision/big.yaml", ReviewFixture.Request("big", 12)))
        );
        stage.GitHub.OpenPull(stranger, "eve:copy", "Copy");
        await stage.Review(2);

        GitRepository git = stage.GitHub.Git;
        ObjectId head = ObjectId.Parse(stage.Fixture.Head(1));
        Signature queue = new("queue", "queue@example.com", stage.GitHub.Clock.GetUtcNow());
        ObjectId group = git.WriteCommit(git.MergeTree(stage.Main, head)!, [stage.Main, head], queue, queue, "Queue");
        git.UpdateReference("refs/heads/gh-readonly-queue/main/pr-1", group, null);
        (await stage.Queue(group)).Preview!.Verdict.ShouldBe(Verdict.Pass);
        stage.StatusOf(group.ToString()).ShouldBe("success");
    }
}
