using System.Diagnostics;
using System.Globalization;
using Rayquest.JobHosts.Review;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobRender;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>What one evaluation costs in a large repository.</summary>
public sealed class ReviewCostTests(ITestOutputHelper output)
{
    private static readonly int Requests =
        Environment.GetEnvironmentVariable("RAYQUEST_FULL_MATRIX") == "1" ? 10_000 : 1_000;

    [Fact]
    public async Task A_request_among_thousands_costs_few_calls_and_little_time()
    {
        using ReviewFixture fixture = new(open: false);
        Fill(fixture);
        fixture.Ask("resnet", 4);
        fixture.GitHub.ForgetCalls();
        long start = Stopwatch.GetTimestamp();
        ReviewOutcome first = await fixture.Review();
        TimeSpan changed = Stopwatch.GetElapsedTime(start);
        int calls = fixture.GitHub.Calls.Count;
        fixture.GitHub.ForgetCalls();
        start = Stopwatch.GetTimestamp();
        ReviewOutcome again = await fixture.Review();
        TimeSpan unchanged = Stopwatch.GetElapsedTime(start);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Requests} requests: {calls} calls and {changed.TotalMilliseconds:0} ms when something changed, {fixture.GitHub.Calls.Count} calls and {unchanged.TotalMilliseconds:0} ms when nothing did (clone and fetch included)"
            )
        );
        first.Commit.ShouldNotBeNull(first.Comment.ToString());
        again.Written.ShouldBeEmpty();
        calls.ShouldBeLessThanOrEqualTo(10);
        fixture.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(4);
    }

    // Twenty teams; each request with its rendered file, as the branch looks after years.
    private static void Fill(ReviewFixture fixture)
    {
        CommitPolicies(fixture, out MemoryTree tree);
        PolicySet policies = PolicyLoader.Load(tree).Policies;
        Dictionary<string, string?> files = new(StringComparer.Ordinal);
        for (int i = 0; i < Requests; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"job-{i:00000}");
            string path = string.Create(CultureInfo.InvariantCulture, $"jobs-requests/team-{i % 20:00}/{name}.yaml");
            string request = ReviewFixture.Request(name, 1);
            files[path] = request;
            RequestPlan plan = JobPlanner.Plan(
                RequestDocument.Read(path, System.Text.Encoding.UTF8.GetBytes(request)),
                policies,
                tree
            )!;
            files[RequestPath.JobOf(path)] = System.Text.Encoding.UTF8.GetString(Renderer.Render(plan).Bytes.Span);
        }

        fixture.GitHub.Push(fixture.Bob, "main", "Years of work", files);
    }

    private static void CommitPolicies(ReviewFixture fixture, out MemoryTree tree)
    {
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach (string path in new[] { "policies/platform.yaml", "policies/quotas.yaml", "policies/images.yaml" })
        {
            files[path] = fixture.GitHub.Git.ReadFile(fixture.GitHub.Git.Resolve("refs/heads/main"), path)!;
        }

        tree = new MemoryTree(files);
    }
}
