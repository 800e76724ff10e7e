using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobHosts.Tests.StatusSync;
using Rayquest.JobRehearsal.Cluster;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.Cluster;

/// <summary>
/// The recordings of a real operator lived through again: RayJobs are created, their statuses patched through the
/// status subresource moment by moment, and after each the reader and a status pass must see what was recorded. On the
/// emulated API server always, on a real one where there is one; both get the same calls of the same kubectl.
/// </summary>
public sealed class RecordedLivesTests
{
    [Fact]
    public void The_emulated_API_server_shows_recorded_moments()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest(pageSize: 4);
        // Every sixth, to be quick; every one on a real server.
        Live(cluster.Kubectl, step: 6);
    }

    [Fact]
    public void A_real_API_server_shows_every_recorded_moment()
    {
        Needs.RealCluster();
        Live(RealCluster.Kubectl(pageSize: 4), step: 1);
    }

    [Fact]
    public void The_emulated_API_server_shows_what_Argo_CD_says()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest();
        Delivered(cluster.Kubectl);
    }

    [Fact]
    public void A_real_API_server_shows_what_Argo_CD_says()
    {
        Needs.RealCluster("/apis/argoproj.io/v1alpha1");
        Delivered(RealCluster.Kubectl());
    }

    private static void Live(KubectlCluster kubectl, int step)
    {
        using var replay = new RecordedLives(kubectl, RecordedMoments.Folder);
        using var pass = new RecordedPass(kubectl, replay);
        foreach (var moment in replay.Moments.Where((_, index) => index % step == 0))
        {
            var recorded = replay.GoTo(moment);
            var snapshot = replay.Reader.Read();
            snapshot.Notes.ShouldBeEmpty();
            snapshot.KindsListed.ShouldContain(EngineKind.RayJob);
            snapshot
                .Jobs.Values.OrderBy(job => job.Id, StringComparer.Ordinal)
                .Select(RecordedLives.Comparable)
                .ShouldBe(recorded.Select(RecordedLives.Comparable), $"moment {moment}");
            foreach (
                var (shown, was) in snapshot.Jobs.Values.OrderBy(job => job.Id, StringComparer.Ordinal).Zip(recorded)
            )
            {
                shown.Uid.ShouldNotBeEmpty();
                shown.ResourceVersion.ShouldNotBeEmpty();
                JobStateMapper.Present(shown).Phase.ShouldBe(JobStateMapper.Present(was).Phase, shown.Id);
            }

            pass.Run(recorded);
        }

        pass.ShouldHaveToldWhatWasRecorded();

        // A pod that finds no node, of the job that is still initializing: what it waits for is found by field selector.
        replay.GoTo(28);
        replay.Unschedulable("stuck-init");
        replay
            .Reader.Read()
            .Waiting.Select(pair => (pair.Key, pair.Value.Reason, pair.Value.Message))
            .ShouldBe([
                (
                    ClusterSnapshot.Key(EngineKind.RayJob, replay.Namespace("team-a"), "stuck-init"),
                    "Unschedulable",
                    "0/3 nodes are available: 3 Insufficient nvidia.com/gpu."
                ),
            ]);
    }

    private static void Delivered(KubectlCluster kubectl)
    {
        using var place = new TestNamespace(kubectl);
        kubectl.Apply(
            Encoding.UTF8.GetBytes(
                $$"""
                apiVersion: argoproj.io/v1alpha1
                kind: Application
                metadata: {name: ray-vision, namespace: {{place.Name}}}
                spec:
                  project: default
                  destination: {namespace: ray-vision, server: "https://kubernetes.default.svc"}
                  source: {repoURL: "https://github.com/acme/ray-jobs", path: jobs/vision}
                status:
                  sync: {status: OutOfSync, revision: 1f0c3}
                  health: {status: Degraded}
                  operationState:
                    operation: {}
                    phase: Failed
                    message: one or more objects failed to apply
                    startedAt: "2026-11-22T05:03:37Z"
                    finishedAt: "2026-11-22T05:03:40Z"
                    syncResult:
                      revision: 1f0c3
                      resources:
                      - {group: ray.io, version: v1, kind: RayJob, namespace: ray-vision, name: train-1f0c3, status: SyncFailed, message: admission webhook denied the request}
                """
            )
        );
        var snapshot = new ClusterReader(
            kubectl,
            new ClusterReaderOptions { Selector = $"rayquest.dev/test={place.Name}", ArgoCdNamespace = place.Name }
        ).Read();
        snapshot.ApplicationsListed.ShouldBeTrue();
        var application = snapshot.Applications["ray-vision"];
        application.Sync.ShouldBe("OutOfSync");
        application.OperationFinished.ShouldBe(new DateTimeOffset(2026, 11, 22, 5, 3, 40, TimeSpan.Zero));
        application
            .WhyNotSynced(EngineKind.RayJob, "ray-vision", "train-1f0c3")
            .ShouldBe("applying it failed: admission webhook denied the request");
    }
}

/// <summary>A namespace of its own, which goes with all that is in it whatever happens.</summary>
internal sealed class TestNamespace : IDisposable
{
    /// <summary>Of the pods here: the default one comes when the server's controller gets to it.</summary>
    public const string ServiceAccount = "rayquest-tests";

    private static readonly ClusterResource Namespaces = new("", "v1", "namespaces", "Namespace");
    private readonly KubectlCluster kubectl;

    public TestNamespace(KubectlCluster kubectl)
    {
        this.kubectl = kubectl;
        kubectl.Apply(
            Encoding.UTF8.GetBytes(
                $$"""
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "{{Name}}", "labels": {"rayquest.dev/test": "{{Name}}"} } }
                """
            )
        );
        kubectl.Apply(
            Encoding.UTF8.GetBytes(
                $$"""
                {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "{{ServiceAccount}}", "namespace": "{{Name}}"} }
                """
            )
        );
    }

    public string Name { get; } = $"rayquest-tests-{Guid.NewGuid().ToString("N")[..10]}";

    public void Dispose() => kubectl.Delete(Namespaces, Name, Name);
}

/// <summary>The recorded RayJobs and pods, put onto a server through kubectl, in namespaces of their own.</summary>
internal sealed class RecordedLives : IDisposable
{
    private const string TestLabel = "rayquest.dev/test";
    private readonly KubectlCluster kubectl;
    private readonly string folder;
    private readonly Dictionary<string, TestNamespace> namespaces;
    private readonly Dictionary<string, JsonObject> jobs = new(StringComparer.Ordinal);
    private readonly HashSet<string> pods = new(StringComparer.Ordinal);

    public RecordedLives(KubectlCluster kubectl, string folder)
    {
        this.kubectl = kubectl;
        this.folder = folder;
        namespaces = new(StringComparer.Ordinal)
        {
            ["team-a"] = new TestNamespace(kubectl),
            ["team-b"] = new TestNamespace(kubectl),
        };
        Label = namespaces["team-a"].Name;
        Reader = new ClusterReader(
            kubectl,
            new ClusterReaderOptions
            {
                Selector = $"{TestLabel}={Label},!ray.io/originated-from-crd",
                ArgoCdNamespace = null,
            }
        );
        Moments =
        [
            .. Directory
                .GetFiles(folder, "??-rayjobs.json")
                .Select(file => int.Parse(Path.GetFileName(file)[..2], CultureInfo.InvariantCulture))
                .Order(),
        ];
    }

    /// <summary>What the objects of this run carry, so that those of no other are seen.</summary>
    public string Label { get; }
    public IReadOnlyList<int> Moments { get; }
    public ClusterReader Reader { get; }

    public string Namespace(string recorded) => namespaces[recorded].Name;

    /// <summary>Brings the server to a recorded moment.</summary>
    /// <returns>What was recorded, by namespace and name.</returns>
    public IReadOnlyList<ObservedJob> GoTo(int moment)
    {
        var items = Items(moment, "rayjobs").ToDictionary(IdOf, StringComparer.Ordinal);
        foreach (var id in jobs.Keys.Except(items.Keys).ToList())
        {
            kubectl.Delete(ClusterResource.RayJobs, id.Split('/')[0], id.Split('/')[1]);
            jobs.Remove(id);
        }

        // One call for all whose spec is new; the API server drops a status that comes with it.
        Apply(
            items
                .Where(pair => !JsonNode.DeepEquals(pair.Value["spec"], jobs.GetValueOrDefault(pair.Key)?["spec"]))
                .Select(pair => Asked(pair.Value))
        );
        foreach (var (id, item) in items)
        {
            var before = jobs.GetValueOrDefault(id)?["status"] as JsonObject ?? [];
            var after = item["status"] as JsonObject ?? [];
            if (!JsonNode.DeepEquals(before, after))
            {
                kubectl.PatchStatus(
                    ClusterResource.RayJobs,
                    id.Split('/')[0],
                    id.Split('/')[1],
                    new JsonObject { ["status"] = MergePatch(before, after) }.ToJsonString()
                );
            }

            jobs[id] = item;
        }

        Pods(moment);
        return
        [
            .. items
                .Values.Select(item => JsonSerializer.SerializeToElement(item))
                .Select(item => ObservedJob.Read(item)!)
                .OrderBy(job => job.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Says of a job's pods that no node has room for them.</summary>
    public void Unschedulable(string job)
    {
        foreach (var pod in pods.Where(id => id.Split('/')[1].StartsWith(job + "-", StringComparison.Ordinal)))
        {
            kubectl.PatchStatus(
                ClusterResource.Pods,
                pod.Split('/')[0],
                pod.Split('/')[1],
                """{"status":{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available: 3 Insufficient nvidia.com/gpu.","lastTransitionTime":"2026-11-22T05:04:25Z"}]}}"""
            );
        }
    }

    /// <summary>Without what only a server knows, and without what a test run adds.</summary>
    public static ObservedJob Comparable(ObservedJob job) =>
        job with
        {
            Uid = "",
            ResourceVersion = "",
            Created = null,
            Labels = Nothing,
            Annotations = Nothing,
        };

    public void Dispose()
    {
        foreach (var place in namespaces.Values)
        {
            place.Dispose();
        }
    }

    private static readonly Dictionary<string, string> Nothing = [];

    private static string IdOf(JsonObject item) => $"{item["metadata"]!["namespace"]}/{item["metadata"]!["name"]}";

    private IEnumerable<JsonObject> Items(int moment, string file)
    {
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{moment:00}-{file}.json"));
        foreach (var item in JsonNode.Parse(File.ReadAllBytes(path))!["items"]!.AsArray())
        {
            var copy = (JsonObject)item!.DeepClone();
            var metadata = copy["metadata"]!.AsObject();
            metadata["namespace"] = Namespace((string)metadata["namespace"]!);
            yield return copy;
        }
    }

    // Managed by somebody else, so that an operator that watches leaves it alone.
    private JsonObject Asked(JsonObject item)
    {
        var spec = (JsonObject)item["spec"]!.DeepClone();
        spec["managedBy"] = "kueue.x-k8s.io/multikueue";
        return new JsonObject
        {
            ["apiVersion"] = "ray.io/v1",
            ["kind"] = "RayJob",
            ["metadata"] = Metadata(item),
            ["spec"] = spec,
        };
    }

    private JsonObject Metadata(JsonObject item)
    {
        var labels = (item["metadata"]!["labels"]?.DeepClone() as JsonObject) ?? [];
        labels[TestLabel] = Label;
        return new JsonObject
        {
            ["name"] = item["metadata"]!["name"]!.DeepClone(),
            ["namespace"] = item["metadata"]!["namespace"]!.DeepClone(),
            ["labels"] = labels,
        };
    }

    // Pods that wait are all a pass asks for. No scheduler feels addressed, so they stay where they are put.
    private void Pods(int moment)
    {
        if (!File.Exists(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{moment:00}-pods.json"))))
        {
            return;
        }

        var pending = Items(moment, "pods")
            .Where(pod => (string?)pod["status"]?["phase"] == "Pending")
            .ToDictionary(IdOf, StringComparer.Ordinal);
        foreach (var id in pods.Except(pending.Keys).ToList())
        {
            kubectl.Delete(ClusterResource.Pods, id.Split('/')[0], id.Split('/')[1]);
            pods.Remove(id);
        }

        var fresh = pending.Where(pair => !pods.Contains(pair.Key)).ToList();
        Apply(
            fresh.Select(pair => new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = Metadata(pair.Value),
                ["spec"] = new JsonObject
                {
                    ["schedulerName"] = "rayquest-tests",
                    ["serviceAccountName"] = TestNamespace.ServiceAccount,
                    ["automountServiceAccountToken"] = false,
                    ["containers"] = new JsonArray(
                        new JsonObject { ["name"] = "ray", ["image"] = "registry.example.com/none:1" }
                    ),
                },
            })
        );
        foreach (var (id, pod) in fresh)
        {
            kubectl.PatchStatus(
                ClusterResource.Pods,
                id.Split('/')[0],
                id.Split('/')[1],
                new JsonObject
                {
                    ["status"] = new JsonObject
                    {
                        ["phase"] = "Pending",
                        ["conditions"] = pod["status"]!["conditions"]?.DeepClone() ?? new JsonArray(),
                    },
                }.ToJsonString()
            );
            pods.Add(id);
        }
    }

    private void Apply(IEnumerable<JsonObject> items)
    {
        var text = string.Join("\n", items.Select(item => item.ToJsonString()));
        if (text.Length == 0)
        {
            return;
        }

        kubectl.Apply(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>RFC 7386: what turns one object into the other.</summary>
    private static JsonObject MergePatch(JsonObject before, JsonObject after)
    {
        var patch = new JsonObject();
        foreach (var (key, _) in before.Where(pair => !after.ContainsKey(pair.Key)))
        {
            patch[key] = null;
        }

        foreach (var (key, value) in after)
        {
            if (before[key] is JsonObject was && value is JsonObject now)
            {
                patch[key] = MergePatch(was, now);
            }
            else if (!JsonNode.DeepEquals(before[key], value))
            {
                patch[key] = value?.DeepClone();
            }
        }

        return patch;
    }
}

/// <summary>Status passes over the recorded jobs, with a ledger that knows each of them and a sink that remembers.</summary>
internal sealed class RecordedPass : IDisposable
{
    private static readonly DateTimeOffset T0 = new(2026, 11, 22, 5, 3, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository repository;
    private readonly Clock clock = new(T0);
    private readonly RecordingSink fixture = new();
    private readonly KubectlCluster kubectl;
    private readonly RecordedLives lives;
    private readonly Dictionary<string, List<JobPhase>> recordedPhases = new(StringComparer.Ordinal);

    public RecordedPass(KubectlCluster kubectl, RecordedLives lives)
    {
        this.kubectl = kubectl;
        this.lives = lives;
        repository = GitRepository.InitBare(folder.Child("repository.git"));
    }

    private LedgerStore Ledger => new(repository, new LedgerStoreOptions { Remote = null, Time = clock });

    public void Run(IReadOnlyList<ObservedJob> recorded)
    {
        var fresh = recorded.Where(job => !recordedPhases.ContainsKey(job.Name)).ToList();
        if (fresh.Count > 0)
        {
            Ledger.Commit([.. fresh.Select((job, index) => Merged(job, recordedPhases.Count + index + 1))], "merged");
        }

        foreach (var job in recorded)
        {
            if (!recordedPhases.TryGetValue(job.Name, out var phases))
            {
                recordedPhases[job.Name] = phases = [];
            }

            Note(phases, JobStateMapper.Present(job).Phase);
        }

        clock.Now += TimeSpan.FromSeconds(5);
        var result = new StatusPass(
            lives.Reader,
            kubectl,
            Ledger,
            fixture,
            new StatusPassOptions { Time = clock }
        ).Run();
        result.Fault.ShouldBeNull();
        result.PullsPending.ShouldBe(0);
    }

    public void ShouldHaveToldWhatWasRecorded()
    {
        var told = new Dictionary<string, List<JobPhase>>(StringComparer.Ordinal);
        foreach (var news in fixture.Reported.SelectMany(news => news.News))
        {
            if (!told.TryGetValue(news.Run.Record.Name, out var phases))
            {
                told[news.Run.Record.Name] = phases = [];
            }

            Note(phases, news.State.Phase);
        }

        static IEnumerable<string> Lines(Dictionary<string, List<JobPhase>> all) =>
            all.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key}: {string.Join(' ', pair.Value)}");
        Lines(told).ShouldBe(Lines(recordedPhases));
        LedgerCheck.Verify(Ledger.Files(), clock.Now).ShouldBeEmpty();
    }

    public void Dispose()
    {
        repository.Dispose();
        folder.Dispose();
    }

    private JobRecord Merged(ObservedJob job, int pull) =>
        new(
            "vision",
            job.Name,
            EngineKind.RayJob,
            job.Namespace,
            [
                new MergedFacts
                {
                    Pull = pull,
                    Author = "alice",
                    Request = $"jobs-requests/vision/{job.Name}.yaml",
                    Sha = $"sha-{pull}",
                }.ToEvent(clock.Now),
            ]
        );

    private static void Note(List<JobPhase> phases, JobPhase phase)
    {
        if (phases.Count == 0 || phases[^1] != phase)
        {
            phases.Add(phase);
        }
    }
}
