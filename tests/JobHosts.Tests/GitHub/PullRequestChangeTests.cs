using System.Net;
using System.Text;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>Looking at several pull requests with one call, and changing everything about one with another.</summary>
public sealed class PullRequestChangeTests : IDisposable
{
    private static readonly string[] Ours = ["ray/running", "ray/failed"];
    private readonly GitHubFixture fixture = new();

    private GitHubClient Client => fixture.Client;
    private EmulatedGitHub GitHub => fixture.GitHub;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task One_look_tells_comments_and_labels_and_leaves_out_what_is_not_there()
    {
        GitHub.Comment(fixture.Alice, 1, "hers");
        var ours = GitHub.Comment(GitHub.Bot, 1, "ours \"quoted\"");
        GitHub.Label(1, "ray/running");

        var seen = await Client.GraphQL.PullRequests([(1, true), (99, true)], Ours);

        GitHub.Calls.Count.ShouldBe(1);
        seen.Pulls.Keys.ShouldBe([1]);
        seen.Labels.Keys.ShouldBe(["ray/running"]);
        seen.Pulls[1].Labels.Single().ShouldBe(seen.Labels["ray/running"]);
        seen.Pulls[1].HasMoreComments.ShouldBeFalse();
        seen.Pulls[1]
            .Comments.Select(comment => (comment.Body, comment.IsBot))
            .ShouldBe([("hers", false), ("ours \"quoted\"", true)]);
        seen.Pulls[1].Comments[1].Id.ShouldBe(ours.Id);
        (await Client.GraphQL.PullRequests([(1, false)], [])).Pulls[1].Comments.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_fifty_first_comment_is_only_announced()
    {
        for (var i = 0; i < 51; i++)
        {
            GitHub.Comment(fixture.Alice, 1, "chat");
        }

        var seen = (await Client.GraphQL.PullRequests([(1, true)], [])).Pulls[1];

        (seen.Comments.Count, seen.HasMoreComments).ShouldBe((50, true));
    }

    [Fact]
    public async Task A_repository_the_token_cannot_see_is_a_refusal()
    {
        using var other = GitHub.Client(adjust: options =>
            options with
            {
                Repository = new RepositoryName("acme", "other"),
            }
        );

        var fault = await Should.ThrowAsync<GitHubRefused>(other.GraphQL.PullRequests([(1, false)], []));

        fault.Status.ShouldBe(HttpStatusCode.NotFound);
        fault.Reason.ShouldContain("Repository");
    }

    [Fact]
    public async Task One_call_changes_comment_statuses_and_labels()
    {
        var (comment, deployment, change) = await Everything();

        var result = await Client.GraphQL.Change(change);

        result.ShouldSatisfyAllConditions(
            r => r.Comment.ShouldBeNull(),
            r => r.Statuses.ShouldBeEmpty(),
            r => r.Labels.ShouldBeNull()
        );
        comment.Body.ShouldBe("new");
        deployment.Statuses.Select(status => (status.State, status.Description)).ShouldBe([("failure", "it failed")]);
        GitHub.LabelsOf(1).ShouldBe(["ray/failed"]);
        GitHub.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_refused_is_told_and_the_rest_is_done()
    {
        var (_, deployment, change) = await Everything();

        var result = await Client.GraphQL.Change(change with { Comment = ("IC_0", "nowhere") });

        result.Comment.ShouldNotBeNull().Status.ShouldBe(HttpStatusCode.NotFound);
        result.Statuses.ShouldBeEmpty();
        result.Labels.ShouldBeNull();
        deployment.Statuses.Count.ShouldBe(1);
        GitHub.LabelsOf(1).ShouldBe(["ray/failed"]);

        result = await Client.GraphQL.Change(
            new PullRequestChange(change.Subject)
            {
                Statuses = [new DeploymentStatusChange("DE_0", change.Statuses[0].Status)],
                AddLabels = ["LA_unknown"],
            }
        );
        result.Comment.ShouldBeNull();
        result.Statuses[0].Reason.ShouldContain("DE_0");
        result.Labels.ShouldNotBeNull().Reason.ShouldContain("LA_unknown");
    }

    [Fact]
    public async Task Only_a_status_makes_a_lost_answer_uncertain()
    {
        var (comment, deployment, change) = await Everything();
        GitHub.FailAt(2, FaultKind.ConnectionReset, afterEffect: true);

        await Should.ThrowAsync<UnknownOutcome>(Client.GraphQL.Change(change));

        deployment.Statuses.Count.ShouldBe(1);
        GitHub.ForgetCalls();
        GitHub.FailAt(1, FaultKind.ConnectionReset, afterEffect: true);
        await Client.GraphQL.Change(change with { Statuses = [], Comment = (change.Comment!.Value.NodeId, "newer") });
        comment.Body.ShouldBe("newer");
        GitHub.Calls.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("RATE_LIMITED", "API rate limit exceeded")]
    [InlineData("UNPROCESSABLE", "was submitted too quickly")]
    public async Task A_limit_met_half_way_leaves_open_which_statuses_were_said(string type, string message)
    {
        using var client = new GitHubClient(
            new GitHubOptions
            {
                Repository = GitHub.Name,
                ApiUrl = GitHub.ApiUrl,
                Time = GitHub.Clock,
            },
            new GitHubToken(new SecretText("t")),
            new Always(
                $$"""{"data":{"comment":{"clientMutationId":null},"status0":null},"errors":[{"type":"{{type}}","path":["status0"],"message":"{{message}}"}]}"""
            )
        );
        var change = new PullRequestChange("PR_1")
        {
            Comment = ("IC_1", "x"),
            Statuses = [new DeploymentStatusChange("DE_1", new NewDeploymentStatus(DeploymentState.Success))],
        };

        await Should.ThrowAsync<UnknownOutcome>(client.GraphQL.Change(change));
    }

    private async Task<(EmulatedComment Comment, EmulatedDeployment Deployment, PullRequestChange Change)> Everything()
    {
        var comment = GitHub.Comment(GitHub.Bot, 1, "old");
        var deployment = GitHub.Deploy(GitHub.Bot, fixture.Head, "ray/vision", "ray:a");
        GitHub.Label(1, "ray/running");
        GitHub.DefineLabel("ray/failed");
        var seen = await Client.GraphQL.PullRequests([(1, true)], Ours);
        return (
            comment,
            deployment,
            new PullRequestChange(seen.Pulls[1].NodeId)
            {
                Comment = (seen.Pulls[1].Comments.Single().NodeId, "new"),
                Statuses =
                [
                    new DeploymentStatusChange(
                        $"DE_{deployment.Id}",
                        new NewDeploymentStatus(DeploymentState.Failure, "it failed", AutoInactive: false)
                    ),
                ],
                AddLabels = [seen.Labels["ray/failed"].Id],
                RemoveLabels = [seen.Labels["ray/running"].Id],
            }
        );
    }

    /// <summary>The same answer to every call.</summary>
    private sealed class Always(string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
            Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent(body, Encoding.UTF8, "application/json"),
                }
            );
    }
}
