using Rayquest.JobCli.Tests.House;
using Rayquest.JobCli.Tests.Workflows;

namespace Rayquest.Adversary.Tests.Workflows;

/// <summary>
/// A label keeps no branch's workflow off a runner of one's own; its group does, when it is limited to one workflow of the
/// default branch. So one workflow alone may use one, and it is none that runs what is proposed.
/// </summary>
[Hole(24)]
public sealed class RunnerTests
{
    [Fact]
    public void One_workflow_alone_uses_a_runner_of_ones_own_and_none_that_runs_what_is_proposed()
    {
        RepositoryFiles
            .Workflows()
            .Where(file => WorkflowRules.UsesOtherRunner(File.ReadAllText(file)))
            .Select(Path.GetFileName)
            .ShouldBe(["status.yml"]);
        string proposed = File.ReadAllText(RepositoryFiles.Path(".github", "workflows", "ci.yml"))
            .Replace(
                "runs-on: ubuntu-latest",
                "runs-on: ${{ vars.RAYQUEST_STATUS_RUNNER || 'ubuntu-latest' }}",
                StringComparison.Ordinal
            );
        WorkflowRules
            .Check(proposed)
            .ShouldContain(fault => fault.Contains("a runner of one's own", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("operations.md", ".github/workflows/status.yml@refs/heads/main")]
    [InlineData("operations.md", "--ephemeral")]
    public void The_documents_say_how(string document, string words) =>
        File.ReadAllText(RepositoryFiles.Path("docs", document)).ShouldContain(words);
}
