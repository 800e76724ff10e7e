using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Lifecycle;
using Rayquest.Rehearsal.GitHub;

namespace Rayquest.Adversary.Tests;

/// <summary>Whose pull request mended a word of a request has not asked for its job.</summary>
[Hole(3)]
public sealed class CorrectedRequestTests
{
    [Fact]
    public async Task Who_mended_what_runs_nothing_does_not_stop_the_job()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged("lifecycle: {stop: commit, rerun: commit}");
        using TemporaryFolder clones = new();
        EmulatedUser stranger = desk.GitHub.AddUser("eve");
        desk.GitHub.Push(
            stranger,
            "typo",
            "Mend it",
            ReviewDesk.Files((LifecycleDesk.Resnet, ReviewDesk.Request("resnet", 4, "description: now spelt right\n"))),
            "main"
        );
        desk.GitHub.OpenPull(stranger, "typo", "Mend it");
        await LifecycleDesk.Merge(desk, 2);

        desk.GitHub.Comment(stranger, 2, "/stop");
        await LifecycleDesk.Follow(desk.GitHub, clones.Child("clones"), 2);
        desk.GitHub.Git.ReadFile(desk.GitHub.Git.Resolve("refs/heads/main"), LifecycleDesk.Resnet).ShouldNotBeNull();
        desk.GitHub.Pulls.Count.ShouldBe(2);

        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        await LifecycleDesk.Follow(desk.GitHub, clones.Child("clones"), 1);
        desk.GitHub.Git.ReadFile(desk.GitHub.Git.Resolve("refs/heads/main"), LifecycleDesk.Resnet)
            .ShouldBeNull("who asked for it still does");
    }
}
