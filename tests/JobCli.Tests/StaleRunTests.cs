namespace Rayquest.JobCli.Tests;

/// <summary>
/// "Re-run jobs" takes the commit and the workflow file of then, for a month: what was fixed since would be open again.
/// </summary>
public sealed class StaleRunTests : IDisposable
{
    private readonly WorkflowRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public void A_run_of_today_goes_on()
    {
        run.Ask("resnet", 4);
        (int code, string text) = run.Call("review", "--pull", "1");
        code.ShouldBe(0, text);
        text.ShouldContain("Ready to merge");
    }

    [Theory]
    [InlineData("src/program")]
    [InlineData("policies/platform.yaml")]
    [InlineData("Directory.Build.targets")]
    public void An_old_program_or_an_old_policy_is_refused(string path)
    {
        run.Ask("resnet", 4);
        run.Push((path, "gpus: {}\n"));
        foreach (
            string[] call in (string[][])
                [
                    ["review", "--pull", "1"],
                    ["merged"],
                    ["status"],
                    ["issue-form", "--issue", "1"],
                ]
        )
        {
            (int code, string text) = run.Call(call);
            code.ShouldBe(3, text);
            text.ShouldContain(path);
        }

        run.GitHub.Statuses.ShouldBeEmpty();
        run.GitHub.Comments.ShouldBeEmpty();
    }

    [Fact]
    public void An_old_workflow_file_is_refused_though_it_checks_out_the_branch_of_today()
    {
        run.Ask("resnet", 4);
        run.Push((WorkflowRun.File, "two"));
        run.Checkout();
        (int code, string text) = run.Call("review", "--pull", "1");
        code.ShouldBe(3, text);
        text.ShouldContain(WorkflowRun.File);
        text.ShouldContain("start a new one");
        run.GitHub.Statuses.ShouldBeEmpty();

        run.Started = run.Tip;
        run.Call("review", "--pull", "1").Code.ShouldBe(0);
    }

    [Fact]
    public void Requests_that_were_merged_meanwhile_stop_no_run()
    {
        run.Ask("resnet", 4);
        run.Push(
            ("jobs-requests/vision/other.yaml", WorkflowRun.Request("other", 1)),
            ("jobs/vision/other.yaml", "kind: RayJob\n")
        );
        run.Call("review", "--pull", "1").Text.ShouldNotContain("default branch");
        run.GitHub.Statuses.ShouldNotBeEmpty();
    }

    [Fact]
    public void Another_workflow_that_changed_meanwhile_stops_no_run()
    {
        run.Ask("resnet", 4);
        run.Push((".github/workflows/other.yml", "two"));
        run.Checkout();
        run.Call("review", "--pull", "1").Code.ShouldBe(0);
    }
}
