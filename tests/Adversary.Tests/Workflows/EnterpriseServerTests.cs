using Rayquest.JobCli.Tests.House;
using Rayquest.JobCli.Tests.Workflows;

namespace Rayquest.Adversary.Tests.Workflows;

/// <summary>
/// A server of an older version takes the workflow file of <c>pull_request_target</c> from the base branch, which any writer
/// may name; and a key it doesn't know makes a workflow invalid, so that nothing runs.
/// </summary>
[Hole(25)]
public sealed class EnterpriseServerTests
{
    [Fact]
    public void The_oldest_version_is_named_and_what_it_does_not_know_is_taken_out_line_by_line()
    {
        string operations = File.ReadAllText(RepositoryFiles.Path("docs", "operations.md"));
        operations.ShouldContain("Enterprise Server 3.20");
        operations.ShouldContain(WorkflowRules.EnterpriseServerCommand);
        foreach (string file in RepositoryFiles.Workflows())
        {
            string there = WorkflowRules.ForEnterpriseServer(File.ReadAllText(file));
            WorkflowRules.Check(there).ShouldBeEmpty(file);
            there.ShouldNotContain("deployment:");
            there.ShouldNotContain("queue:");
            there.ShouldNotContain("cache-mode");
        }
    }
}
