using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>Somebody approves what he has written himself, under another's name.</summary>
[Hole(7)]
public sealed class Hole07OwnWork : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task Who_pushed_a_commit_onto_it_counts_as_an_author()
    {
        stage.Fixture.Ask("mine", 1, author: stage.Fixture.Mallory);
        stage.GitHub.Push(
            stage.Fixture.Bob,
            "mine",
            "More",
            ReviewFixture.Files(("jobs-requests/vision/big.yaml", ReviewFixture.Request("big", 12)))
        );
        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        outcome.Preview.Approvals.Approvers.ShouldNotContain("bob");
        stage.GitHub.Review(stage.Fixture.Alice, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass, "another approver");
    }

    [Fact]
    public async Task The_name_of_a_branch_makes_nobody_an_author()
    {
        // A bot, not ours, opens what an approver wrote, from a branch that looks like a command of Mallory's.
        EmulatedUser robot = stage.GitHub.AddBot("workflow");
        stage.GitHub.Push(
            robot,
            "rayquest/rerun-1-1-mallory",
            "Ask",
            ReviewFixture.Files(("jobs-requests/vision/big.yaml", ReviewFixture.Request("big", 12))),
            "main"
        );
        stage.GitHub.OpenPull(robot, "rayquest/rerun-1-1-mallory", "Run big again");
        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        outcome.Preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.UnknownAuthor);
    }

    [Fact]
    public async Task Clicking_on_update_branch_makes_nobody_an_author()
    {
        stage.Fixture.Ask("mine", 12, author: stage.Fixture.Mallory);
        await stage.Review(1);
        stage.GitHub.Push(stage.Fixture.Alice, "main", "A note", ReviewFixture.Files(("README.md", "# more\n")));
        Update(stage.Fixture.Bob, "mine");
        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
    }

    private void Update(EmulatedUser by, string branch)
    {
        GitRepository git = stage.GitHub.Git;
        ObjectId head = git.Resolve("refs/heads/" + branch);
        Signature person = new(by.Login, by.Login + "@users.noreply.example.com", stage.GitHub.Clock.GetUtcNow());
        ObjectId merged = git.WriteCommit(
            git.MergeTree(head, stage.Main)!,
            [head, stage.Main],
            person,
            person,
            "Merge branch 'main'"
        );
        stage.GitHub.ForcePush(by, branch, merged);
    }
}
