using Rayquest.JobCli.Tests;

namespace Rayquest.Adversary.Tests.Workflows;

/// <summary>Whoever may write can run an old run again for a month: with the program, the policies and the workflow of then.</summary>
[Hole(23)]
public sealed class OldRunTests : IDisposable
{
    private readonly WorkflowRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public void An_old_program_is_refused()
    {
        run.Ask("resnet", 4);
        run.Push(("src/program", "fixed"));
        run.Call("review", "--pull", "1").Code.ShouldBe(3);
        run.GitHub.Statuses.ShouldBeEmpty();
    }

    [Fact]
    public void An_old_workflow_file_is_refused()
    {
        run.Ask("resnet", 4);
        run.Push((WorkflowRun.File, "fixed"));
        run.Checkout();
        run.Call("review", "--pull", "1").Code.ShouldBe(3);
        run.GitHub.Statuses.ShouldBeEmpty();
    }
}
