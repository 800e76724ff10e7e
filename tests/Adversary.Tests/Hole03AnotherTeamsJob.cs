using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.Adversary.Tests;

/// <summary>Somebody outside a team removes, replaces or moves its requests, and confirms it himself.</summary>
[Hole(3)]
public sealed class Hole03AnotherTeamsJob : IDisposable
{
    private const string Resnet = "jobs-requests/vision/resnet.yaml";
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Removing_it_needs_that_teams_approver_and_his_own_word_confirms_nothing(bool hasLedger)
    {
        LedgerView? ledger = await Running(hasLedger);
        EmulatedUser stranger = stage.GitHub.AddUser("eve");
        Remove(stranger);
        (await stage.VerdictOf(2, ledger)).ShouldBe(Verdict.NeedsApproval);
        stage.GitHub.Comment(stranger, 2, $"/confirm-stop {stage.Fixture.Head(2)}");
        (await stage.VerdictOf(2, ledger)).ShouldBe(Verdict.NeedsApproval, "a stranger's word");

        stage.GitHub.Review(stage.Fixture.Bob, 2, "APPROVED");
        stage.GitHub.Comment(stage.Fixture.Bob, 2, $"/confirm-stop {stage.Fixture.Head(2)}");
        (await stage.VerdictOf(2, ledger)).ShouldBe(Verdict.Pass, "an approver of the team");
    }

    [Fact]
    public async Task A_member_still_removes_what_is_the_teams()
    {
        await Running(hasLedger: false);
        Remove(stage.Fixture.Mallory);
        (await stage.VerdictOf(2)).ShouldBe(Verdict.Pass);
    }

    [Fact]
    public async Task Moving_it_to_another_team_asks_both()
    {
        await Running(hasLedger: false);
        EmulatedUser stranger = stage.GitHub.AddUser("eve");
        stage.GitHub.Push(
            stranger,
            "move",
            "Move it",
            ReviewFixture.Files((Resnet, null), ("jobs-requests/nlp/resnet.yaml", ReviewFixture.Request("resnet", 1))),
            "main"
        );
        stage.GitHub.OpenPull(stranger, "move", "Move it");
        (await stage.VerdictOf(2)).ShouldNotBe(Verdict.Pass);
    }

    [Fact]
    public async Task What_has_ended_may_be_put_away_by_anybody()
    {
        await Running(hasLedger: false);
        LedgerView ledger = LifecycleFixture.Ledger(stage.GitHub, JobPhase.Succeeded);
        Remove(stage.GitHub.AddUser("eve"));
        (await stage.VerdictOf(2, ledger)).ShouldBe(Verdict.Pass);
    }

    [Theory]
    [InlineData(JobPhase.NotSynced, "merged, and no pass of the status sync has seen it yet")]
    [InlineData(JobPhase.Vanished, "gone without anybody's asking: it is made anew at the next sync")]
    public async Task What_is_not_known_to_have_ended_is_not_put_away_by_anybody(JobPhase phase, string why)
    {
        await Running(hasLedger: false);
        LedgerView ledger = LifecycleFixture.Ledger(stage.GitHub, phase);
        Remove(stage.GitHub.AddUser("eve"));
        (await stage.VerdictOf(2, ledger)).ShouldBe(Verdict.NeedsApproval, why);
        stage.GitHub.Review(stage.Fixture.Bob, 2, "APPROVED");
        (await stage.VerdictOf(2, ledger)).ShouldBe(Verdict.Pass, "an approver of the team");
    }

    private async Task<LedgerView?> Running(bool hasLedger)
    {
        stage.Fixture.Ask("resnet", 4);
        await stage.Land(1);
        return hasLedger ? LifecycleFixture.Ledger(stage.GitHub, JobPhase.Running) : null;
    }

    private void Remove(EmulatedUser who)
    {
        stage.GitHub.Push(who, "away", "Take it away", ReviewFixture.Files((Resnet, null)), "main");
        stage.GitHub.OpenPull(who, "away", "Away");
    }
}
