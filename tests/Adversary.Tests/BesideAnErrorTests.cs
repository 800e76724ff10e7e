using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

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
        EmulatedUser mallory = stage.Fixture.Mallory;
        stage.GitHub.PushToFork(
            mallory,
            "big",
            "Ask",
            ReviewFixture.Files(
                ("jobs-requests/vision/big.yaml", ReviewFixture.Request("big", 12)),
                ("jobs-requests/vision/broken.yaml", "name: broken\nentrypoint: \"\"\n")
            )
        );
        stage.GitHub.OpenPull(mallory, "mallory:big", "Run big");
        JobHosts.Git.ObjectId before = stage.Main;
        stage.GitHub.Succeed(stage.Fixture.Head(1), "rayquest");
        stage.GitHub.Merge(stage.Fixture.Bob, 1);
        await stage.Repair(before);
        stage.OnMain("jobs/vision/big.yaml").ShouldBeNull("twelve of soft eight, and nobody said so");

        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        await stage.Repair(stage.Main);
        stage.OnMain("jobs/vision/big.yaml").ShouldNotBeNull("approved since");
    }

    [Fact]
    public async Task Tidying_up_takes_nothing_away_that_still_waits_for_its_manifest()
    {
        stage.Fixture.Ask("resnet", 4);
        await stage.Land(1);
        EmulatedUser carol = stage.GitHub.AddUser("carol");
        stage.GitHub.PushToFork(
            carol,
            "waits",
            "Ask",
            ReviewFixture.Files(("jobs-requests/vision/waits.yaml", ReviewFixture.Request("waits", 1)))
        );
        stage.GitHub.OpenPull(carol, "carol:waits", "Run waits");
        await stage.Review(2);
        stage.GitHub.Merge(stage.Fixture.Bob, 2);

        EmulatedUser stranger = stage.GitHub.AddUser("eve");
        stage.GitHub.Push(
            stranger,
            "away",
            "Tidy up",
            ReviewFixture.Files(("jobs-requests/vision/resnet.yaml", null), ("jobs-requests/vision/waits.yaml", null)),
            "main"
        );
        stage.GitHub.OpenPull(stranger, "away", "Tidy up");
        JobReport.Ledger.LedgerView ledger = LifecycleFixture.Ledger(stage.GitHub, JobReport.Status.JobPhase.Succeeded);
        (await stage.VerdictOf(3, ledger)).ShouldBe(Verdict.NeedsApproval);
    }
}
