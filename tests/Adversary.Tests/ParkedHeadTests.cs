using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>A green head is put where nobody evaluates it again, and brought back when the GPUs are gone.</summary>
[Hole(4)]
public sealed class ParkedHeadTests : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task In_a_closed_pull_request_although_the_event_of_closing_names_no_commit()
    {
        string parked = await Green("big", 8);
        stage.GitHub.Close(1);
        await stage.Review(1);
        stage.StatusOf(parked).ShouldNotBe("success");
    }

    [Fact]
    public async Task In_a_pull_request_to_another_branch()
    {
        string parked = await Green("big", 8);
        stage.GitHub.Push(
            stage.Fixture.Mallory,
            "aside",
            "Aside",
            ReviewFixture.Files(("README.md", "# aside\n")),
            "main"
        );
        stage.GitHub.Retarget(stage.Fixture.Alice, 1, "aside");
        await stage.Review(1);
        stage.StatusOf(parked).ShouldNotBe("success");

        stage.GitHub.Retarget(stage.Fixture.Alice, 1, "main");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass);
        stage.StatusOf(parked).ShouldBe("success", "evaluated as what it is now");
    }

    [Fact]
    public async Task In_a_pull_request_that_was_squashed_so_that_the_branch_does_not_have_its_head()
    {
        await Green("big", 8);
        string parked = stage.Fixture.Head();
        stage.GitHub.Merge(stage.Fixture.Bob, 1, PullRequestMergeMethod.Squash);
        await stage.Review(1);
        stage.StatusOf(parked).ShouldNotBe("success");
    }

    [Fact]
    public async Task What_another_open_pull_request_has_as_its_head_is_left_to_that_one()
    {
        string shared = await Green("big", 8);
        stage.GitHub.Push(stage.Fixture.Mallory, "other", "Other", ReviewFixture.Files(("README.md", "# x\n")), "main");
        stage.GitHub.ForcePush(stage.Fixture.Mallory, "other", JobHosts.Git.ObjectId.Parse(shared));
        stage.GitHub.OpenPull(stage.Fixture.Mallory, "other", "The same");
        stage.GitHub.Close(1);
        await stage.Review(1);
        stage.StatusOf(shared).ShouldBe("success");
    }

    private async Task<string> Green(string name, int gpus)
    {
        stage.Fixture.Ask(name, gpus);
        await stage.Review(1);
        string head = stage.Fixture.Head();
        stage.StatusOf(head).ShouldBe("success");
        return head;
    }
}
