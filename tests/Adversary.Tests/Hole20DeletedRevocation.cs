using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;
using Rayquest.Rehearsal.GitHub;

namespace Rayquest.Adversary.Tests;

/// <summary>A withdrawal, or a demand for changes, is made to disappear by the author.</summary>
[Hole(20)]
public sealed class Hole20DeletedRevocation : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deleting_or_editing_the_comment_does_not_bring_the_approval_back(bool isDeleted)
    {
        stage.Desk.Ask("big", 12, author: stage.Desk.Mallory);
        await stage.Review(1);
        stage.GitHub.Comment(stage.Desk.Bob, 1, $"/approve-quota {stage.Desk.Head()}");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
        EmulatedComment revocation = stage.GitHub.Comment(stage.Desk.Bob, 1, "/revoke-quota");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval);
        if (isDeleted)
        {
            stage.GitHub.DeleteComment(stage.Desk.Mallory, revocation);
        }
        else
        {
            stage.GitHub.EditComment(stage.Desk.Mallory, revocation, "looks good");
        }

        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        outcome.Preview.Approvals.Idle.ShouldContain(new IdleStatement("bob", IdleApproval.Silenced));

        stage.GitHub.Comment(stage.Desk.Bob, 1, $"/approve-quota {stage.Desk.Head()}");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass, "said again, it counts");
    }

    [Fact]
    public async Task A_dismissed_demand_for_changes_still_stands()
    {
        stage.Desk.Ask("big", 12, author: stage.Desk.Mallory);
        await stage.Review(1);
        EmulatedReview demand = stage.GitHub.Review(stage.Desk.Bob, 1, "CHANGES_REQUESTED");
        stage.GitHub.Review(stage.Desk.Alice, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval);
        stage.GitHub.DismissReview(1, demand.Id);
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval);
        stage.GitHub.Review(stage.Desk.Bob, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
    }
}
