using System.Globalization;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests;

public class ManifestTooLargeTests
{
    private static string Request(int groups, int variables, int length, int jobs) =>
        "name: train\nentrypoint: echo ${sweep.i}\n"
        + $"sweep: {{i: [{string.Join(", ", Enumerable.Range(0, jobs))}]}}\n"
        + "workers:\n"
        + string.Concat(
            Enumerable
                .Range(0, groups)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"- {{name: g{i}, replicas: 1}}\n"))
        )
        + "env:\n"
        + string.Concat(
            Enumerable
                .Range(0, variables)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"  E{i}: {new string('v', length)}\n"))
        );

    private static Finding[] Lint(string request) =>
        [.. Repository.Lint(Repository.Vision(request), only: "RQ0024").Findings.Where(f => f.Rule.Code == "RQ0024")];

    [Fact]
    public void A_job_beyond_what_an_API_server_stores_is_refused_at_its_variables()
    {
        Finding finding = Lint(Request(groups: 64, variables: 200, length: 900, jobs: 2)).ShouldHaveSingleItem();
        finding.Message.ShouldContain("65 pods with 200 variables each), at most 1 MiB are taken");
        finding.Span.Text.ShouldStartWith("E0:");
    }

    [Fact]
    public void Jobs_that_are_too_large_together_are_refused_at_the_sweep()
    {
        Finding finding = Lint(Request(groups: 8, variables: 50, length: 60, jobs: 200)).ShouldHaveSingleItem();
        finding.Message.ShouldStartWith("the 200 jobs would take about");
        finding.Message.ShouldContain(", at most 8 MiB are taken");
        finding.Span.Text.ShouldStartWith("{i: [0, 1");
    }

    [Fact]
    public void A_large_sweep_of_small_jobs_is_taken() =>
        Lint(Request(groups: 1, variables: 10, length: 20, jobs: 256)).ShouldBeEmpty();

    [Fact]
    public void What_cannot_be_planned_has_no_size() => Pointed.At("RQ0024", "name: [x]\n").ShouldBeEmpty();

    [Fact]
    public void Nobody_can_ignore_it() =>
        Lint("# rayquest: ignore RQ0024 because\n" + Request(groups: 64, variables: 200, length: 900, jobs: 1))
            .ShouldHaveSingleItem();
}
