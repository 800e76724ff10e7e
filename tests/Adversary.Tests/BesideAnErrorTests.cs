using Rayquest.JobReport.Evaluation;
using Rayquest.Rehearsal.GitHub;

namespace Rayquest.Adversary.Tests;

/// <summary>What is blocked for one reason is not approved of for all others.</summary>
[Hole(15)]
public sealed class BesideAnErrorTests : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task What_nobody_approved_is_not_rendered_because_something_beside_it_is_broken()
    {
        EmulatedUser mallory = stage.Desk.Mallory;
        stage.GitHub.PushToFork(
            mallory,
            "big",
            "Ask",
            ReviewDesk.Files(
                ("jobs-requests/vision/big.yaml", ReviewDesk.Request("big", 12)),
                ("jobs-requests/vision/broken.yaml", "name: broken\nentrypoint: \"\"\n")
            )
        );
        stage.GitHub.OpenPull(mallory, "mallory:big", "Run big");
        JobHosts.Git.ObjectId before = stage.Main;
        stage.GitHub.Succeed(stage.Desk.Head(1), "rayquest");
        stage.GitHub.Merge(stage.Desk.Bob, 1);
        await stage.Repair(before);
        stage.OnMain("jobs/vision/big.yaml").ShouldBeNull("twelve of soft eight, and nobody said so");

        stage.GitHub.Review(stage.Desk.Bob, 1, "APPROVED");
        await stage.Repair(stage.Main);
        stage.OnMain("jobs/vision/big.yaml").ShouldNotBeNull("approved since");
    }

    [Fact]
    public async Task Tidying_up_takes_nothing_away_that_still_waits_for_its_manifest()
    {
        stage.Desk.Ask("resnet", 4);
        await stage.Land(1);
        EmulatedUser carol = stage.GitHub.AddUser("carol");
        stage.GitHub.PushToFork(
            carol,
            "waits",
            "Ask",
            ReviewDesk.Files(("jobs-requests/vision/waits.yaml", ReviewDesk.Request("waits", 1)))
        );
        stage.GitHub.OpenPull(carol, "carol:waits", "Run waits");
        await stage.Review(2);
        stage.GitHub.Merge(stage.Desk.Bob, 2);

        EmulatedUser stranger = stage.GitHub.AddUser("eve");
        stage.GitHub.Push(
            stranger,
            "away",
            "Tidy up",
            ReviewDesk.Files(("jobs-requests/vision/resnet.yaml", null), ("jobs-requests/vision/waits.yaml", null)),
            "main"
        );
        stage.GitHub.OpenPull(stranger, "away", "Tidy up");
        JobReport.Ledger.LedgerView ledger = LifecycleDesk.Ledger(stage.GitHub, JobReport.Status.JobPhase.Succeeded);
        (await stage.VerdictOf(3, ledger)).ShouldBe(Verdict.NeedsApproval);
    }
}
