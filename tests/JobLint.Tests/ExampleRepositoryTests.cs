using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

public class ExampleRepositoryTests
{
    private static MemoryTree Tree { get; } =
        new(
            Repository.Files("policies").Concat(Repository.Files("jobs-requests")).ToDictionary(StringComparer.Ordinal)
        );

    [Fact]
    public void The_policies_are_sound()
    {
        LoadedPolicies policies = PolicyLoader.Load(Tree);
        policies.Findings.ShouldBeEmpty(Repository.Print(policies.Findings));
    }

    [Fact]
    public void The_requests_lint_clean()
    {
        LintResult result = Repository.Lint(Tree);
        result.Findings.ShouldBeEmpty(Repository.Print(result.Findings));
        result.Requests.Count.ShouldBeGreaterThanOrEqualTo(12);
        result.Requests.Select(r => r.Team).Distinct().Count().ShouldBe(4);
        result.Requests.ShouldAllBe(r => r.Plan != null);
    }

    [Fact]
    public void The_rendered_jobs_lint_clean_beside_their_requests()
    {
        MemoryTree tree = new(
            new[] { "policies", "jobs-requests", "jobs" }
                .SelectMany(f => Repository.Files(f))
                .ToDictionary(StringComparer.Ordinal)
        );
        LintResult result = Repository.Lint(tree);
        result.Findings.ShouldBeEmpty(Repository.Print(result.Findings));
        result.Requests.ShouldAllBe(r => r.Live != null);
    }

    [Fact]
    public void The_requests_fit_into_the_soft_quota_together()
    {
        LintResult result = Repository.Lint(Tree);
        result.Findings.ShouldNotContain(f => f.Rule.Code.StartsWith("RQ20", StringComparison.Ordinal));
    }
}
