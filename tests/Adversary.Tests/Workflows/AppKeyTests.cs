using Rayquest.JobCli.Tests.House;
using Rayquest.JobCli.Tests.Workflows;

namespace Rayquest.Adversary.Tests.Workflows;

/// <summary>
/// A secret of the repository is every writer's: a branch's own workflow prints it. The App's key is an environment's, which
/// GitHub opens to the default branch alone.
/// </summary>
[Hole(1)]
public sealed class AppKeyTests
{
    [Fact]
    public void No_job_reads_a_secret_without_an_environment()
    {
        string workflow = Trusted("submission.yml");
        WorkflowRules.Check(workflow).ShouldBeEmpty();
        string open = workflow.Replace(
            "    environment:\n      name: rayquest # holds the App's key, for the default branch only\n      deployment: false\n",
            "",
            StringComparison.Ordinal
        );
        IReadOnlyList<string> faults = WorkflowRules.Check(open);
        faults.Count.ShouldBe(3);
        faults.ShouldAllBe(fault => fault.Contains("names no environment", StringComparison.Ordinal));
    }

    [Fact]
    public void No_workflow_that_a_branch_can_start_with_its_own_file_holds_one()
    {
        foreach (string trigger in new[] { "pull_request", "merge_group", "pull_request_review" })
        {
            WorkflowRules
                .Check(
                    Trusted("status.yml").Replace("  workflow_dispatch:\n", $"  {trigger}:\n", StringComparison.Ordinal)
                )
                .ShouldContain(fault => fault.Contains($"{trigger} runs what is proposed", StringComparison.Ordinal));
        }
    }

    private static string Trusted(string name) => File.ReadAllText(RepositoryFiles.Path(".github", "workflows", name));
}
