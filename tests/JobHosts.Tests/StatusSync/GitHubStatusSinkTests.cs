using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobHosts.Tests.GitHub;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobHosts.Tests.StatusSync;

/// <summary>Whole passes against an emulated GitHub: what people end up seeing, whatever happens on the way.</summary>
public sealed class GitHubStatusSinkTests
{
    private const string Initializing =
        """{"jobDeploymentStatus":"Initializing","startTime":"2026-11-23T09:00:00Z","rayClusterName":"a-xxxxx"}""";
    private const string Running =
        """{"jobDeploymentStatus":"Running","jobStatus":"RUNNING","startTime":"2026-11-23T09:00:00Z","rayClusterName":"a-xxxxx","rayJobInfo":{"startTime":"2026-11-23T09:02:00Z"}}""";
    private const string Failed =
        """{"jobDeploymentStatus":"Failed","jobStatus":"FAILED","reason":"AppFailed","message":"see @everyone <b>","failed":1,"startTime":"2026-11-23T09:00:00Z","endTime":"2026-11-23T09:09:00Z","rayClusterName":"a-xxxxx"}""";

    /// <summary>A merged pull request with its comment, its ledger record and a cluster.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly GitHubFixture fixture;
        private readonly GitRepository ledgerRepository;

        public Scene(EmulatedGitHubOptions? options = null)
        {
            fixture = new GitHubFixture(options);
            ledgerRepository = GitRepository.InitBare(Path.Combine(fixture.Folder, "ledger.git"));
            Sha = fixture.GitHub.Merge(fixture.Alice, 1).ToString();
            fixture.GitHub.Comment(fixture.Alice, 1, "<!-- rayquest:review v1 -->\nnot ours");
            fixture.GitHub.Comment(
                fixture.GitHub.Bot,
                1,
                "<!-- rayquest:review v1 -->\n**pass**\n\nwhat the review said\n"
            );
            Ledger.Commit(
                [
                    new JobRecord(
                        "vision",
                        "resnet-1f0c3",
                        "RayJob",
                        "ray-vision",
                        [
                            new MergedFacts
                            {
                                Pull = 1,
                                Author = "alice",
                                Request = "jobs-requests/vision/resnet.yaml",
                                Sha = Sha,
                            }.ToEvent(fixture.GitHub.Clock.GetUtcNow()),
                        ]
                    ),
                ],
                "merged"
            );
            fixture.GitHub.ForgetCalls();
        }

        public string Sha { get; }
        public EmulatedGitHub GitHub => fixture.GitHub;
        public PlainCluster Cluster { get; } = new() { LogText = "Traceback\nKeyError: 'x'\n" };
        private LedgerStore Ledger =>
            new(ledgerRepository, new LedgerStoreOptions { Remote = null, Time = fixture.GitHub.Clock });

        public StatusPassResult Pass(string status, int minutes)
        {
            GitHub.Clock.Advance(TimeSpan.FromMinutes(minutes));
            Cluster.RayJob("resnet-1f0c3", status);
            using var client = GitHub.Client();
            return new StatusPass(
                new ClusterReader(Cluster, new ClusterReaderOptions { ArgoCdNamespace = null }),
                Cluster,
                Ledger,
                new GitHubStatusSink(
                    client,
                    new GitHubStatusSinkOptions
                    {
                        Links = new StatusLinks(
                            "https://ray.example.com/{namespace}/{cluster}",
                            "https://logs.example.com/{job}"
                        ),
                    }
                ),
                new StatusPassOptions { Time = GitHub.Clock }
            ).Run();
        }

        public string Seen()
        {
            var comments = GitHub.Comments.Where(comment => comment.Author == GitHub.Bot).ToArray();
            var deployments = GitHub.Deployments.Select(item =>
                $"{item.Task} {item.Environment}: {string.Join(" > ", item.Statuses.Select(status => status.State))}"
            );
            return $"{comments.Length} comment\n{string.Join('\n', deployments)}\n{string.Join(' ', GitHub.LabelsOf(1))}\n";
        }

        public string Comment => GitHub.Comments.Single(comment => comment.Author == GitHub.Bot).Body;

        public void Dispose()
        {
            ledgerRepository.Dispose();
            fixture.Dispose();
        }
    }

    [Fact]
    public void A_life_on_the_pull_request()
    {
        using var scene = new Scene();
        foreach (var label in (string[])["ray/queued", "ray/running", "ray/failed"])
        {
            scene.GitHub.DefineLabel(label);
        }

        scene.Pass(Initializing, 1);
        scene.GitHub.Calls.Count.ShouldBe(3, scene.GitHub.Conversation());
        scene.Comment.ShouldStartWith("<!-- rayquest:review v1 -->\n<!-- rayquest:status -->\n**initializing**");
        scene.Comment.ShouldContain("what the review said");
        scene.GitHub.LabelsOf(1).ShouldBe(["ray/queued"]);

        scene.GitHub.ForgetCalls();
        scene.Pass(Running, 3);
        scene.GitHub.LabelsOf(1).ShouldBe(["ray/running"]);
        scene.Comment.ShouldContain("[dashboard](<https://ray.example.com/ray-vision/a-xxxxx>)");
        scene.GitHub.Calls.Count.ShouldBe(2, scene.GitHub.Conversation());

        scene.GitHub.ForgetCalls();
        scene.Pass(Failed, 7);
        scene.GitHub.Calls.Count.ShouldBe(2, scene.GitHub.Conversation());
        scene.Seen().ShouldBe("1 comment\nray:resnet-1f0c3 ray/vision: in_progress > failure\nray/failed\n");
        scene.Comment.ShouldContain("KeyError: 'x'");
        scene.Comment.ShouldContain("History (3)");
        scene.Comment.ShouldContain("what the review said");
        scene.Comment.ShouldContain("**failed** (AppFailed: see `@everyone` `<b>`)");

        scene.GitHub.ForgetCalls();
        scene.Pass(Failed, 10);
        scene.GitHub.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void What_GraphQL_does_not_let_the_token_do_is_done_by_REST()
    {
        using var scene = new Scene(
            new EmulatedGitHubOptions
            {
                ForbiddenMutations =
                [
                    "updateIssueComment",
                    "createDeploymentStatus",
                    "addLabelsToLabelable",
                    "removeLabelsFromLabelable",
                ],
            }
        );
        scene.Pass(Initializing, 1).Fault.ShouldBeNull();
        scene.Pass(Running, 3).Fault.ShouldBeNull();
        scene.Pass(Failed, 7).Fault.ShouldBeNull();
        scene.Seen().ShouldBe("1 comment\nray:resnet-1f0c3 ray/vision: in_progress > failure\nray/failed\n");
        scene.Comment.ShouldContain("KeyError: 'x'");
        scene.Comment.ShouldContain("what the review said");
    }

    [Fact]
    public async Task Somebody_elses_Deployment_in_our_words_is_not_ours()
    {
        using var scene = new Scene();
        var mallory = scene.GitHub.AddUser("mallory");
        var theirs = scene.GitHub.Deploy(mallory, scene.Sha, "ray/vision", "ray:resnet-1f0c3");
        using (var client = scene.GitHub.Client(mallory))
        {
            await client.Repository.Deployment.Status.Create(
                theirs.Id,
                new NewDeploymentStatus(DeploymentState.Failure, "failed (AppFailed: see @everyone <b>)")
            );
        }

        // What is seen is noted, and then nobody can be told: the next pass looks before it says anything.
        scene.GitHub.FailWhen(_ => true, FaultKind.InternalError, times: int.MaxValue);
        scene.Pass(Failed, 7).Fault.ShouldNotBeNull();
        scene.GitHub.ForgetCalls();
        scene.Pass(Failed, 10).Fault.ShouldBeNull();
        scene
            .GitHub.Deployments.Where(item => item.Creator == scene.GitHub.Bot)
            .ShouldHaveSingleItem()
            .Statuses.ShouldHaveSingleItem()
            .State.ShouldBe("failure");
        theirs.Statuses.Count.ShouldBe(1);
    }

    [Fact]
    public void Limits_and_server_errors_at_every_call_are_waited_out()
    {
        using var scene = new Scene();
        FaultKind[] kinds = [FaultKind.SecondaryRateLimit, FaultKind.BadGateway, FaultKind.TooManyRequests];
        foreach (var (kind, turn) in kinds.Select((kind, turn) => (kind, turn)))
        {
            // Every second call fails, so that each is refused once and answered when it is asked again.
            scene.GitHub.FailWhen(
                call => call.Number % 2 == 1 && call.Number / 2 % kinds.Length == turn,
                kind,
                times: int.MaxValue
            );
        }

        scene.Pass(Running, 5).Fault.ShouldBeNull();
        scene.GitHub.Calls.Count(call => call.Fault is not null).ShouldBeGreaterThanOrEqualTo(5);
        scene.Seen().ShouldBe("1 comment\nray:resnet-1f0c3 ray/vision: in_progress\nray/running\n");
    }

    [Fact]
    public async Task A_comment_that_was_deleted_is_made_again()
    {
        using var scene = new Scene();
        scene.Pass(Initializing, 1);
        using (var client = scene.GitHub.Client())
        {
            await client.Issue.Comment.Delete(
                scene.GitHub.Comments.Single(comment => comment.Author == scene.GitHub.Bot).Id
            );
        }

        scene.Pass(Running, 3);
        scene.Comment.ShouldContain("**running**");
        scene.Comment.ShouldContain("what the review said");
    }

    /// <summary>Passes go on every five minutes through a storm; the hour's budget is never used up, and all is told in the end.</summary>
    [Fact]
    public void A_storm_stays_within_the_hours_budget_and_is_told_in_the_end()
    {
        const int pulls = 30;
        using var folder = new TemporaryFolder();
        using var github = EmulatedGitHub.Start(folder.Child("origin"), new EmulatedGitHubOptions { RateLimit = 150 });
        using var repository = GitRepository.InitBare(folder.Child("ledger.git"));
        var alice = github.AddUser("alice");
        var commit = github.Push(alice, "main", "Begin", new Dictionary<string, string?> { ["README.md"] = "x" });
        var sha = commit.ToString();
        var ledger = new LedgerStore(repository, new LedgerStoreOptions { Remote = null, Time = github.Clock });
        var cluster = new PlainCluster();
        var records = new List<JobRecord>();
        for (var number = 1; number <= pulls; number++)
        {
            github.PastPull(alice, $"Job {number}", commit);
            records.Add(
                new JobRecord(
                    "vision",
                    $"a-{number:00000}",
                    "RayJob",
                    "ray-vision",
                    [
                        new MergedFacts
                        {
                            Pull = number,
                            Author = "alice",
                            Request = $"jobs-requests/vision/a{number}.yaml",
                            Sha = sha,
                        }.ToEvent(github.Clock.GetUtcNow()),
                    ]
                )
            );
            cluster.RayJob($"a-{number:00000}", Running);
        }

        ledger.Commit(records, "merged");
        var limited = 0;
        var passes = 0;
        for (var owed = 1; owed > 0 && passes < 40; passes++)
        {
            github.Clock.Advance(TimeSpan.FromMinutes(5));
            using var client = github.Client(adjust: options => options with { RetryBudget = TimeSpan.FromMinutes(1) });
            var result = new StatusPass(
                new ClusterReader(cluster, new ClusterReaderOptions { ArgoCdNamespace = null }),
                cluster,
                ledger,
                new GitHubStatusSink(client, new GitHubStatusSinkOptions { Reserve = 100 }),
                new StatusPassOptions { Time = github.Clock }
            ).Run();
            owed = result.PullsPending;
            limited += result.Fault is null ? 0 : 1;
        }

        // GitHub never had to say no.
        github.Calls.ShouldAllBe(call => call.Status < 300);
        limited.ShouldBeGreaterThan(0);
        passes.ShouldBeLessThan(40);
        github.BusiestHour.ShouldBeLessThanOrEqualTo(150);
        github.Comments.Count.ShouldBe(pulls);
        github.Deployments.Count.ShouldBe(pulls);
        github.Deployments.ShouldAllBe(item => item.Statuses.Count == 1);
        for (var number = 1; number <= pulls; number++)
        {
            github.LabelsOf(number).ShouldBe(["ray/running"]);
        }
    }
}
