using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.StatusSync;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class Clock(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}

/// <summary>A cluster of plain objects, asked without a process.</summary>
internal sealed class PlainCluster : ICluster
{
    public Dictionary<string, JsonObject> Objects { get; } = new(StringComparer.Ordinal);
    public HashSet<string> Forbidden { get; } = new(StringComparer.Ordinal);
    public bool Down { get; set; }
    public string LogText { get; set; } = "";
    public List<string> Lists { get; } = [];

    public void RayJob(string name, string status, string uid = "u1", string ns = "ray-vision") =>
        Objects[$"RayJob/{ns}/{name}"] = (JsonObject)
            JsonNode.Parse(
                $$"""
                {"apiVersion":"ray.io/v1","kind":"RayJob","metadata":{"name":"{{name}}","namespace":"{{ns}}","uid":"{{uid}}","creationTimestamp":"2026-11-22T05:00:00Z",
                 "labels":{"app.kubernetes.io/managed-by":"rayquest"} },"spec":{},"status":{{status}} }
                """
            )!;

    public IReadOnlyList<T> List<T>(
        ClusterResource resource,
        string? ns,
        string labelSelector,
        Func<JsonElement, T?> read,
        string fieldSelector = ""
    )
        where T : class
    {
        Lists.Add(resource.Plural);
        if (Down)
        {
            throw ClusterException.Of("listing", "The connection to the server 127.0.0.1:6443 was refused");
        }

        if (Forbidden.Contains(resource.Plural))
        {
            throw ClusterException.Of("listing", "Error from server (Forbidden): no");
        }

        return
        [
            .. Objects
                .Where(pair => pair.Key.StartsWith(resource.Kind + "/", StringComparison.Ordinal))
                .Select(pair => read(JsonDocument.Parse(pair.Value.ToJsonString()).RootElement))
                .OfType<T>(),
        ];
    }

    public T? Get<T>(ClusterResource resource, string ns, string name, Func<JsonElement, T?> read)
        where T : class =>
        List(
            resource,
            ns,
            "",
            item => item.GetProperty("metadata").GetProperty("name").GetString() == name ? read(item) : null
        )
            is [var first, ..]
            ? first
            : null;

    public string Log(ObservedJob job, int lines) =>
        LogText.Length > 0
            ? LogText
            : throw ClusterException.Of(
                "reading the log",
                "Error from server: no preferred addresses found; known addresses: []"
            );

    public DryRunAnswer DryRun(ReadOnlyMemory<byte> manifest) => new(Accepted: true, "");
}

/// <summary>A sink that remembers what was reported; it can fail before or after it has taken something in.</summary>
internal sealed class RecordingSink : IStatusSink
{
    public List<PullNews> Reported { get; } = [];

    /// <summary>What people see: phase by run, after everything so far.</summary>
    public SortedDictionary<string, string> Shown { get; } = new(StringComparer.Ordinal);

    /// <summary>Every state a Deployment got, in order, without what an uncertain sink would have recognised.</summary>
    public Dictionary<string, List<string>> Statuses { get; } = new(StringComparer.Ordinal);
    public Action<PullNews>? Before { get; set; }
    public Action<PullNews>? After { get; set; }

    public int Created => 0;
    public DateTimeOffset? ClosedUntil => null;

    public void Expect(IReadOnlyList<ExpectedPull> pulls) { }

    public void Remind(int pull, string marker, string text) => Reminded.Add(marker);

    public List<string> Reminded { get; } = [];

    public ReportReceipt Report(PullNews news, DateTimeOffset now)
    {
        Before?.Invoke(news);
        Reported.Add(news);
        foreach (var run in news.News)
        {
            Shown[run.Run.Record.Name] = run.State.Phase.ToString();
            if (!Statuses.TryGetValue(run.Run.Record.Name, out var list))
            {
                Statuses[run.Run.Record.Name] = list = [];
            }

            if (!news.Uncertain || list.Count == 0 || list[^1] != run.State.Fingerprint)
            {
                list.Add(run.State.Fingerprint);
            }
        }

        After?.Invoke(news);
        return new ReportReceipt(
            news.Comment ?? new GitHubObjectRef(100 + news.Pull, ""),
            news.News.ToImmutableDictionary(
                item => item.Run.Record.Path,
                item => item.Run.Deployment ?? new GitHubObjectRef(200 + news.Pull, "")
            ),
            news.ReviewPart ?? "what the review said"
        );
    }
}

public sealed class StatusPassTests : IDisposable
{
    private static readonly DateTimeOffset T0 = new(2026, 11, 22, 5, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository repository;
    private readonly Clock clock = new(T0);
    private readonly PlainCluster cluster = new();
    private readonly RecordingSink sink = new();

    public StatusPassTests() => repository = GitRepository.InitBare(folder.Child("repository.git"));

    public void Dispose()
    {
        repository.Dispose();
        folder.Dispose();
    }

    private LedgerStore Ledger => new(repository, new LedgerStoreOptions { Remote = null, Time = clock });

    private StatusPass Pass(StatusPassOptions? options = null, IStatusSink? to = null) =>
        new(
            new ClusterReader(cluster, new ClusterReaderOptions { ArgoCdNamespace = null }),
            cluster,
            Ledger,
            to ?? sink,
            (options ?? new StatusPassOptions()) with
            {
                Time = clock,
            }
        );

    private void Merged(string name, int pull = 7) =>
        Ledger.Commit(
            [
                new JobRecord(
                    "vision",
                    name,
                    "RayJob",
                    "ray-vision",
                    [
                        new MergedFacts
                        {
                            Pull = pull,
                            Author = "alice",
                            Request = $"jobs-requests/vision/{name}.yaml",
                            Sha = $"sha-{pull}",
                        }.ToEvent(clock.Now),
                    ]
                ),
            ],
            "merged"
        );

    private JobRun Run(string name) => Ledger.Read().View.Runs.Single(run => run.Record.Name == name);

    private const string Initializing =
        """{"jobDeploymentStatus":"Initializing","startTime":"2026-11-22T05:05:00Z","rayClusterName":"a-xxxxx"}""";
    private const string Running =
        """{"jobDeploymentStatus":"Running","jobStatus":"RUNNING","startTime":"2026-11-22T05:05:00Z","rayClusterName":"a-xxxxx","rayJobInfo":{"startTime":"2026-11-22T05:07:00Z"}}""";
    private const string Failed =
        """{"jobDeploymentStatus":"Failed","jobStatus":"FAILED","reason":"AppFailed","failed":1,"startTime":"2026-11-22T05:05:00Z","endTime":"2026-11-22T05:09:00Z","rayClusterName":"a-xxxxx"}""";
    private const string Succeeded =
        """{"jobDeploymentStatus":"Complete","jobStatus":"SUCCEEDED","succeeded":1,"startTime":"2026-11-22T05:05:00Z","endTime":"2026-11-22T05:09:00Z","rayClusterName":"a-xxxxx"}""";

    [Fact]
    public void A_job_is_followed_from_the_merge_to_its_end_and_each_change_is_told_once()
    {
        Merged("a-00000");
        clock.Now = T0.AddMinutes(2);
        Pass().Run().Changes.ShouldBeEmpty();

        clock.Now = T0.AddMinutes(5);
        Pass().Run().PullsReported.ShouldBe(1);
        sink.Shown["a-00000"].ShouldBe("NotSynced");

        foreach (var (minute, status) in new[] { (6, Initializing), (7, Initializing), (8, Running), (9, Running) })
        {
            clock.Now = T0.AddMinutes(minute);
            cluster.RayJob("a-00000", status);
            Pass().Run();
        }

        cluster.LogText = "epoch 1\nAPI_TOKEN=hunter2\nValueError: bad\n";
        clock.Now = T0.AddMinutes(10);
        cluster.RayJob("a-00000", Failed);
        Pass().Run();

        sink.Reported.Select(news => news.News.Single().State.Phase)
            .ShouldBe([JobPhase.NotSynced, JobPhase.Initializing, JobPhase.Running, JobPhase.Failed]);
        sink.Reported[^1].News.Single().Log!.Text.ShouldBe("epoch 1\nAPI_TOKEN=[redacted]\nValueError: bad");
        sink.Reported[^1].News.Single().Before!.Phase.ShouldBe(JobPhase.Running);
        sink.Reported[^1].Comment.ShouldBe(new GitHubObjectRef(107, ""));
        sink.Reported[^1].ReviewPart.ShouldBe("what the review said");
        sink.Reported.ShouldAllBe(news => !news.Uncertain);

        var head = Ledger.Read().Head;
        clock.Now = T0.AddMinutes(11);
        cluster.Objects.Clear();
        Pass().Run().Changes.ShouldBeEmpty();
        Ledger.Read().Head.ShouldBe(head);
        Run("a-00000").RunningTimes.Single().ShouldBe(new RunningTime(T0.AddMinutes(7), T0.AddMinutes(9)));
        LedgerCheck.Verify(Ledger.Files(), clock.Now).ShouldBeEmpty();
    }

    [Fact]
    public void A_log_that_cannot_be_had_keeps_nothing_back()
    {
        Merged("a-00000");
        clock.Now = T0.AddMinutes(10);
        cluster.RayJob("a-00000", Failed);
        Pass().Run().PullsReported.ShouldBe(1);
        sink.Reported.Single().News.Single().Log.ShouldBeNull();
    }

    [Fact]
    public void What_a_job_printed_as_its_result_is_told_and_kept()
    {
        Merged("a-00000");
        cluster.LogText = "epoch 1\nRAYQUEST_RESULT {\"accuracy\": 0.93, \"api_key\": \"hunter2\"}\ndone\n";
        clock.Now = T0.AddMinutes(10);
        cluster.RayJob("a-00000", Succeeded);
        Pass().Run().PullsReported.ShouldBe(1);
        NewsOfRun news = sink.Reported.Single().News.Single();
        news.Log.ShouldBeNull();
        sink.Reported.Single().Runs.Single().Results!["accuracy"]!.Number.ShouldBe(0.93);
        Run("a-00000").Results!.Json().ShouldBe("""{"accuracy":0.93,"api_key":"[redacted]"}""");
        Ledger.Text(Ledger.Read(), StatusPass.DataFile)!.ShouldContain("\"accuracy\": 0.93");
        LedgerCheck.Verify(Ledger.Files(), clock.Now).ShouldBeEmpty();

        // It is looked for once.
        var head = Ledger.Read().Head;
        clock.Now = T0.AddMinutes(11);
        cluster.LogText = "RAYQUEST_RESULT {\"accuracy\": 0}\n";
        Pass().Run().PullsReported.ShouldBe(0);
        Ledger.Read().Head.ShouldBe(head);
    }

    [Fact]
    public void A_job_that_ended_without_a_log_has_no_results()
    {
        Merged("a-00000");
        clock.Now = T0.AddMinutes(10);
        cluster.RayJob("a-00000", Succeeded);
        Pass().Run().PullsReported.ShouldBe(1);
        Run("a-00000").Results.ShouldBeNull();
        Run("a-00000").HasUnreportedState.ShouldBeFalse();
    }

    private sealed class Killed : Exception;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Killed_at_any_report_the_next_pass_tells_what_is_owed_and_nothing_twice(bool before)
    {
        for (var victim = 1; victim <= 3; victim++)
        {
            Merged($"a-0000{victim}", victim);
            cluster.RayJob($"a-0000{victim}", Running);
        }

        clock.Now = T0.AddMinutes(10);
        for (var kill = 1; kill <= 3; kill++)
        {
            var count = 0;
            void Kill(PullNews _)
            {
                if (++count == 1)
                {
                    throw new Killed();
                }
            }

            sink.Before = before ? Kill : null;
            sink.After = before ? null : Kill;
            Should.Throw<Killed>(() => Pass().Run());
            // Whoever was killed may still be telling: the lease is free again a little later.
            clock.Now = clock.Now.AddMinutes(1);
            var early = Pass().Run();
            early.PullsReported.ShouldBe(0);
            early.PullsPending.ShouldBe(3);
            clock.Now = clock.Now.AddMinutes(9);
        }

        sink.Before = sink.After = null;
        Pass().Run().PullsPending.ShouldBe(0);
        sink.Reported.TakeLast(3).ShouldAllBe(news => news.Uncertain);
        sink.Statuses.Values.ShouldAllBe(list => list.Count == 1);
        sink.Shown.Values.ShouldAllBe(phase => phase == "Running");
        clock.Now = clock.Now.AddMinutes(5);
        var reported = sink.Reported.Count;
        Pass().Run();
        sink.Reported.Count.ShouldBe(reported);
        Run("a-00001").States.Length.ShouldBe(1);
    }

    [Fact]
    public void A_sink_that_closes_keeps_what_it_took_and_the_rest_is_owed()
    {
        for (var pull = 1; pull <= 3; pull++)
        {
            Merged($"a-0000{pull}", pull);
            cluster.RayJob($"a-0000{pull}", Running);
        }

        clock.Now = T0.AddMinutes(10);
        sink.Before = news =>
        {
            if (news.Pull == 2)
            {
                throw ClusterException.Of("telling", "rate limited");
            }
        };
        var result = Pass().Run();
        result.PullsReported.ShouldBe(1);
        result.PullsPending.ShouldBe(2);
        result.Fault.ShouldNotBeNull();

        sink.Before = null;
        Pass().Run().PullsReported.ShouldBe(2);
        sink.Statuses.Values.ShouldAllBe(list => list.Count == 1);
    }

    [Fact]
    public void A_storm_is_told_in_portions()
    {
        for (var pull = 1; pull <= 5; pull++)
        {
            Merged($"a-0000{pull}", pull);
            cluster.RayJob($"a-0000{pull}", Running);
        }

        clock.Now = T0.AddMinutes(10);
        Pass(new StatusPassOptions { MostPulls = 2 }).Run().PullsPending.ShouldBe(3);
        Pass(new StatusPassOptions { MostPulls = 2 }).Run().PullsPending.ShouldBe(1);
        Pass(new StatusPassOptions { MostPulls = 2 }).Run().PullsPending.ShouldBe(0);
        sink.Statuses.Count.ShouldBe(5);
    }

    [Fact]
    public void Two_passes_at_once_agree()
    {
        Merged("a-00000");
        cluster.RayJob("a-00000", Running);
        clock.Now = T0.AddMinutes(10);
        var inner = new RecordingSink();
        var once = false;
        sink.Before = _ =>
        {
            if (!once)
            {
                once = true;
                clock.Now = clock.Now.AddSeconds(3);
                Pass(to: inner).Run();
            }
        };
        Pass().Run();

        // The second pass saw that the first holds the lease, and reported nothing.
        inner.Reported.ShouldBeEmpty();
        sink.Reported.Count.ShouldBe(1);
        var run = Run("a-00000");
        run.States.Length.ShouldBe(1);
        run.HasUnreportedState.ShouldBeFalse();
        run.Record.Events.Count(item => item.Kind == EventKind.Reported).ShouldBe(1);
        LedgerCheck.Verify(Ledger.Files(), clock.Now).ShouldBeEmpty();
    }

    [Fact]
    public void A_cluster_that_is_down_leaves_the_pull_requests_alone_and_the_page_says_since_when()
    {
        Merged("a-00000");
        cluster.RayJob("a-00000", Running);
        clock.Now = T0.AddMinutes(10);
        Pass().Run();
        var reported = sink.Reported.Count;

        cluster.Down = true;
        clock.Now = T0.AddMinutes(20);
        Pass().Run().Fault.ShouldBeOfType<ClusterException>();
        clock.Now = T0.AddMinutes(50);
        var result = Pass().Run();
        result.Notes.Single().ShouldContain("2026-11-22T05:20:00Z");
        sink.Reported.Count.ShouldBe(reported);
        Encoding
            .UTF8.GetString(repository.ReadFile(Ledger.Read().Head!, "status.html")!)
            .ShouldContain("The cluster cannot be asked since 22 November 2026, 05:20 UTC");

        cluster.Down = false;
        clock.Now = T0.AddMinutes(60);
        Pass().Run().Fault.ShouldBeNull();
        sink.Reported.Count.ShouldBe(reported);
        clock.Now = T0.AddMinutes(180);
        Pass().Run();
        Encoding
            .UTF8.GetString(repository.ReadFile(Ledger.Read().Head!, "status.json")!)
            .ShouldNotContain("Unreachable");
    }

    [Fact]
    public void A_kind_that_may_not_be_listed_has_not_vanished()
    {
        Ledger.Commit(
            [
                new JobRecord(
                    "vision",
                    "dev-00000",
                    "RayCluster",
                    "ray-vision",
                    [
                        new MergedFacts
                        {
                            Pull = 3,
                            Author = "a",
                            Request = "r",
                            Sha = "s",
                        }.ToEvent(T0),
                    ]
                ),
            ],
            "merged"
        );
        cluster.Forbidden.Add("rayclusters");
        clock.Now = T0.AddHours(3);
        var result = Pass().Run();
        result.Changes.ShouldBeEmpty();
        result.Notes.Single().ShouldContain("rayclusters could not be listed");
    }

    [Fact]
    public void Most_jobs_gone_at_once_is_doubted()
    {
        for (var number = 0; number < 20; number++)
        {
            Merged($"a-000{number:00}", number + 1);
            cluster.RayJob($"a-000{number:00}", Running);
        }

        clock.Now = T0.AddMinutes(10);
        Pass().Run().PullsReported.ShouldBe(20);
        cluster.Objects.Clear();
        clock.Now = T0.AddMinutes(20);
        var result = Pass().Run();
        result.Changes.ShouldBeEmpty();
        result.Notes.Single().ShouldContain("20 of 20 live jobs are gone at once");
        Pass(new StatusPassOptions { TrustCluster = true }).Run().Changes.Length.ShouldBe(20);
        sink.Shown.Values.ShouldAllBe(phase => phase == "Vanished");
    }

    [Fact]
    public void An_object_that_runs_again_under_a_finished_name_is_told()
    {
        Merged("a-00000");
        cluster.RayJob("a-00000", Succeeded);
        clock.Now = T0.AddMinutes(10);
        Pass().Run();
        clock.Now = T0.AddMinutes(20);
        cluster.RayJob("a-00000", Initializing, uid: "u2");
        Pass().Run().Changes.Single().After.Phase.ShouldBe(JobPhase.Initializing);
    }

    [Fact]
    public void Objects_the_ledger_does_not_know_are_named_and_a_dry_run_writes_nothing()
    {
        cluster.RayJob("stray-00000", Running);
        Pass().Run().Unknown.Single().Id.ShouldBe("ray-vision/stray-00000");

        Merged("a-00000");
        cluster.RayJob("a-00000", Running);
        var head = Ledger.Read().Head;
        clock.Now = T0.AddMinutes(10);
        Pass(new StatusPassOptions { DryRun = true }).Run().Changes.Length.ShouldBe(1);
        Ledger.Read().Head.ShouldBe(head);
        sink.Reported.ShouldBeEmpty();
    }

    [Fact]
    public void A_sweep_is_told_in_one_go()
    {
        Merged("a-00001", 7);
        Merged("a-00002", 7);
        cluster.RayJob("a-00001", Running);
        cluster.RayJob("a-00002", Succeeded);
        clock.Now = T0.AddMinutes(10);
        Pass().Run().PullsReported.ShouldBe(1);
        sink.Reported.Single().News.Length.ShouldBe(2);
        sink.Reported.Single().Runs.Length.ShouldBe(2);
    }
}
