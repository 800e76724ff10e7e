namespace Rayquest.JobHosts.Tests.StatusSync;

/// <summary>A script: what the cluster and main look like, hour after hour, from a merge to the end.</summary>
/// <param name="Merge">Makes and merges the requests.</param>
/// <param name="Hours">
/// What changes at each full hour of the cluster's clock, from the first on. A pass looks five minutes later, and no time is
/// later than that: what lies ahead of the one who looks counts as now, and then the order would depend on who looked when.
/// </param>
internal sealed record Life(string Name, Action<StatusStage> Merge, Action<StatusStage>[] Hours)
{
    private const string Ours = """{"labels":{"app.kubernetes.io/managed-by":"rayquest"}}""";

    public override string ToString() => Name;

    /// <summary>The one whose name begins so.</summary>
    public static Life Of(string beginning) =>
        All.Single(life => life.Name.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>Every path of the operator's states (facts 2.2) that ends somewhere.</summary>
    public static IReadOnlyList<Life> All { get; } =
    [
        new(
            "queued, running, failed with a log, archived",
            One,
            [
                stage => stage.Put("Application", "ray-vision", """{"status":{"sync":{"status":"OutOfSync"}}}"""),
                stage =>
                {
                    Job(stage, "a-00000", Initializing(62, "a-00000-c1"));
                    stage.Put("Pod", "a-00000-c1-head", Pending("a-00000-c1", 63));
                },
                stage =>
                {
                    stage.Cluster.Objects.Remove("Pod/a-00000-c1-head");
                    Job(stage, "a-00000", Running(62, 125, "a-00000-c1"));
                },
                stage =>
                    Job(stage, "a-00000", Ended("Failed", "FAILED", 62, 185, "a-00000-c1", "AppFailed", failed: 1)),
            ]
        ),
        new(
            "tried again on a new cluster, succeeded",
            One,
            [
                stage => Job(stage, "a-00000", Running(2, 5, "a-00000-c1"), retries: 1),
                stage => Job(stage, "a-00000", Retrying(65), retries: 1),
                stage => Job(stage, "a-00000", Initializing(120, "a-00000-c2", failed: 1), retries: 1),
                stage => Job(stage, "a-00000", Running(120, 181, "a-00000-c2", failed: 1), retries: 1),
                stage =>
                    Job(
                        stage,
                        "a-00000",
                        Ended("Complete", "SUCCEEDED", 120, 241, "a-00000-c2", "", failed: 1, succeeded: 1),
                        retries: 1
                    ),
            ]
        ),
        new(
            "suspended, resumed on a new cluster, stopped by hand",
            One,
            [
                stage => Job(stage, "a-00000", Running(2, 5, "a-00000-c1")),
                stage => Job(stage, "a-00000", """{"jobDeploymentStatus":"Suspended"}"""),
                stage => Job(stage, "a-00000", Running(122, 125, "a-00000-c2")),
                stage => Job(stage, "a-00000", Ended("Complete", "STOPPED", 122, 185, "a-00000-c2", "")),
            ]
        ),
        new(
            "refused by the operator",
            One,
            [
                stage =>
                    Job(
                        stage,
                        "a-00000",
                        """{"jobDeploymentStatus":"ValidationFailed","message":"backoffLimit must be a positive integer"}"""
                    ),
                stage => { },
            ]
        ),
        new(
            "never got a place before its queueTimeout",
            One,
            [
                stage => Job(stage, "a-00000", Initializing(2, "a-00000-c1")),
                stage => Job(stage, "a-00000", Ended("Failed", "", 2, 65, "a-00000-c1", "PreRunningDeadlineExceeded")),
            ]
        ),
        new(
            "deleted behind our back, run again by Argo CD",
            One,
            [
                stage => Job(stage, "a-00000", Running(2, 5, "a-00000-c1")),
                stage => stage.Cluster.Objects.Remove("RayJob/a-00000"),
                stage => Job(stage, "a-00000", Running(122, 125, "a-00000-c2"), uid: "second"),
                stage =>
                    Job(
                        stage,
                        "a-00000",
                        Ended("Complete", "SUCCEEDED", 122, 185, "a-00000-c2", "", succeeded: 1),
                        uid: "second"
                    ),
            ]
        ),
        new(
            "request taken back while it runs",
            One,
            [
                stage => Job(stage, "a-00000", Running(2, 5, "a-00000-c1")),
                stage =>
                {
                    stage.Withdrawn("a");
                    stage.Cluster.Objects.Remove("RayJob/a-00000");
                },
            ]
        ),
        new(
            "a sweep of three in one pull request",
            stage => stage.Merged("s", "RayJob", "s-00001", "s-00002", "s-00003"),
            [
                stage =>
                {
                    Job(stage, "s-00001", Running(2, 4, "s-00001-c1"));
                    Job(stage, "s-00002", Initializing(2, "s-00002-c1"));
                },
                stage =>
                {
                    Job(stage, "s-00001", Ended("Complete", "SUCCEEDED", 2, 63, "s-00001-c1", "", succeeded: 1));
                    Job(stage, "s-00002", Running(2, 64, "s-00002-c1"));
                    Job(stage, "s-00003", Running(2, 65, "s-00003-c1"));
                },
                stage =>
                {
                    Job(stage, "s-00002", Ended("Failed", "FAILED", 2, 123, "s-00002-c1", "AppFailed", failed: 1));
                    Job(stage, "s-00003", Ended("Complete", "SUCCEEDED", 2, 124, "s-00003-c1", "", succeeded: 1));
                },
            ]
        ),
        new(
            "a schedule, two runs of it, and its end while one runs",
            stage => stage.Merged("nightly", "RayCronJob", "nightly"),
            [
                stage =>
                {
                    stage.Put("RayCronJob", "nightly", Labelled("{}"));
                    Scheduled(stage, "nightly-1", 62, Running(62, 64, "nightly-1-c1"));
                },
                stage =>
                {
                    Scheduled(
                        stage,
                        "nightly-1",
                        62,
                        Ended("Failed", "FAILED", 62, 121, "nightly-1-c1", "AppFailed", 1)
                    );
                    Scheduled(stage, "nightly-2", 122, Running(122, 124, "nightly-2-c1"));
                    // Somebody else's, by a schedule that is not ours.
                    Scheduled(stage, "other-1", 122, Running(122, 124, "other-1-c1"), "other");
                },
                stage =>
                {
                    stage.Withdrawn("nightly");
                    stage.Cluster.Objects.Remove("RayCronJob/nightly");
                    stage.Cluster.Objects.Remove("RayJob/nightly-1");
                    stage.Cluster.Objects.Remove("RayJob/nightly-2");
                },
            ]
        ),
        new(
            "a cluster whose lease ends: told first, then taken off main",
            stage => stage.Merged("lab", "RayCluster", TimeSpan.FromHours(4), "lab"),
            [
                stage =>
                    stage.Put(
                        "RayCluster",
                        "lab",
                        Labelled($$$"""{"state":"ready","stateTransitionTimes":{"ready":"{{{StatusStage.At(61)}}}"}}""")
                    ),
                _ => { },
                _ => { },
                _ => { },
                _ => { },
                stage =>
                {
                    stage
                        .GitHub.Git.ReadFile(stage.GitHub.Git.Resolve("refs/heads/main"), "jobs/vision/lab.yaml")
                        .ShouldBeNull();
                    stage.Cluster.Objects.Remove("RayCluster/lab");
                },
            ]
        ),
        new(
            "a cluster and a service, four pull requests at once",
            stage =>
            {
                stage.Merged("dev", "RayCluster", "dev-00000");
                stage.Merged("chat", "RayService", "chat-00000");
                stage.Merged("a", "RayJob", "a-00000");
                stage.Merged("b", "RayJob", "b-00000");
            },
            [
                stage =>
                {
                    stage.Put("RayCluster", "dev-00000", Labelled("""{"state":"","conditions":[]}"""));
                    Job(stage, "a-00000", Running(2, 5, "a-00000-c1"));
                    Job(stage, "b-00000", Running(2, 5, "b-00000-c1"));
                },
                stage =>
                {
                    stage.Put(
                        "RayCluster",
                        "dev-00000",
                        Labelled($$$"""{"state":"ready","stateTransitionTimes":{"ready":"{{{StatusStage.At(61)}}}"}}""")
                    );
                    stage.Put(
                        "RayService",
                        "chat-00000",
                        Labelled(
                            $$$"""{"conditions":[{"type":"Ready","status":"True","reason":"NonZeroServeEndpoints","lastTransitionTime":"{{{StatusStage.At(62)}}}"}],"activeServiceStatus":{"rayClusterName":"chat-c1"}}"""
                        )
                    );
                    Job(stage, "a-00000", Ended("Complete", "SUCCEEDED", 2, 63, "a-00000-c1", "", succeeded: 1));
                    Job(stage, "b-00000", Ended("Failed", "FAILED", 2, 64, "b-00000-c1", "AppFailed", failed: 1));
                },
                stage =>
                {
                    stage.Withdrawn("dev");
                    stage.Cluster.Objects.Remove("RayCluster/dev-00000");
                },
            ]
        ),
    ];

    private static void One(StatusStage stage) => stage.Merged("a", "RayJob", "a-00000");

    private static void Job(StatusStage stage, string name, string status, int retries = 0, string uid = "first") =>
        stage.Put(
            "RayJob",
            name,
            $$$"""{"apiVersion":"ray.io/v1","kind":"RayJob","metadata":{"uid":"{{{uid}}}","labels":{"app.kubernetes.io/managed-by":"rayquest"}},"spec":{"backoffLimit":{{{retries}}}},"status":{{{status}}}}"""
        );

    private static void Scheduled(
        StatusStage stage,
        string name,
        double tick,
        string status,
        string owner = "nightly"
    ) =>
        stage.Put(
            "RayJob",
            name,
            $$$"""{"apiVersion":"ray.io/v1","kind":"RayJob","metadata":{"labels":{"ray.io/cronjob-name":"{{{owner}}}"},"annotations":{"ray.io/cronjob-scheduled-timestamp":"{{{StatusStage.At(tick)}}}"},"ownerReferences":[{"apiVersion":"ray.io/v1","kind":"RayCronJob","name":"{{{owner}}}","uid":"uid-{{{owner}}}"}]},"spec":{},"status":{{{status}}}}"""
        );

    private static string Labelled(string status) => $$"""{"metadata":{{Ours}},"spec":{},"status":{{status}} }""";

    private static string Initializing(int start, string cluster, int failed = 0) =>
        $$"""{"jobDeploymentStatus":"Initializing","startTime":"{{StatusStage.At(start)}}","rayClusterName":"{{cluster}}","failed":{{failed}}}""";

    private static string Running(int start, int program, string cluster, int failed = 0) =>
        $$"""{"jobDeploymentStatus":"Running","jobStatus":"RUNNING","startTime":"{{StatusStage.At(start)}}","rayClusterName":"{{cluster}}","failed":{{failed}},"rayJobInfo":{"startTime":"{{StatusStage.At(program)}}"} }""";

    private static string Retrying(int ended) =>
        $$"""{"jobDeploymentStatus":"Retrying","jobStatus":"FAILED","reason":"AppFailed","failed":1,"rayJobInfo":{"endTime":"{{StatusStage.At(ended)}}"} }""";

    private static string Ended(
        string deployment,
        string job,
        int start,
        int end,
        string cluster,
        string reason,
        int failed = 0,
        int succeeded = 0
    ) =>
        $$"""{"jobDeploymentStatus":"{{deployment}}","jobStatus":"{{job}}","reason":"{{reason}}","message":"","failed":{{failed}},"succeeded":{{succeeded}},"startTime":"{{StatusStage.At(start)}}","endTime":"{{StatusStage.At(end)}}","rayClusterName":"{{cluster}}"}""";

    private static string Pending(string cluster, int since) =>
        $$"""{"metadata":{"labels":{"ray.io/cluster":"{{cluster}}"} },"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available: 3 Insufficient nvidia.com/gpu","lastTransitionTime":"{{StatusStage.At(since)}}"}]} }""";
}
