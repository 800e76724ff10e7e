using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Evaluation;
using Rayquest.Rehearsal.GitHub;

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
        EmulatedUser stranger = stage.GitHub.AddUser("eve");
        stage.Desk.Ask("mine", 1);
        stage.GitHub.Push(
            stranger,
            "mine",
            "More",
            ReviewDesk.Files(
                (
                    "jobs-requests/vision/mine.yaml",
                    ReviewDesk.Request("mine", 1).Replace("train.py", "theirs.py", StringComparison.Ordinal)
                )
            ),
            author: stage.Desk.Alice
        );
        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        outcome.Preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.NotEntitled && r.People.Contains("eve"));

        stage.GitHub.Review(stage.Desk.Bob, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass, "an approver of the team has seen it");
    }

    [Fact]
    public async Task A_push_counts_however_many_commits_are_put_on_top()
    {
        stage.Desk.Ask("mine", 1, author: stage.Desk.Mallory);
        stage.GitHub.Push(
            stage.Desk.Bob,
            "mine",
            "More",
            ReviewDesk.Files(("jobs-requests/vision/big.yaml", ReviewDesk.Request("big", 12))),
            author: stage.Desk.Mallory
        );
        for (int i = 0; i < 101; i++)
        {
            stage.GitHub.Push(
                stage.Desk.Mallory,
                "mine",
                "Again",
                ReviewDesk.Files(
                    ("jobs-requests/vision/mine.yaml", ReviewDesk.Request("mine", 1, $"description: take {i}\n"))
                )
            );
        }

        stage.GitHub.Review(stage.Desk.Bob, 1, "APPROVED");
        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        outcome.Preview.Approvals.May.ShouldNotContain("bob");
    }
}
