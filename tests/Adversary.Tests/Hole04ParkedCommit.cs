using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>A commit that was green once is pushed back later and merged before anybody looks.</summary>
[Hole(4)]
public sealed class Hole04ParkedCommit : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task The_head_before_a_push_is_green_no_longer()
    {
        stage.Fixture.Ask("big", 8);
        await stage.Review(1);
        string parked = stage.Fixture.Head();
        stage.StatusOf(parked).ShouldBe("success");

        stage.Fixture.Push("big", ("jobs-requests/vision/small.yaml", ReviewFixture.Request("small", 1)));
        await stage.Review(1, before: parked);
        stage.StatusOf(parked).ShouldNotBe("success");
    }

    [Fact]
    public async Task A_head_that_a_force_push_took_away_is_found_without_the_event()
    {
        stage.Fixture.Ask("big", 8);
        await stage.Review(1);
        string parked = stage.Fixture.Head();
        stage.GitHub.ForcePush(stage.Fixture.Mallory, "big", stage.Main);
        stage.Fixture.Push("big", ("jobs-requests/vision/small.yaml", ReviewFixture.Request("small", 1)));
        await stage.Review(1);
        stage.StatusOf(parked).ShouldNotBe("success");

        // Pushed back, it is evaluated as what it is then.
        stage.GitHub.ForcePush(stage.Fixture.Mallory, "big", JobHosts.Git.ObjectId.Parse(parked));
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
        stage.StatusOf(parked).ShouldBe("success");
    }

    [Fact]
    public async Task An_approval_that_was_withdrawn_does_not_live_on_in_a_parked_commit()
    {
        stage.Fixture.Ask("big", 12);
        await stage.Review(1);
        string parked = stage.Fixture.Head();
        stage.GitHub.Comment(stage.Fixture.Bob, 1, $"/approve-quota {parked}");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);

        stage.Fixture.Push("big", ("jobs-requests/vision/small.yaml", ReviewFixture.Request("small", 1)));
        await stage.Review(1, before: parked);
        stage.GitHub.Comment(stage.Fixture.Bob, 1, "/revoke-quota");
        stage.GitHub.Review(stage.Fixture.Bob, 1, "CHANGES_REQUESTED");
        await stage.Review(1);
        stage.GitHub.ForcePush(stage.Fixture.Mallory, "big", JobHosts.Git.ObjectId.Parse(parked));
        stage.StatusOf(parked).ShouldNotBe("success");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task The_head_of_a_closed_pull_request_is_green_no_longer()
    {
        stage.Fixture.Ask("big", 8);
        await stage.Review(1);
        string parked = stage.Fixture.Head();
        stage.GitHub.Close(1);
        await stage.Review(1, before: parked);
        stage.StatusOf(parked).ShouldNotBe("success");
    }
}
