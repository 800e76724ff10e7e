using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobRehearsal;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.Adversary.Tests.Delivery;

/// <summary>A cluster that shows what it is given, and nothing else.</summary>
internal sealed class ShownCluster : ICluster
{
    public Dictionary<string, JsonObject> Objects { get; } = new(StringComparer.Ordinal);

    public void RayJob(string name, string status, string uid) =>
        Objects[name] = (JsonObject)
            JsonNode.Parse(
                $$"""
                {"apiVersion":"ray.io/v1","kind":"RayJob","metadata":{"name":"{{name}}","namespace":"ray-vision","uid":"{{uid}}","creationTimestamp":"2026-11-23T09:00:00Z",
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
        where T : class =>
        resource == ClusterResource.RayJobs
            ? [.. Objects.Values.Select(item => read(JsonDocument.Parse(item.ToJsonString()).RootElement)).OfType<T>()]
            : [];

    public T? Get<T>(ClusterResource resource, string ns, string name, Func<JsonElement, T?> read)
        where T : class =>
        Objects.TryGetValue(name, out JsonObject? item)
            ? read(JsonDocument.Parse(item.ToJsonString()).RootElement)
            : null;

    public string Log(ObservedJob job, int lines) => "";

    public DryRunAnswer DryRun(ReadOnlyMemory<byte> manifest) => new(Accepted: true, "");
}

/// <summary>A repository on GitHub with one merged job, a cluster that runs it, and a colleague who may push branches.</summary>
internal sealed class LedgerStage : IDisposable
{
    public const string Job = "resnet-00000";
    public const string Running =
        """{"jobDeploymentStatus":"Running","jobStatus":"RUNNING","startTime":"2026-11-23T09:01:00Z","rayClusterName":"c"}""";
    public const string Succeeded =
        """{"jobDeploymentStatus":"Complete","jobStatus":"SUCCEEDED","succeeded":1,"startTime":"2026-11-23T09:01:00Z","endTime":"2026-11-23T09:05:00Z","rayClusterName":"c"}""";
    private static readonly DateTimeOffset T0 = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository clone;
    private readonly GitRepository ledger;

    /// <param name="isProtected">Main takes nothing but pull requests, and the App may not bypass that.</param>
    public LedgerStage(bool isProtected = false)
    {
        GitHub = EmulatedGitHub.Start(
            folder.Child("origin.git"),
            new EmulatedGitHubOptions { Clock = new RehearsalClock(T0), RequiresPullRequest = isProtected }
        );
        Alice = GitHub.AddUser("alice");
        Mallory = GitHub.AddUser("mallory");
        clone = GitRepository.InitBare(folder.Child("clone.git"));
        ledger = GitRepository.InitBare(folder.Child("ledger.git"));
        GitHub.Push(Alice, "main", "Begin", new Dictionary<string, string?> { ["README.md"] = "x" });
        Merged("resnet", Job);
        Cluster.RayJob(Job, Running, "uid-1");
    }

    /// <summary>A request that was asked for, and merged with what it renders to.</summary>
    public void Merged(string request, string job)
    {
        GitHub.Push(
            Alice,
            request,
            "Ask",
            new Dictionary<string, string?>
            {
                [$"jobs-requests/vision/{request}.yaml"] = $"name: {request}\n",
                [$"jobs/vision/{request}.yaml"] = Rendered(request, job),
            },
            "main"
        );
        GitHub.Merge(Alice, GitHub.OpenPull(Alice, request, "Train").Number);
    }

    public EmulatedGitHub GitHub { get; }
    public EmulatedUser Alice { get; }
    public EmulatedUser Mallory { get; }
    public ShownCluster Cluster { get; } = new();
    public Action BeforeArchive { get; set; } = () => { };

    public bool IsOnMain => OnMain.Contains("jobs/vision/resnet.yaml");

    /// <summary>Paths of the main branch.</summary>
    public IReadOnlyList<string> OnMain =>
        [.. GitHub.Git.ListTree(GitHub.Git.Resolve("refs/heads/main")).Select(entry => entry.Path)];

    /// <summary>What the ledger says.</summary>
    public LedgerView View
    {
        get
        {
            using JobHosts.GitHub.GitHubClient client = GitHub.Client();
            return Ledger(client).Read().View;
        }
    }

    /// <summary>The ledger as a command with a token opens it.</summary>
    public LedgerStore Ledger(JobHosts.GitHub.GitHubClient client, GitRepository? objects = null)
    {
        objects ??= ledger;
        LedgerStoreOptions options = new() { Remote = GitHub.Git.GitDirectory, Time = GitHub.Clock };
        return new LedgerStore(
            objects,
            options,
            new GitHubLedgerBranch(client, objects, options, new LedgerAuthors(client, []))
        );
    }

    /// <summary>A path in the stage's own folder.</summary>
    public string Child(string name) => folder.Child(name);

    /// <summary>One pass as the command runs it.</summary>
    /// <param name="byPush">The archive is pushed with Git, as where there is no way to the API.</param>
    public ArchiveResult Pass(bool byPush = false)
    {
        GitHub.Clock.Advance(TimeSpan.FromHours(1));
        using JobHosts.GitHub.GitHubClient client = GitHub.Client();
        clone.Fetch(GitHub.Git.GitDirectory, "+refs/heads/main:refs/rayquest/main");
        new MainHistory(clone, commit => MergedPull.Of(client, commit)).CatchUp(
            Ledger(client),
            clone.Resolve("refs/rayquest/main")
        );
        new StatusPass(
            new ClusterReader(Cluster, new ClusterReaderOptions()),
            Cluster,
            Ledger(client),
            new GitHubStatusSink(client, new GitHubStatusSinkOptions()),
            new StatusPassOptions { Time = GitHub.Clock }
        )
            .Run()
            .Fault.ShouldBeNull();
        BeforeArchive();
        return new Archiver(
            clone,
            Ledger(client),
            Cluster,
            new ArchiverOptions
            {
                Remote = GitHub.Git.GitDirectory,
                Time = GitHub.Clock,
                Limits = new ArchiveLimits(50, 100),
            },
            byPush ? null : client
        ).Run();
    }

    /// <summary>A record of the job with one more state, as whoever knows the format would write it.</summary>
    public string RecordWith(JobState state)
    {
        using JobHosts.GitHub.GitHubClient client = GitHub.Client();
        JobRecord there = Ledger(client).Read().Records[JobRecord.PathOf("vision", Job)];
        DateTimeOffset now = GitHub.Clock.GetUtcNow();
        return Encoding.UTF8.GetString(there.With(StateEvent.Of(there, state, now)).Write());
    }

    public void Dispose()
    {
        clone.Dispose();
        ledger.Dispose();
        GitHub.Dispose();
        folder.Dispose();
    }

    private static string Rendered(string request, string name)
    {
        string body =
            $"apiVersion: ray.io/v1\nkind: RayJob\nmetadata:\n  name: {name}\n  namespace: ray-vision\nspec:\n  ttlSecondsAfterFinished: 300\n";
        return new JobHeader(
                $"jobs-requests/vision/{request}.yaml",
                "r",
                JobHeader.Digest(Encoding.UTF8.GetBytes(body)),
                "alice",
                [new HeaderJob(name, 3600)],
                new ResourceDemand(
                    1,
                    GpuCounts.None.With("a100", 4),
                    Quantity.FromInteger(8),
                    Quantity.FromInteger(64),
                    12.5
                )
            ).Write() + body;
    }
}
