using System.Runtime.CompilerServices;
using System.Text.Json;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.StatusSync;

/// <summary>One recorded moment of a real operator, listed as its API server would.</summary>
internal sealed class RecordedMoment(string folder, int moment) : ICluster
{
    public List<string> Lists { get; } = [];

    public IReadOnlyList<T> List<T>(
        ClusterResource resource,
        string? ns,
        string labelSelector,
        Func<JsonElement, T?> read,
        string fieldSelector = ""
    )
        where T : class
    {
        Lists.Add($"{resource.Plural}?{labelSelector}&{fieldSelector}");
        var file = Path.Combine(Folder(), folder, $"{moment:00}-{resource.Plural}.json");
        if (!File.Exists(file))
        {
            return [];
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return
        [
            .. document
                .RootElement.GetProperty("items")
                .EnumerateArray()
                .Where(item => Wears(item, labelSelector) && Fits(item, fieldSelector))
                .Select(item => read(item.Clone()))
                .OfType<T>(),
        ];
    }

    public T? Get<T>(ClusterResource resource, string ns, string name, Func<JsonElement, T?> read)
        where T : class => null;

    public string Log(ObservedJob job, int lines) => "";

    public DryRunAnswer DryRun(ReadOnlyMemory<byte> manifest) => new(Accepted: true, "");

    private static bool Wears(JsonElement item, string selector)
    {
        var labels = item.GetProperty("metadata").TryGetProperty("labels", out var map)
            ? map.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString())
            : [];
        return selector
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .All(part =>
                part[0] == '!' ? !labels.ContainsKey(part[1..])
                : part.Split('=') is [var key, var value] ? labels.GetValueOrDefault(key) == value
                : labels.ContainsKey(part)
            );
    }

    private static bool Fits(JsonElement item, string selector) =>
        selector
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('='))
            .All(pair =>
            {
                var at = item;
                foreach (var key in pair[0].Split('.'))
                {
                    at = at.GetProperty(key);
                }

                return at.GetString() == pair[1];
            });

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "recordings");
}

/// <summary>Why a job doesn't begin, and what helps, over moments recorded of KubeRay 1.7.</summary>
public sealed class StuckStatesTests
{
    [Theory]
    [InlineData(
        "rayjob",
        1,
        "no-sa-1a2b3",
        JobPhase.Initializing,
        "serviceaccount \"trainer\" not found",
        "a service account is missing"
    )]
    [InlineData(
        "rayjob",
        2,
        "no-sa-worker-4c5d6",
        JobPhase.Initializing,
        "FailedCreateWorkerPod: pods",
        "a service account is missing"
    )]
    [InlineData(
        "rayjob",
        3,
        "over-quota-7e8f9",
        JobPhase.Queued,
        "exceeded quota: rayquest",
        "goes on by itself when there is room"
    )]
    [InlineData(
        "rayjob",
        4,
        "no-cluster-0a1b2",
        JobPhase.Initializing,
        "RayCluster team-a/shared set in the clusterSelector is not found",
        "correct `cluster`"
    )]
    [InlineData("rayjob", 5, "unschedulable-3c4d5", JobPhase.Queued, "3 Insufficient nvidia.com/gpu", "ask for fewer")]
    [InlineData(
        "rayjob",
        6,
        "bad-image-6e7f8",
        JobPhase.Initializing,
        "registry.example.com/ml/trainer:v9: not found",
        "the image cannot be pulled"
    )]
    [InlineData(
        "rayjob",
        7,
        "bad-image-worker-9a0b1",
        JobPhase.Initializing,
        "0/2 workers ready",
        "the image cannot be pulled"
    )]
    [InlineData(
        "rayjob",
        8,
        "config-error-2c3d4",
        JobPhase.Initializing,
        "secret \"wandb\" not found",
        "correct `secrets`"
    )]
    [InlineData(
        "rayjob",
        9,
        "head-oom-5e6f7",
        JobPhase.Initializing,
        "ended with OOMKilled, exit code 137",
        "raise `memory`"
    )]
    [InlineData(
        "rayjob",
        10,
        "submitter-8a9b0",
        JobPhase.Initializing,
        "the submitter does not start",
        "the submitter's image cannot be pulled"
    )]
    [InlineData(
        "rayjob",
        11,
        "bad-cluster-1c2d3",
        JobPhase.Rejected,
        "minReplicas 3 greater than maxReplicas 2",
        "this one never recovers"
    )]
    [InlineData(
        "rayjob",
        12,
        "sa-then-ok-4e5f6",
        JobPhase.DeadlineExceeded,
        "serviceaccount \"trainer\" not found",
        "a service account is missing"
    )]
    [InlineData("rayjob", 13, "no-cluster-0a1b2", JobPhase.Running, "running", "")]
    [InlineData(
        "raycluster",
        13,
        "no-sa",
        JobPhase.Initializing,
        "serviceaccount \"trainer\" not found",
        "a service account is missing"
    )]
    [InlineData("raycluster", 14, "no-sa", JobPhase.Running, "1/1 workers", "")]
    [InlineData(
        "raycluster",
        15,
        "over-quota",
        JobPhase.Queued,
        "exceeded quota: rayquest",
        "goes on by itself when there is room"
    )]
    [InlineData(
        "raycluster",
        16,
        "over-quota-head",
        JobPhase.Queued,
        "exceeded quota: rayquest",
        "goes on by itself when there is room"
    )]
    [InlineData(
        "raycluster",
        17,
        "bad-spec",
        JobPhase.Initializing,
        "minReplicas 3 greater than maxReplicas 2",
        "takes the corrected object up by itself"
    )]
    [InlineData("raycluster", 18, "bad-spec", JobPhase.Running, "2/2 workers", "")]
    [InlineData(
        "rayservice",
        24,
        "bad-config",
        JobPhase.Initializing,
        "error converting YAML to JSON",
        "correct `serve`"
    )]
    [InlineData(
        "rayservice",
        25,
        "invalid",
        JobPhase.Rejected,
        "minReplicas 3 greater than maxReplicas 2",
        "takes the corrected object up by itself"
    )]
    [InlineData(
        "rayservice",
        30,
        "no-sa",
        JobPhase.Initializing,
        "serviceaccount \"server\" not found",
        "a service account is missing"
    )]
    public void A_job_says_why_it_does_not_begin_and_what_helps(
        string folder,
        int moment,
        string name,
        JobPhase phase,
        string line,
        string next
    )
    {
        var snapshot = new ClusterReader(new RecordedMoment(folder, moment), new ClusterReaderOptions()).Read();
        var (key, job) = snapshot.Jobs.Single(pair => pair.Value.Name == name);
        var state = JobStateMapper.Present(job, snapshot.Waiting.GetValueOrDefault(key));
        var words = StateText.Of(state, new DateTimeOffset(2026, 11, 30, 15, 0, 0, TimeSpan.Zero));
        state.Phase.ShouldBe(phase, words.Line);
        words.Line.ShouldContain(line);
        words.Next.ShouldContain(next);
        (words.Next.Length > 0).ShouldBe(next.Length > 0, words.Next);
        if (!line.Contains("quota", StringComparison.Ordinal))
        {
            words.Next.ShouldNotContain("quota");
        }

        words.Line.Any(char.IsControl).ShouldBeFalse();
    }

    [Fact]
    public void Events_are_asked_for_only_where_nothing_else_explains()
    {
        var explained = new RecordedMoment("rayjob", 1);
        new ClusterReader(explained, new ClusterReaderOptions()).Read();
        explained.Lists.ShouldNotContain(list => list.StartsWith("events"));
        var running = new RecordedMoment("rayjob", 13);
        new ClusterReader(running, new ClusterReaderOptions()).Read();
        running.Lists.ShouldNotContain(list => list.StartsWith("events") || list.StartsWith("pods"));
        var unexplained = new RecordedMoment("rayjob", 4);
        new ClusterReader(unexplained, new ClusterReaderOptions()).Read();
        unexplained.Lists.ShouldContain("events?&type=Warning,involvedObject.kind=RayJob");
    }

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("a\nb\r\n\tc", "a b c")]
    [InlineData("\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007", "click")]
    [InlineData("FailedCreateHeadPod\npods", "FailedCreateHeadPod pods")]
    [InlineData("plain", "plain")]
    public void Sentences_of_engines_are_one_line_without_escape_sequences(string said, string shown) =>
        EngineText.Plain(said).ShouldBe(shown);
}
