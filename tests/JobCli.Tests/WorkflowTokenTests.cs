namespace Rayquest.JobCli.Tests;

/// <summary>What the workflow's own token pushes and merges starts no workflow: nothing may wait for one silently.</summary>
public sealed class WorkflowTokenTests
{
    [Fact]
    public void Nothing_is_merged_with_it_and_it_is_said()
    {
        using WorkflowRun run = new("autoMerge: true\n");
        run.Ask("resnet", 4);
        (int code, string text) = run.Call("review", "--pull", "1");
        code.ShouldBe(0, text);
        text.ShouldContain("`autoMerge: true` needs the GitHub App");
        text.ShouldNotContain("(auto-merge");
        run.GitHub.Pull(1).MergedAt.ShouldBeNull();
        run.GitHub.Pull(1).AutoMerge.ShouldBeNull();
    }

    [Fact]
    public void A_command_that_commits_starts_the_merge_workflow_by_a_dispatch()
    {
        using WorkflowRun run = new("lifecycle: {stop: commit, confirmStop: false}\n");
        run.Ask("resnet", 4);
        run.Call("review", "--pull", "1").Code.ShouldBe(0);
        run.GitHub.Merge(run.Alice, 1);
        run.GitHub.Dispatches.ShouldBeEmpty();
        run.GitHub.Comment(run.Alice, 1, "/stop");

        (int code, string text) = run.Call("review", "--pull", "1");
        code.ShouldBe(0, text);
        text.ShouldContain("`lifecycle` with `commit` needs the GitHub App");
        text.ShouldContain("/stop by alice: committed");
        run.GitHub.Dispatches.ShouldHaveSingleItem().EventType.ShouldBe(Commands.CommandServices.MergeEvent);

        // Answered: nothing is left to do, and nothing to start.
        run.Call("review", "--pull", "1").Code.ShouldBe(0);
        run.GitHub.Dispatches.Count.ShouldBe(1);
    }

    [Fact]
    public void The_queues_result_and_a_pass_without_a_push_need_no_base()
    {
        using WorkflowRun run = new();
        run.Ask("resnet", 20);
        string queued = run.GitHub.Git.Resolve("refs/heads/resnet").ToString();
        (int code, string text) = run.Call("review", "--merge-group", "--head", queued);
        code.ShouldBe(1, text);
        text.ShouldContain("20");
        run.GitHub.Statuses.ShouldHaveSingleItem().Sha.ShouldBe(queued);

        run.Call("merged", "--base", "", "--head", "").Code.ShouldBe(0);
        run.Call("review", "--pull", "1", "--before", "").Code.ShouldBe(1);
        run.Call("review", "--pull", "1", "--before", "main").Code.ShouldBe(2);
    }
}
