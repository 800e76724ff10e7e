using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Lifecycle;

namespace Rayquest.Adversary.Tests;

/// <summary>Whose pull request fixed a word of a request has not asked for its job.</summary>
[Hole(3)]
public sealed class CorrectedRequestTests
{
    [Fact]
    public async Task Who_mended_what_runs_nothing_does_not_stop_the_job()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged("lifecycle: {stop: commit, rerun: commit}");
        using TemporaryFolder clones = new();
        EmulatedUser stranger = fixture.GitHub.AddUser("eve");
        fixture.GitHub.Push(
            stranger,
            "typo",
            "Fix it",
            ReviewFixture.Files(
                (LifecycleFixture.Resnet, ReviewFixture.Request("resnet", 4, "description: now spelt right\n"))
            ),
            "main"
        );
        fixture.GitHub.OpenPull(stranger, "typo", "Fix it");
        await LifecycleFixture.Merge(fixture, 2);

        fixture.GitHub.Comment(stranger, 2, "/stop");
        await LifecycleFixture.Follow(fixture.GitHub, clones.Child("clones"), 2);
        fixture
            .GitHub.Git.ReadFile(fixture.GitHub.Git.Resolve("refs/heads/main"), LifecycleFixture.Resnet)
            .ShouldNotBeNull();
        fixture.GitHub.Pulls.Count.ShouldBe(2);

        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        await LifecycleFixture.Follow(fixture.GitHub, clones.Child("clones"), 1);
        fixture
            .GitHub.Git.ReadFile(fixture.GitHub.Git.Resolve("refs/heads/main"), LifecycleFixture.Resnet)
            .ShouldBeNull("who asked for it still does");
    }
}
