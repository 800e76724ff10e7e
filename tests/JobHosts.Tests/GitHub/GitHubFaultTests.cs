using System.Net;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

public sealed class GitHubFaultTests : IDisposable
{
    private readonly GitHubFixture fixture = new();
    private GitHubClient? made;

    // Made on first use, after the faults are planned.
    private GitHubClient Client => made ??= fixture.GitHub.Client();

    public static TheoryData<FaultKind, bool> EveryFault()
    {
        var data = new TheoryData<FaultKind, bool>();
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            data.Add(kind, false);
            data.Add(kind, true);
        }

        return data;
    }

    public void Dispose()
    {
        made?.Dispose();
        fixture.Dispose();
    }

    [Theory]
    [MemberData(nameof(EveryFault))]
    public async Task A_read_gets_through(FaultKind kind, bool after)
    {
        fixture.GitHub.FailAt(1, kind, after);

        (await Client.PullRequest.Get(1)).Number.ShouldBe(1);

        fixture.GitHub.Calls.Count.ShouldBeGreaterThanOrEqualTo(2);
        Client.Calls.Retries.ShouldBe(fixture.GitHub.Calls.Count - 1);
    }

    [Fact]
    public async Task Every_wait_is_announced_with_its_cause_and_what_patience_is_left()
    {
        var waits = new List<GitHubWait>();
        using var client = fixture.GitHub.Client(adjust: options => options with { Waits = waits.Add });
        fixture.GitHub.FailAt(1, FaultKind.TooManyRequests);
        fixture.GitHub.FailAt(2, FaultKind.BadGateway);

        await client.PullRequest.Get(1);

        waits.Count.ShouldBe(2);
        waits[0].Cause.ShouldStartWith("asks to wait until");
        waits[0].Delay.ShouldBe(TimeSpan.FromSeconds(5));
        waits[0].Left.ShouldBe(TimeSpan.FromMinutes(5) - waits[0].Delay);
        waits[1].Cause.ShouldBe("answered 502 BadGateway");
        waits[1].Left.ShouldBe(waits[0].Left - waits[1].Delay);
    }

    [Theory]
    [MemberData(nameof(EveryFault))]
    public async Task A_write_that_may_happen_twice_gets_through(FaultKind kind, bool after)
    {
        var comment = fixture.GitHub.Comment(fixture.GitHub.Bot, 1, "old");
        fixture.GitHub.FailAt(1, kind, after);

        await Client.Issue.Comment.Update(comment.Id, "new");

        comment.Body.ShouldBe("new");
        fixture.GitHub.Calls.Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Theory]
    [MemberData(nameof(EveryFault))]
    public async Task A_comment_is_made_once_whatever_happens(FaultKind kind, bool after)
    {
        fixture.GitHub.FailAt(1, kind, after);

        var made = await WriteOnce.Run(
            Client,
            async cancel =>
                (await Client.Issue.Comment.GetAllForIssue(1, cancel)).FirstOrDefault(c => c.Body == "once"),
            cancel => Client.Issue.Comment.Create(1, "once", cancel)
        );

        fixture.GitHub.Comments.ShouldHaveSingleItem().Id.ShouldBe(made.Id);
    }

    [Theory]
    [MemberData(nameof(EveryFault))]
    public async Task A_write_that_must_not_happen_twice_is_never_repeated_blindly(FaultKind kind, bool after)
    {
        fixture.GitHub.FailAt(1, kind, after);
        var isLimit = kind is FaultKind.PrimaryRateLimit or FaultKind.SecondaryRateLimit or FaultKind.TooManyRequests;

        if (isLimit)
            await Client.Issue.Comment.Create(1, "once");
        else
            (await Should.ThrowAsync<UnknownOutcome>(Client.Issue.Comment.Create(1, "once"))).Cause.ShouldContain(
                "may or may not"
            );

        fixture.GitHub.Calls.Count.ShouldBe(isLimit ? 2 : 1);
        fixture.GitHub.Comments.Count.ShouldBe(isLimit || after ? 1 : 0);
    }

    [Theory]
    [MemberData(nameof(EveryFault))]
    public async Task A_commit_is_made_once_whatever_happens(FaultKind kind, bool after)
    {
        var head = fixture.Head;
        fixture.GitHub.FailAt(1, kind, after);
        var commit = new CommitOnBranch("resnet", head, "Render", "", [new FileAddition("jobs/a.yaml", [1])], []);

        var made = await WriteOnce.Run(
            Client,
            async cancel =>
                await Client.Git.Reference.Find("heads/resnet", cancel) is { } now && now.Object.Sha != head
                    ? new CommitOnBranchResult(now.Object.Sha)
                    : null,
            cancel => Client.GraphQL.CreateCommitOnBranch(commit, cancel)
        );

        made.Oid.ShouldBe(fixture.Head);
        fixture.GitHub.Git.ReadCommit(fixture.GitHub.Git.Resolve(fixture.Head)).Parents[0].ToString().ShouldBe(head);
    }

    [Fact]
    public async Task Three_lost_writes_in_a_row_are_given_up()
    {
        fixture.GitHub.FailWhen(call => call.IsWrite, FaultKind.BadGateway, afterEffect: false, times: 99);

        await Should.ThrowAsync<UnknownOutcome>(
            WriteOnce.Run(
                Client,
                async cancel => (await Client.Issue.Comment.GetAllForIssue(1, cancel)).FirstOrDefault(_ => true),
                cancel => Client.Issue.Comment.Create(1, "once", cancel)
            )
        );

        fixture.GitHub.Calls.Count(call => call.IsWrite).ShouldBe(3);
        fixture.GitHub.Comments.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(FaultKind.SecondaryRateLimit, 7)]
    [InlineData(FaultKind.TooManyRequests, 5)]
    [InlineData(FaultKind.PrimaryRateLimit, 181)]
    public async Task Limits_are_waited_out_as_github_says(FaultKind kind, int seconds)
    {
        fixture.GitHub.FailAt(1, kind);

        await Client.PullRequest.Get(1);

        fixture.GitHub.Clock.Waited.TotalSeconds.ShouldBe(seconds);
    }

    [Fact]
    public async Task Beyond_the_budget_github_is_unavailable()
    {
        using var poor = fixture.GitHub.Client(adjust: options =>
            options with
            {
                RetryBudget = TimeSpan.FromSeconds(60),
            }
        );
        fixture.GitHub.FailAt(1, FaultKind.PrimaryRateLimit);

        var fault = await Should.ThrowAsync<GitHubUnavailable>(poor.PullRequest.Get(1));

        fault.Cause.ShouldContain("rate limit");
        fixture.GitHub.Clock.Waited.ShouldBe(TimeSpan.Zero);
        fixture.GitHub.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_long_outage_ends_within_the_budget()
    {
        fixture.GitHub.FailWhen(_ => true, FaultKind.InternalError, times: 1000);

        var fault = await Should.ThrowAsync<GitHubUnavailable>(Client.PullRequest.Get(1));

        fault.ShouldNotBeOfType<UnknownOutcome>();
        fault.Cause.ShouldContain("500");
        fixture.GitHub.Clock.Waited.ShouldBeLessThan(TimeSpan.FromMinutes(5));
        fixture.GitHub.Calls.Count.ShouldBe(9);
    }

    [Fact]
    public async Task Nobody_listening_is_unavailable_for_writes_too()
    {
        using var lost = fixture.GitHub.Client(adjust: options =>
            options with
            {
                ApiUrl = new Uri("http://127.0.0.1:1/"),
                MaxRetries = 2,
            }
        );

        var fault = await Should.ThrowAsync<GitHubUnavailable>(lost.Issue.Comment.Create(1, "x"));

        fault.ShouldNotBeOfType<UnknownOutcome>();
        fault.Cause.ShouldContain("can't be reached");
        lost.Calls.Total.ShouldBe(3);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated()
    {
        await Should.ThrowAsync<GitHubRefused>(Client.PullRequest.Get(99));

        fixture.GitHub.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_not_retried()
    {
        using var source = new CancellationTokenSource();
        fixture.GitHub.Before(call => call.Number == 1, source.Cancel);
        fixture.GitHub.FailAt(2, FaultKind.Timeout);
        fixture.GitHub.FailAt(1, FaultKind.Timeout, afterEffect: true);

        await Should.ThrowAsync<OperationCanceledException>(Client.PullRequest.Get(1, source.Token));

        fixture.GitHub.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Writes_beyond_the_burst_are_spaced()
    {
        using var spaced = fixture.GitHub.Client(adjust: options =>
            options with
            {
                WriteSpacing = TimeSpan.FromSeconds(10),
                WriteBurst = 3,
            }
        );

        for (var i = 0; i < 6; i++)
            await spaced.Issue.Comment.Create(1, $"comment {i}");

        // Each emulated write takes some seconds of the shared clock itself, so the pauses are a little shorter.
        var waited = fixture.GitHub.Clock.Waited.TotalSeconds;
        waited.ShouldBeGreaterThan(10);
        waited.ShouldBeLessThanOrEqualTo(30);
    }

    [Fact]
    public async Task A_wrong_token_is_said_so_and_never_shown()
    {
        using var wrong = new GitHubClient(
            new GitHubOptions { Repository = fixture.GitHub.Name, ApiUrl = fixture.GitHub.ApiUrl },
            new GitHubToken(new SecretText("ghp_supersecret"))
        );

        var fault = await Should.ThrowAsync<GitHubRefused>(wrong.PullRequest.Get(1));

        fault.Status.ShouldBe(HttpStatusCode.Unauthorized);
        fault.Remedy.ShouldContain("GITHUB_TOKEN");
        fault.ToString().ShouldNotContain("supersecret");
        new SecretText("ghp_supersecret").ToString().ShouldBe("***");
        new GitHubToken(new SecretText("ghp_supersecret")).ToString().ShouldNotContain("supersecret");
    }

    [Fact]
    public void A_token_is_never_sent_in_the_clear_to_another_machine()
    {
        var options = new GitHubOptions
        {
            Repository = fixture.GitHub.Name,
            ApiUrl = new Uri("http://github.example.com/api/v3"),
        };

        Should
            .Throw<GitHubUnavailable>(() => new GitHubClient(options, new GitHubToken(new SecretText("x"))))
            .Remedy.ShouldContain("https");
    }

    [Theory]
    [InlineData("https://api.github.com", "https://api.github.com/graphql")]
    [InlineData("https://ghe.example.com/api/v3", "https://ghe.example.com/api/graphql")]
    [InlineData("https://ghe.example.com/api/v3/", "https://ghe.example.com/api/graphql")]
    [InlineData("https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:8080/graphql")]
    public void GraphQL_is_found_beside_rest(string rest, string graphQL) =>
        new GitHubOptions { Repository = fixture.GitHub.Name, ApiUrl = new Uri(rest) }.GraphQLUrl.AbsoluteUri.ShouldBe(
            graphQL
        );

    [Fact]
    public async Task An_enterprise_server_is_reached_under_its_folder()
    {
        using var server = fixture.GitHub.Client(adjust: options =>
            options with
            {
                ApiUrl = new Uri(fixture.GitHub.ApiUrl, "api/v3"),
            }
        );

        (await server.PullRequest.Get(1)).Number.ShouldBe(1);
        (await server.GraphQL.Viewer()).ShouldBe("github-actions[bot]");
        fixture.GitHub.Calls[0].Path.ShouldBe("/api/v3/repos/acme/ray-jobs/pulls/1");
    }
}
