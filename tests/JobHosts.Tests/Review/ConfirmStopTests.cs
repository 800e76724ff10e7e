using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;
using Rayquest.Rehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>A pull request that takes a live job's request away waits for a confirmation of its head.</summary>
public sealed class ConfirmStopTests : IDisposable
{
    private readonly TemporaryFolder clones = new();

    public void Dispose() => clones.Dispose();

    [Fact]
    public async Task The_owner_confirms_the_head_and_a_push_takes_it_back()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        LedgerView ledger = LifecycleDesk.Ledger(desk.GitHub, JobPhase.Running);
        Remove(desk, desk.Mallory);
        (await Review(desk, ledger)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        desk.GitHub.Statuses.Last().State.ShouldBe("pending");
        desk.OurComment(2).ShouldContain($"/confirm-stop {desk.Head(2)}");

        desk.GitHub.Comment(desk.Alice, 2, "/confirm-stop");
        (await Review(desk, ledger)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval, "no commit named");
        desk.OurComment(2).ShouldContain("`alice` wrote a command that can't be followed");
        desk.GitHub.Comment(desk.Alice, 2, $"/confirm-stop {desk.Head(2)}");
        (await Review(desk, ledger)).Preview!.Verdict.ShouldBe(Verdict.Pass);
        desk.GitHub.Statuses.Last().State.ShouldBe("success");
        desk.OurComment(2).ShouldContain("`alice` confirmed that");

        desk.Push("away", ("jobs-requests/vision/other.yaml", ReviewDesk.Request("other", 1)));
        (await Review(desk, ledger)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task The_rendering_on_top_does_not_take_it_back()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        LedgerView ledger = LifecycleDesk.Ledger(desk.GitHub, JobPhase.Running);
        Remove(desk, desk.Alice);
        desk.GitHub.Comment(desk.Alice, 2, $"/confirm-stop {desk.Head(2)}");
        ReviewOutcome outcome = await Review(desk, ledger);
        outcome.Commit.ShouldNotBeNull();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public async Task Who_wrote_stop_has_confirmed_it_and_what_is_pushed_after_is_not()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        LedgerView ledger = LifecycleDesk.Ledger(desk.GitHub, JobPhase.Running);
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        await LifecycleDesk.Follow(desk.GitHub, clones.Child("clones"), 1, ledger);
        desk.GitHub.LabelsOf(2).ShouldBe(["rayquest/pass"]);
        desk.OurComment(2).ShouldContain("`alice` confirmed that");

        EmulatedPull pull = desk.GitHub.Pull(2);
        desk.GitHub.Push(
            desk.Mallory,
            pull.HeadBranch,
            "More",
            ReviewDesk.Files(("jobs-requests/vision/other.yaml", ReviewDesk.Request("other", 1)))
        );
        (await Review(desk, ledger)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task A_rerun_of_what_still_runs_asks_first()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        LedgerView ledger = LifecycleDesk.Ledger(desk.GitHub, JobPhase.Running);
        desk.GitHub.Comment(desk.Alice, 1, "/rerun");
        await LifecycleDesk.Follow(desk.GitHub, clones.Child("clones"), 1, ledger);
        desk.GitHub.LabelsOf(2).ShouldBe(["rayquest/needs-approval"]);
        desk.GitHub.Comment(desk.Alice, 2, $"/confirm-stop {desk.Head(2)}");
        (await Review(desk, ledger)).Preview!.Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public async Task Nothing_is_written_while_the_job_merely_goes_on()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        LedgerView ledger = LifecycleDesk.Ledger(desk.GitHub, JobPhase.Running);
        Remove(desk, desk.Alice);
        await Review(desk, ledger);
        desk.GitHub.Clock.Advance(TimeSpan.FromMinutes(20));
        (await Review(desk, ledger)).Written.ShouldBeEmpty();
    }

    private Task<ReviewOutcome> Review(ReviewDesk desk, LedgerView ledger) =>
        ReviewDesk.Review(desk.GitHub, clones.Child("clones"), 2, ledger: ledger);

    private static void Remove(ReviewDesk desk, EmulatedUser who)
    {
        desk.GitHub.Push(who, "away", "Take it away", ReviewDesk.Files((LifecycleDesk.Resnet, null)), "main");
        desk.GitHub.OpenPull(who, "away", "Away");
    }
}
