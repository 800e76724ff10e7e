using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

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
        stage.Fixture.Ask("big", 12, author: stage.Fixture.Mallory);
        await stage.Review(1);
        stage.GitHub.Comment(stage.Fixture.Bob, 1, $"/approve-quota {stage.Fixture.Head()}");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
        EmulatedComment revocation = stage.GitHub.Comment(stage.Fixture.Bob, 1, "/revoke-quota");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval);
        if (isDeleted)
        {
            stage.GitHub.DeleteComment(stage.Fixture.Mallory, revocation);
        }
        else
        {
            stage.GitHub.EditComment(stage.Fixture.Mallory, revocation, "looks good");
        }

        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        outcome.Preview.Approvals.Idle.ShouldContain(new IgnoredApproval("bob", IgnoredReason.Silenced));

        stage.GitHub.Comment(stage.Fixture.Bob, 1, $"/approve-quota {stage.Fixture.Head()}");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass, "said again, it counts");
    }

    [Fact]
    public async Task A_dismissed_demand_for_changes_still_stands()
    {
        stage.Fixture.Ask("big", 12, author: stage.Fixture.Mallory);
        await stage.Review(1);
        EmulatedReview demand = stage.GitHub.Review(stage.Fixture.Bob, 1, "CHANGES_REQUESTED");
        stage.GitHub.Review(stage.Fixture.Alice, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval);
        stage.GitHub.DismissReview(1, demand.Id);
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval);
        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
    }
}
