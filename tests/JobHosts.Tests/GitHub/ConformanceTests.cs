using System.Text;
using System.Text.Json;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Processes;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

public sealed class ConformanceTests : IDisposable
{
    private readonly GitHubFixture fixture = new();

    /// <summary>tests/conformance, when its packages are installed.</summary>
    internal static string? Folder { get; } = FindFolder();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Every_request_is_valid_by_githubs_description()
    {
        Needs.ApiDescription();
        await Tour();
        using var description = OpenApiDescription.Load();

        fixture.GitHub.Calls.SelectMany(description.CheckRequest).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_answer_of_the_emulator_is_valid_by_githubs_description()
    {
        Needs.ApiDescription();
        await Tour();
        using var description = OpenApiDescription.Load();

        fixture.GitHub.Calls.SelectMany(description.CheckAnswer).ShouldBeEmpty();
    }

    [Fact]
    public void The_description_finds_faults()
    {
        Needs.ApiDescription();
        using var description = OpenApiDescription.Load();

        Faults("POST", "/repos/o/r/check-runs", "", "{\"name\":\"x\"}")
            .ShouldContain(f => f.Contains("head_sha is missing"));
        Faults("POST", "/repos/o/r/statuses/abc", "", "{\"state\":\"maybe\"}")
            .ShouldContain(f => f.Contains("can't be maybe"));
        Faults("POST", "/repos/o/r/issues/1/comments", "", "{\"body\":1}")
            .ShouldContain(f => f.Contains("is no string"));
        Faults("POST", "/repos/o/r/issues/1/comments", "", "{\"body\":\"x\",\"bdy\":1}")
            .ShouldContain(f => f.Contains("bdy isn't described"));
        Faults("GET", "/repos/o/r/pulls", "?state=ajar", null).ShouldContain(f => f.Contains("can't be ajar"));
        Faults("GET", "/repos/o/r/pulls", "?sate=open", null).ShouldContain(f => f.Contains("no parameter sate"));
        Faults("GET", "/repos/o/r/pullz", "", null).ShouldContain(f => f.Contains("no such operation"));
        Faults("PATCH", "/repos/o/r/git/refs/heads/a/b", "", "{\"sha\":\"x\",\"force\":false}").ShouldBeEmpty();

        List<string> Faults(string method, string path, string query, string? body) =>
            [
                .. description.CheckRequest(
                    new RecordedCall(
                        1,
                        method,
                        path,
                        query,
                        body is null ? null : System.Text.Json.Nodes.JsonNode.Parse(body),
                        null
                    )
                ),
            ];
    }

    [Fact]
    public async Task Every_graphql_request_is_valid_by_githubs_schema()
    {
        Needs.OctokitRest();
        using var strict = new GitHubFixture(new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] });
        var client = strict.Client;
        var pull = await client.PullRequest.Get(1);
        var comment = await client.Issue.Comment.Create(1, "old");
        await client.GraphQL.Viewer();
        await client.GraphQL.MinimizeComment(comment.NodeId, ReportedContentClassifiers.OffTopic);
        await client.GraphQL.EnablePullRequestAutoMerge(pull.NodeId, PullRequestMergeMethod.Squash, pull.Head.Sha);
        await client.GraphQL.DisablePullRequestAutoMerge(pull.NodeId);
        var addition = new FileAddition("jobs/a.yaml", [1]);
        await client.GraphQL.CreateCommitOnBranch(
            new CommitOnBranch(
                "resnet",
                pull.Head.Sha,
                "Render",
                "body",
                [addition],
                ["jobs-requests/vision/resnet.yaml"]
            )
        );
        strict.GitHub.DefineLabel("ray/failed");
        var seen = await client.GraphQL.PullRequests([(1, true)], ["ray/failed", "ray/running"]);
        var deployment = await client.Repository.Deployment.Create(new NewDeployment("main", "ray/vision", "ray:a"));
        await client.GraphQL.Change(
            new PullRequestChange(pull.NodeId)
            {
                Comment = (seen.Pulls[1].Comments.Single().NodeId, "new"),
                Statuses =
                [
                    .. Enum.GetValues<DeploymentState>()
                        .Except([DeploymentState.Unknown])
                        .Select(state => new DeploymentStatusChange(
                            deployment.NodeId,
                            new NewDeploymentStatus(state, "d", AutoInactive: false)
                        )),
                ],
                AddLabels = [seen.Labels["ray/failed"].Id],
                RemoveLabels = [seen.Labels["ray/failed"].Id],
            }
        );
        var asked = strict.GitHub.Calls.Where(call => call.GraphQLField is not null).ToList();
        asked.Count.ShouldBe(7);
        asked.ShouldAllBe(call => call.Answer!["errors"] == null);

        var result = Validate(asked.Select(call => call.Body!.ToJsonString()));
        result.ExitCode.ShouldBe(0, result.Text + result.Error);
        Validate(["{\"query\":\"{ viewer { logn } }\"}"]).ExitCode.ShouldBe(1);

        static ProcessResult Validate(IEnumerable<string> requests) =>
            ChildProcess.Run(
                "node",
                ["graphql.mjs"],
                Folder!,
                new Dictionary<string, string?>(),
                TimeSpan.FromSeconds(60),
                Encoding.UTF8.GetBytes(string.Join('\n', requests))
            );
    }

    [Fact]
    public void The_emulator_answers_real_octokit()
    {
        Needs.OctokitRest();
        var variables = new Dictionary<string, string?>
        {
            ["API_URL"] = fixture.GitHub.ApiUrl.AbsoluteUri.TrimEnd('/'),
            ["BOT_TOKEN"] = fixture.GitHub.Bot.Token,
            ["ALICE_TOKEN"] = fixture.Alice.Token,
            ["BOB_TOKEN"] = fixture.Bob.Token,
            ["OWNER"] = fixture.GitHub.Name.Owner,
            ["REPO"] = fixture.GitHub.Name.Name,
        };

        var result = ChildProcess.Run("node", ["octokit.mjs"], Folder!, variables, TimeSpan.FromSeconds(60));

        result.ExitCode.ShouldBe(0, result.Text + result.Error);
        result.Text.Split('\n').Length.ShouldBeGreaterThan(50);
    }

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "tests/conformance/node_modules/@octokit/rest")))
                return Path.Combine(folder.FullName, "tests/conformance");
        return null;
    }

    /// <summary>One call of everything the client can do.</summary>
    private async Task Tour()
    {
        var client = fixture.Client;
        var head = fixture.Head;
        await client.Repository.Get();
        await client.PullRequest.Get(1);
        await client.PullRequest.GetAll(ItemState.Open, "main", "acme:resnet");
        await client.PullRequest.Files(1);
        fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        await client.PullRequest.Review.GetAll(1);
        var remark = new NewReviewComment("jobs-requests/vision/resnet.yaml", "better", 1);
        await client.PullRequest.Review.Create(1, new NewPullRequestReview(head, "COMMENT", "see", [remark]));
        var remarks = await client.PullRequest.ReviewComment.GetAll(1);
        await client.PullRequest.ReviewComment.Delete(remarks[0].Id);

        var comment = await client.Issue.Comment.Create(1, "one");
        await client.Issue.Comment.Update(comment.Id, "two");
        await client.Issue.Comment.Find(comment.Id);
        await client.GraphQL.History(1, "main");
        await client.GraphQL.OpenPulls("main");
        await client.GraphQL.QueueGroup("main", head);
        await client.GraphQL.IssueEditors(1);
        await client.Issue.Comment.GetAllForIssue(1);
        await client.Issue.Comment.Delete(comment.Id);
        await client.Issue.Labels.Create(new Label("rayquest/pass", "00ff00", "may run"));
        await client.Issue.Labels.AddToIssue(1, ["rayquest/pass", "b"]);
        await client.Issue.Labels.RemoveFromIssue(1, "b");
        await client.Issue.Labels.ReplaceAllForIssue(1, ["rayquest/pass"]);
        await client.Issue.Labels.GetAllForIssue(1);
        await client.Issue.Labels.GetAllForRepository();
        await client.Issue.Get(1);
        await client.Issue.Update(1, new IssueUpdate(Title: "Train resnet 50"));
        await client.PullRequest.Update(1, new PullRequestUpdate(Body: "Please do"));
        await client.Repository.Collaborator.ReviewPermission("bob");

        await client.Repository.Status.Create(
            head,
            new NewCommitStatus(CommitState.Success, "rayquest", "ok", "https://example.com/")
        );
        await client.Repository.Status.GetCombined(head);
        await client.Repository.Status.GetAll(head);
        var annotation = new NewCheckRunAnnotation("a.yaml", 1, 1, CheckAnnotationLevel.Warning, "m", "t", 1, 2, "raw");
        var output = new NewCheckRunOutput("t", "s", "text", [annotation]);
        var run = await client.Check.Run.Create(
            new NewCheckRun(
                "rayquest review",
                head,
                CheckStatus.InProgress,
                ExternalId: "1",
                DetailsUrl: "https://example.com/",
                Output: output
            )
        );
        await client.Check.Run.Create(
            new NewCheckRun(
                "rayquest other",
                head,
                CheckStatus.Completed,
                CheckConclusion.ActionRequired,
                Output: output
            )
        );
        await client.Check.Run.Update(
            run.Id,
            new CheckRunUpdate(CheckStatus.Completed, CheckConclusion.Neutral, Output: output)
        );
        await client.Check.Run.Get(run.Id);
        await client.Check.Run.GetAllForReference(head, "rayquest review");
        await client.Check.Run.GetAllAnnotations(run.Id);

        await client.Repository.Content.Find("README.md", "main");
        var payload = JsonDocument.Parse("{\"job\":\"resnet\"}").RootElement;
        var deployment = await client.Repository.Deployment.Create(
            new NewDeployment("main", "vision", "ray-job", "d", payload)
        );
        await client.Repository.Deployment.Status.Create(
            deployment.Id,
            new NewDeploymentStatus(
                DeploymentState.InProgress,
                "d",
                "https://example.com/log",
                "https://example.com/env",
                false
            )
        );
        await client.Repository.Deployment.GetAll(deployment.Sha, "vision", "ray-job");
        await client.Repository.Deployment.Status.GetAll(deployment.Id);
        await client.Repository.Dispatch(new NewRepositoryDispatch("rayquest", payload));

        var main = await client.Git.Reference.Find("heads/main");
        var blob = await client.Git.Blob.Create(Encoding.UTF8.GetBytes("x"));
        await client.Git.Blob.Get(blob.Sha);
        var parent = await client.Git.Commit.Get(main!.Object.Sha);
        var item = new NewTreeItem("ledger/a", "100644", "blob", blob.Sha);
        var tree = await client.Git.Tree.Create(new NewTree([item], parent.Tree.Sha));
        var author = new CommitAuthor("Ray", "ray@example.com", DateTimeOffset.UnixEpoch);
        var commit = await client.Git.Commit.Create(new NewCommit("note", tree.Sha, [parent.Sha], author, author));
        await client.Git.Reference.Create("heads/ledger", parent.Sha);
        await client.Git.Reference.Update("heads/ledger", commit.Sha);
        await client.Git.Tree.Get(commit.Sha, recursive: true);
        await client.Git.Reference.Delete("heads/ledger");
        await client.GraphQL.Viewer();
        fixture.GitHub.Push(
            fixture.Alice,
            "second",
            "More",
            GitHubFixture.Content("jobs-requests/t/z.yaml", "z"),
            "main"
        );
        await client.PullRequest.Create(
            new NewPullRequest("Second", "second", "main", "b", Draft: false, MaintainerCanModify: true)
        );
        var merged = await client.PullRequest.Merge(
            1,
            new MergePullRequest(head, PullRequestMergeMethod.Squash, "t", "m")
        );
        merged.Outcome.ShouldBe(MergeOutcome.Merged);
        await client.Repository.Commit.PullRequests(merged.Sha!);
    }
}
