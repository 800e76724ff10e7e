using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>Work is pushed under somebody else's name onto somebody else's branch: GitHub knows who pushed.</summary>
[Hole(3), Hole(7)]
public sealed class BorrowedNameTests : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task A_stranger_to_the_team_who_pushes_onto_a_members_branch_needs_the_teams_word()
    {
        stage.Fixture.Ask("mine", 1);
        await stage.Review(1);
        PushUnderAnothersName();
        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        outcome.Preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.NotEntitled && r.People.Contains("eve"));

        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass, "an approver of the team has seen it");
    }

    [Fact]
    public async Task Nor_before_anybody_has_evaluated_it_since_every_push_has_an_evaluation_of_its_own()
    {
        stage.Fixture.Ask("mine", 1);
        string before = stage.Fixture.Head();
        PushUnderAnothersName();
        await stage.Review(1);
        (await stage.Review(1, before)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        stage.StatusOf(stage.Fixture.Head()).ShouldBe("pending");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval, "and stays so");
    }

    [Fact]
    public async Task Nor_by_an_approval_that_was_taken_back()
    {
        stage.Fixture.Ask("mine", 1);
        await stage.Review(1);
        PushUnderAnothersName();
        await stage.Review(1);
        stage.GitHub.Comment(stage.Fixture.Bob, 1, $"/approve-quota {stage.Fixture.Head()}");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
        stage.GitHub.Comment(stage.Fixture.Bob, 1, "/revoke-quota");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task A_push_counts_however_many_commits_are_put_on_top()
    {
        stage.Fixture.Ask("mine", 1, author: stage.Fixture.Mallory);
        stage.GitHub.Push(
            stage.Fixture.Bob,
            "mine",
            "More",
            ReviewFixture.Files(("jobs-requests/vision/big.yaml", ReviewFixture.Request("big", 12))),
            author: stage.Fixture.Mallory
        );
        for (int i = 0; i < 101; i++)
        {
            stage.GitHub.Push(
                stage.Fixture.Mallory,
                "mine",
                "Again",
                ReviewFixture.Files(
                    ("jobs-requests/vision/mine.yaml", ReviewFixture.Request("mine", 1, $"description: take {i}\n"))
                )
            );
        }

        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        outcome.Preview.Approvals.Approvers.ShouldNotContain("bob");
    }

    private void PushUnderAnothersName() =>
        stage.GitHub.Push(
            stage.GitHub.AddUser("eve"),
            "mine",
            "More",
            ReviewFixture.Files(
                (
                    "jobs-requests/vision/mine.yaml",
                    ReviewFixture.Request("mine", 1).Replace("train.py", "theirs.py", StringComparison.Ordinal)
                )
            ),
            author: stage.Fixture.Alice
        );
}
