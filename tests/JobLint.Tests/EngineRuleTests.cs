using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Rules over what the engines refuse: versions just below and at the bound, each scheduler, each way of submission.</summary>
public class EngineRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";

    public static TheoryData<string, string, string, string> Places { get; } =
        new()
        {
            { "RQ4501", "", "submissionMode: SidecarMode\ncluster: shared-dev", "SidecarMode" },
            { "RQ4501", "defaults: {submissionMode: SidecarMode}", "cluster: shared-dev", "shared-dev" },
            { "RQ4501", "", "submissionMode: SidecarMode", "" },
            { "RQ4501", "", "cluster: shared-dev", "" },
            { "RQ4502", "", "retries: 1\ncluster: shared-dev", "1" },
            { "RQ4502", "", "retries: 0\ncluster: shared-dev", "" },
            { "RQ4502", "", "retries: 1", "" },
            { "RQ4503", "", "retries: 1\nsubmissionMode: InteractiveMode", "1" },
            { "RQ4503", "", "retries: 0\nsubmissionMode: InteractiveMode", "" },
            { "RQ4503", "", "retries: 1", "" },
            { "RQ4504", "", "submissionMode: InteractiveMode", "InteractiveMode" },
            { "RQ4504", "", "submissionMode: HTTPMode", "" },
            { "RQ4505", "", "submissionMode: InteractiveMode", "python train.py" },
            { "RQ4505", "", "submissionMode: HTTPMode", "" },
            { "RQ4506", "", "workers: [{name: a}, {name: b}, {name: a}]", "a" },
            {
                "RQ4507",
                "scheduler: kueue",
                "workers: [{name: headgroup}, {name: head}, {name: submittergroup}]",
                "headgroup | head"
            },
            {
                "RQ4507",
                "scheduler: yunikorn",
                "workers: [{name: headgroup}, {name: head}, {name: submittergroup}]",
                "headgroup | submittergroup"
            },
            {
                "RQ4507",
                "scheduler: none",
                "workers: [{name: headgroup}, {name: head}, {name: submitter}]",
                "headgroup"
            },
            {
                "RQ4508",
                "",
                "workers: [{name: " + "a23456789-123456789-123456789-123" + "}]",
                "a23456789-123456789-123456789-123"
            },
            { "RQ4508", "", "workers: [{name: " + "a23456789-123456789-123456789-12" + "}]", "" },
            { "RQ4509", "scheduler: kueue\nkueue: 0.17.9", "workers:\n" + Groups(6), "" },
            { "RQ4509", "scheduler: kueue\nkueue: 0.17.9", "submissionMode: HTTPMode\nworkers:\n" + Groups(7), "" },
            { "RQ4509", "scheduler: kueue\nkueue: 0.18.0", "workers:\n" + Groups(8), "" },
            { "RQ4509", "scheduler: kueue\nkueue: 0.19.0", "workers:\n" + Groups(16), "" },
            { "RQ4509", "scheduler: none\nkueue: 0.17.9", "workers:\n" + Groups(17), "" },
            {
                "RQ4510",
                "scheduler: kueue\nkueue: 0.17.9",
                "workers: [{replicas: {min: 1, max: 2}}, {replicas: 2}]",
                "{min: 1, max: 2}"
            },
            { "RQ4510", "scheduler: kueue\nkueue: 0.18.0", "workers: {replicas: {min: 1, max: 2}}", "" },
            { "RQ4510", "scheduler: none\nkueue: 0.17.9", "workers: {replicas: {min: 1, max: 2}}", "" },
            { "RQ4511", "scheduler: kai", "submissionMode: K8sJobMode", "K8sJobMode -> SidecarMode" },
            { "RQ4511", "scheduler: kai\ndefaults: {submissionMode: K8sJobMode}", "timeout: 1h", "train" },
            { "RQ4511", "scheduler: kai", "submissionMode: HTTPMode", "" },
            { "RQ4511", "scheduler: kueue", "submissionMode: K8sJobMode", "" },
            { "RQ4512", "scheduler: scheduler-plugins", "kind: RayJob", "train" },
            { "RQ4512", "scheduler: scheduler-plugins", "timeout: 1h", "train" },
            { "RQ4512", "scheduler: scheduler-plugins", "kind: RayCluster", "" },
            { "RQ4512", "scheduler: kueue", "kind: RayJob", "" },
            { "RQ4513", "scheduler: volcano", "cluster: shared-dev", "shared-dev" },
            { "RQ4513", "scheduler: volcano", "timeout: 1h", "" },
            { "RQ4513", "scheduler: kueue", "cluster: shared-dev", "" },
            { "RQ4514", "scheduler: volcano", "workers: {replicas: {min: 0, max: 2}}", "{min: 0, max: 2}" },
            { "RQ4514", "scheduler: yunikorn", "workers: [{replicas: 0}, {replicas: {min: 0, max: 2}}]", "0" },
            { "RQ4514", "scheduler: volcano", "workers: [{replicas: 0}, {replicas: {min: 1, max: 2}}]", "" },
            { "RQ4514", "scheduler: volcano", "timeout: 1h", "" },
            { "RQ4514", "scheduler: kueue", "workers: {replicas: 0}", "" },
            { "RQ4515", "", "priority: high\ncluster: shared-dev", "high" },
            { "RQ4515", "", "priority: high", "" },
            { "RQ4515", "", "cluster: shared-dev", "" },
            { "RQ4516", "", "autoscaling: {version: v2}\nimage: x/y:1\nrayVersion: 2.9.9", "v2" },
            { "RQ4516", "", "autoscaling: {version: v2}\nimage: x/y:1\nrayVersion: 2.10.0", "" },
            { "RQ4516", "", "autoscaling: {version: v1}\nimage: x/y:1\nrayVersion: 2.9.9", "" },
            { "RQ4516", "", "autoscaling: {idleTimeout: 60s}\nimage: x/y:1\nrayVersion: 2.9.9", "" },
            { "RQ4517", "kuberay: 1.4.9", "submissionMode: SidecarMode", "SidecarMode" },
            { "RQ4517", "kuberay: 1.4.9\ndefaults: {submissionMode: SidecarMode}", "timeout: 1h", "train" },
            { "RQ4517", "kuberay: 1.5.0", "submissionMode: SidecarMode", "" },
            { "RQ4517", "kuberay: 1.4.9", "submissionMode: HTTPMode", "" },
            { "RQ4517", "kuberay: 1.5.9", "queueTimeout: 5m", "5m" },
            { "RQ4517", "kuberay: 1.6.0", "queueTimeout: 5m", "" },
            { "RQ4518", "", "keep: 1h\ncluster: shared-dev", "1h" },
            { "RQ4518", "", "keep: 1h", "" },
            { "RQ4518", "", "cluster: shared-dev", "" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_points_at_what_the_engine_refuses_and_at_nothing_else(
        string code,
        string platform,
        string rest,
        string expected
    ) => Pointed.At(code, Under(platform, rest)).ShouldBe(expected, rest);

    [Theory]
    [InlineData("0.17.9", "K8sJobMode", 7, "Kueue 0.17.9 queues at most 6 in K8sJobMode")]
    [InlineData("0.17.9", "HTTPMode", 8, "Kueue 0.17.9 queues at most 7 in HTTPMode")]
    [InlineData("0.18.0", "K8sJobMode", 9, "Kueue 0.18.0 queues at most 8 in K8sJobMode")]
    [InlineData("0.18.9", "SidecarMode", 10, "Kueue 0.18.9 queues at most 9 in SidecarMode")]
    [InlineData("0.19.0", "K8sJobMode", 17, "Kueue 0.19.0 queues at most 16 in K8sJobMode")]
    public void Kueue_takes_so_many_groups_by_version_and_mode(
        string version,
        string mode,
        int groups,
        string expected
    ) =>
        Pointed
            .Said(
                "RQ4509",
                Under($"scheduler: kueue\nkueue: {version}", $"submissionMode: {mode}\nworkers:\n" + Groups(groups))
            )
            .ShouldContain(expected);

    [Theory]
    [InlineData(
        "RQ4506",
        "scheduler: none",
        "workers: [{replicas: 1}, {name: workers, replicas: 1}]",
        "there is a group `workers` already; rename one"
    )]
    [InlineData(
        "RQ4506",
        "scheduler: none",
        "workers: [{name: workers-2, replicas: 1}, {replicas: 1}]",
        "there is a group `workers-2` already (groups without a name are called"
    )]
    [InlineData(
        "RQ4507",
        "scheduler: none",
        "workers: {name: headgroup}",
        "is what KubeRay calls the head's own group"
    )]
    [InlineData("RQ4507", "scheduler: kueue", "workers: {name: head}", "is Kueue's pod set of the head")]
    [InlineData("RQ4507", "scheduler: kueue", "workers: {name: submitter}", "is Kueue's pod set of the submitter")]
    [InlineData("RQ4507", "scheduler: yunikorn", "workers: {name: submittergroup}", "is YuniKorn's task group")]
    [InlineData(
        "RQ4508",
        "scheduler: none",
        "workers: {name: a23456789-123456789-123456789-1234}",
        "first 50 of 52 characters and lose `a23456789-123456789-123456789-1234`; shorten the job's name or the group's by 2"
    )]
    [InlineData("RQ4510", "scheduler: kueue\nkueue: 0.17.9", "workers: {replicas: {min: 1, max: 7}}", "such as 7")]
    public void A_rule_says_which_engine_and_how_much(string code, string platform, string rest, string expected) =>
        Pointed.Said(code, Under(platform, rest)).ShouldContain(expected);

    [Fact]
    public void Pods_of_the_only_group_may_lose_a_name_nobody_gave()
    {
        string name = new('a', 31);
        string At(string workers) => Pointed.At("RQ4508", $"name: {name}\nentrypoint: a\nworkers: {workers}\n");
        At("{replicas: 1}").ShouldBeEmpty();
        At("[{replicas: 1}, {cpu: 1}]").ShouldBe("{replicas: 1} | {cpu: 1}");
        At("{name: workers}").ShouldBe("workers");
        At("{name: worker}").ShouldBeEmpty();
        Pointed.At("RQ4508", "entrypoint: a\nworkers: {name: w}\n").ShouldBeEmpty();
    }

    [Fact]
    public void The_other_group_is_shown() =>
        Repository
            .Lint(Repository.Vision(Head + "workers: [{name: a}, {name: a}]\n"), only: "RQ4506")
            .Findings.Where(f => f.Rule.Code == "RQ4506")
            .ShouldHaveSingleItem()
            .Related.ShouldHaveSingleItem()
            .Span.Start.Column.ShouldBe(18);

    private static string Groups(int count) =>
        string.Concat(Enumerable.Range(1, count).Select(i => $"- {{name: g{i}, replicas: 1}}\n"));

    private static MemoryTree Under(string platform, string rest) =>
        Repository.Tree([
            .. platform.Length == 0 ? Array.Empty<(string, string)>() : [("policies/platform.yaml", platform + "\n")],
            ("jobs-requests/vision/train.yaml", Head + rest + "\n"),
        ]);
}
