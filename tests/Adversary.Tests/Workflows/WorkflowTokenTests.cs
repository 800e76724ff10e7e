using Rayquest.JobCli.Tests;

namespace Rayquest.Adversary.Tests.Workflows;

/// <summary>What the workflow's own token merges starts no workflow: a merge by it would never be looked at.</summary>
[Hole(11)]
public sealed class WorkflowTokenTests
{
    [Fact]
    public void Nothing_is_merged_with_it()
    {
        using WorkflowRun run = new("autoMerge: true\n");
        run.Ask("resnet", 4);
        (int code, string text) = run.Call("review", "--pull", "1");
        code.ShouldBe(0, text);
        text.ShouldContain("needs the GitHub App");
        run.GitHub.Pull(1).MergedAt.ShouldBeNull();
        run.GitHub.Pull(1).AutoMerge.ShouldBeNull();
    }

    [Fact]
    public void What_it_commits_starts_the_merge_workflow()
    {
        using WorkflowRun run = new("lifecycle: {stop: commit, confirmStop: false}\n");
        run.Ask("resnet", 4);
        run.Call("review", "--pull", "1").Code.ShouldBe(0);
        run.GitHub.Merge(run.Alice, 1);
        run.GitHub.Comment(run.Alice, 1, "/stop");
        run.Call("review", "--pull", "1").Code.ShouldBe(0);
        run.GitHub.Dispatches.ShouldHaveSingleItem();
    }
}
