using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>A pull request that takes a live job's request away waits for a confirmation of its head.</summary>
public sealed class ConfirmStopTests : IDisposable
{
    private readonly TemporaryFolder clones = new();

    public void Dispose() => clones.Dispose();

    [Fact]
    public async Task The_owner_confirms_the_head_and_a_push_takes_it_back()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        LedgerView ledger = LifecycleFixture.Ledger(fixture.GitHub, JobPhase.Running);
        Remove(fixture, fixture.Mallory);
        (await Review(fixture, ledger)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        fixture.GitHub.Statuses.Last().State.ShouldBe("pending");
        fixture.BotComment(2).ShouldContain($"/confirm-stop {fixture.Head(2)}");

        fixture.GitHub.Comment(fixture.Alice, 2, "/confirm-stop");
        (await Review(fixture, ledger)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval, "no commit named");
        fixture.BotComment(2).ShouldContain("`alice` wrote a command that can't be followed");
        fixture.GitHub.Comment(fixture.Alice, 2, $"/confirm-stop {fixture.Head(2)}");
        (await Review(fixture, ledger)).Preview!.Verdict.ShouldBe(Verdict.Pass);
        fixture.GitHub.Statuses.Last().State.ShouldBe("success");
        fixture.BotComment(2).ShouldContain("`alice` confirmed that");

        fixture.Push("away", ("jobs-requests/vision/other.yaml", ReviewFixture.Request("other", 1)));
        (await Review(fixture, ledger)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task The_rendering_on_top_does_not_take_it_back()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        LedgerView ledger = LifecycleFixture.Ledger(fixture.GitHub, JobPhase.Running);
        Remove(fixture, fixture.Alice);
        fixture.GitHub.Comment(fixture.Alice, 2, $"/confirm-stop {fixture.Head(2)}");
        ReviewOutcome outcome = await Review(fixture, ledger);
        outcome.Commit.ShouldNotBeNull();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public async Task Who_wrote_stop_has_confirmed_it_and_what_is_pushed_after_is_not()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        LedgerView ledger = LifecycleFixture.Ledger(fixture.GitHub, JobPhase.Running);
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        await LifecycleFixture.Follow(fixture.GitHub, clones.Child("clones"), 1, ledger);
        fixture.GitHub.LabelsOf(2).ShouldBe(["rayquest/pass"]);
        fixture.BotComment(2).ShouldContain("`alice` confirmed that");

        EmulatedPull pull = fixture.GitHub.Pull(2);
        fixture.GitHub.Push(
            fixture.Mallory,
            pull.HeadBranch,
            "More",
            ReviewFixture.Files(("jobs-requests/vision/other.yaml", ReviewFixture.Request("other", 1)))
        );
        (await Review(fixture, ledger)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task A_rerun_of_what_still_runs_asks_first()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        LedgerView ledger = LifecycleFixture.Ledger(fixture.GitHub, JobPhase.Running);
        fixture.GitHub.Comment(fixture.Alice, 1, "/rerun");
        await LifecycleFixture.Follow(fixture.GitHub, clones.Child("clones"), 1, ledger);
        fixture.GitHub.LabelsOf(2).ShouldBe(["rayquest/needs-approval"]);
        fixture.GitHub.Comment(fixture.Alice, 2, $"/confirm-stop {fixture.Head(2)}");
        (await Review(fixture, ledger)).Preview!.Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public async Task Nothing_is_written_while_the_job_merely_goes_on()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        LedgerView ledger = LifecycleFixture.Ledger(fixture.GitHub, JobPhase.Running);
        Remove(fixture, fixture.Alice);
        await Review(fixture, ledger);
        fixture.GitHub.Clock.Advance(TimeSpan.FromMinutes(20));
        (await Review(fixture, ledger)).Written.ShouldBeEmpty();
    }

    private Task<ReviewOutcome> Review(ReviewFixture fixture, LedgerView ledger) =>
        ReviewFixture.Review(fixture.GitHub, clones.Child("clones"), 2, ledger: ledger);

    private static void Remove(ReviewFixture fixture, EmulatedUser who)
    {
        fixture.GitHub.Push(who, "away", "Take it away", ReviewFixture.Files((LifecycleFixture.Resnet, null)), "main");
        fixture.GitHub.OpenPull(who, "away", "Away");
    }
}
