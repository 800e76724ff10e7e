using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>What becomes of statuses when something else changes than quotas, or a run ends early.</summary>
[Hole(8)]
public sealed class LeftBehindTests : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task Who_leaves_the_team_does_not_keep_a_green_pull_request()
    {
        stage.Fixture.Ask("late", 1, author: stage.Fixture.Mallory);
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
        ObjectId before = stage.Main;
        stage.GitHub.Push(
            stage.Fixture.Bob,
            "main",
            "Mallory has left",
            ReviewFixture.Files(
                ("policies/quotas.yaml", ReviewFixture.Quotas.Replace(", mallory", "", StringComparison.Ordinal) + "\n")
            )
        );
        await stage.Merged(before);
        stage.StatusOf(stage.Fixture.Head()).ShouldNotBe("success");
    }

    [Fact]
    public async Task An_approved_one_that_a_run_has_only_begun_to_evaluate_again_is_taken_up_by_the_next()
    {
        stage.Fixture.Ask("big", 10);
        await stage.Review(1);
        stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
        // A run that set it to pending, and was killed.
        using GitHubClient client = stage.GitHub.Client();
        await client.Repository.Status.Create(
            stage.Fixture.Head(),
            new NewCommitStatus(
                CommitState.Pending,
                "rayquest",
                "The base branch has changed: pull request 1 is being evaluated again",
                null
            )
        );
        await stage.Refresh();
        stage.StatusOf(stage.Fixture.Head()).ShouldBe("success");
    }

    [Fact]
    public async Task A_head_that_no_run_has_evaluated_is_taken_up_once_its_own_run_is_overdue()
    {
        stage.Fixture.Ask("fresh", 1);
        (await stage.Refresh()).ShouldBeEmpty("its own run is still to come");
        stage.StatusOf(stage.Fixture.Head()).ShouldBeNull();
        stage.GitHub.Clock.Advance(TimeSpan.FromMinutes(45));
        (await stage.Refresh()).ShouldHaveSingleItem().Preview!.Verdict.ShouldBe(Verdict.Pass);
        stage.StatusOf(stage.Fixture.Head()).ShouldBe("success");
        stage.GitHub.ForgetCalls();
        (await stage.Refresh()).ShouldBeEmpty("done once");
        stage.GitHub.Calls.ShouldNotContain(call => call.Path.Contains("/statuses/", StringComparison.Ordinal));
    }
}
