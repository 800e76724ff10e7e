using Rayquest.JobCli.Tests.House;
using Rayquest.JobCli.Tests.Workflows;

namespace Rayquest.Adversary.Tests.Workflows;

/// <summary>
/// A merge queue's run takes the workflow file and the program from what is queued: whoever queues a change would evaluate it
/// with his own program and the App's key.
/// </summary>
[Hole(14)]
public sealed class QueuedProgramTests
{
    [Fact]
    public void The_queues_own_run_holds_nothing()
    {
        string[] queued =
        [
            .. RepositoryFiles
                .Workflows()
                .Where(file => File.ReadAllText(file).Contains("\n  merge_group:", StringComparison.Ordinal)),
        ];
        queued.Length.ShouldBe(2);
        foreach (string text in queued.Select(File.ReadAllText))
        {
            text.ShouldNotContain("secrets.");
            text.ShouldNotContain("environment:");
            text.ShouldNotContain(": write");
        }
    }

    [Fact]
    public void The_trusted_run_checks_out_the_default_branch_by_name()
    {
        string workflow = File.ReadAllText(RepositoryFiles.Path(".github", "workflows", "submission.yml"));
        workflow.ShouldContain("github.event.workflow_run.event == 'merge_group'");
        WorkflowRules.Check(workflow).ShouldBeEmpty();
        IReadOnlyList<string> faults = WorkflowRules.Check(
            workflow.Replace(
                WorkflowRules.DefaultBranch,
                "${{ github.event.workflow_run.head_sha }}",
                StringComparison.Ordinal
            )
        );
        faults.Count.ShouldBe(3);
        faults.ShouldAllBe(fault => fault.Contains("something else than the default branch", StringComparison.Ordinal));
    }
}
