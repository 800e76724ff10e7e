using System.Text.RegularExpressions;
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
            environment:
              name: rayquest
              deployment: false
            permissions:
              contents: write
            steps:
              - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
                with:
                  ref: ${{ github.event.repository.default_branch }}
                  persist-credentials: false
              - run: ./rayquest --version
              - run: ./rayquest review --pull "$PULL"
                env:
                  PULL: ${{ github.event.pull_request.number }}
                  KEY: ${{ secrets.KEY }}
        """;

    [Fact]
    public void The_good_sample_has_no_fault() => WorkflowRules.Check(Good).ShouldBeEmpty();

    [Theory]
    [InlineData("permissions: {}\njobs", "jobs", "top-level permissions")]
    [InlineData("permissions: {}\njobs", "permissions:\n  contents: read\njobs", "top-level permissions")]
    [InlineData("    permissions:\n      contents: write\n", "", "declares no permissions")]
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
    [InlineData("ref: ${{ github.event.repository.default_branch }}", "ref: refs/pull/1/head", "something else than")]
    [InlineData("          ref: ${{ github.event.repository.default_branch }}\n", "", "something else than")]
    [InlineData("          ref:", "          repository: a/b\n          ref:", "something else than")]
    [InlineData("    environment:\n      name: rayquest\n      deployment: false\n", "", "names no environment")]
    [InlineData(
        "  pull_request_target:\n",
        "  pull_request_target:\n  merge_group:\n",
        "merge_group runs what is proposed"
    )]
    [InlineData("  pull_request_target:\n", "  pull_request_target:\n  pull_request:\n", "pull_request runs what is")]
    [InlineData("  pull_request_target:\n", "  pull_request_target:\n  push:\n", "a push to any branch")]
    [InlineData(
        "  pull_request_target:\n",
        "  pull_request_target:\n  push:\n    branches: ['**']\n",
        "a push to any branch"
    )]
    [InlineData("      - run: ./rayquest --version\n", "", "in the step that builds")]
    [InlineData(
        "      - run: ./rayquest --version\n",
        "      - run: ./rayquest --version\n        env:\n          T: ${{ github.token }}\n",
        "in the step that builds"
    )]
    [InlineData(
        "    timeout-minutes: 5\n",
        "    timeout-minutes: 5\n    env:\n      T: ${{ github.token }}\n",
        "to all its steps"
    )]
    [InlineData("permissions: {}\njobs", "permissions: {}\nenv: {T: '${{ secrets.T }}'}\njobs", "to all its steps")]
    [InlineData(
        "      - run: ./rayquest --version\n",
        "      - run: ./rayquest --version\n      - uses: actions/cache@668228422ae6a00e4ad889ee87cd7109ec5666a7 # v5.0.4\n",
        "what another run left"
    )]
    [InlineData("runs-on: ubuntu-latest", "runs-on: self-hosted", "a runner of one's own")]
    [InlineData("run: ./rayquest review --pull \"$PULL\"", "run: ./build.sh --target=Status", "no call of the program")]
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

    [Theory]
    [InlineData("--target=Native", "--target=Native && ./build/publish.sh artifacts/release", "not one known call")]
    [InlineData("./build/publish.sh artifacts/release", "./build.sh --target=Release", "is no call of the program")]
    [InlineData("./.github/workflows/release-build.yml", "acme/other/.github/workflows/a.yml@v1", "another repository")]
    [InlineData("runner: windows-2022", "runner: self-hosted", "a runner of one's own")]
    [InlineData("          - {runner: windows-2022}\n", "", "a runner of one's own")]
    public void Each_rule_of_a_release_fires_on_its_fault(string good, string bad, string expected)
    {
        const string Release = """
            name: sample
            on:
              workflow_dispatch:
            permissions: {}
            concurrency:
              group: one
            jobs:
              build:
                uses: ./.github/workflows/release-build.yml
                permissions:
                  id-token: write
              native:
                runs-on: ${{ matrix.runner }}
                timeout-minutes: 5
                permissions:
                  contents: read
                strategy:
                  matrix:
                    include:
                      - {runner: windows-2022}
                steps:
                  - run: ./build.sh --target=Native
              publish:
                runs-on: ubuntu-latest
                timeout-minutes: 5
                permissions:
                  contents: write
                steps:
                  - run: ./build/publish.sh artifacts/release
                    env:
                      GH_TOKEN: ${{ github.token }}
            """;
        WorkflowRules.Check(Release).ShouldBeEmpty();
        Release.ShouldContain(good);
        WorkflowRules
            .Check(Release.Replace(good, bad, StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldContain(expected);
    }

    [Fact]
    public void Several_faults_that_one_change_makes()
    {
        // Rights alone make a job worth taking over, secret or not.
        string rights = Good.Replace(
                "    environment:\n      name: rayquest\n      deployment: false\n",
                "",
                StringComparison.Ordinal
            )
            .Replace("\n          KEY: ${{ secrets.KEY }}", "", StringComparison.Ordinal)
            .Replace("          ref: ${{ github.event.repository.default_branch }}\n", "", StringComparison.Ordinal);
        WorkflowRules.Check(rights).ShouldHaveSingleItem().ShouldContain("something else than the default branch");
        WorkflowRules
            .Check(rights.Replace("contents: write", "contents: read", StringComparison.Ordinal))
            .ShouldBeEmpty();
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

    [Fact]
    public void A_trusted_job_names_one_of_the_three_environments()
    {
        var named = RepositoryFiles
            .Workflows()
            .SelectMany(File.ReadAllLines)
            .SkipWhile(line => !line.StartsWith("    environment:", StringComparison.Ordinal))
            .Where(line => line.StartsWith("      name: ", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
            .ToList();
        named.Count.ShouldBeGreaterThanOrEqualTo(6);
        named
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ShouldBe(["cluster", "rayquest", "release"]);
    }

    [Fact]
    public void What_an_Enterprise_Server_does_not_know_is_whole_lines_and_the_rest_keeps_the_rules()
    {
        foreach (var workflow in RepositoryFiles.Workflows())
        {
            var lines = WorkflowRules.ForEnterpriseServer(File.ReadAllText(workflow)).Split('\n');
            lines.Where(line => Regex.IsMatch(line, "^ *(deployment|queue|cache-mode):")).ShouldBeEmpty(workflow);
            WorkflowRules.Check(string.Join('\n', lines)).ShouldBeEmpty(workflow);
        }
    }
}
