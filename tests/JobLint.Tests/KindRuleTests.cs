using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests;

/// <summary>What is silent about clusters, services and schedules, at the edges where it begins.</summary>
public class KindRuleTests
{
    private static string[] Of(string code, string request, params (string Path, string Text)[] more)
    {
        Finding[] all =
        [
            .. Repository.Lint(Repository.Tree([(Repository.PathOf(request), request), .. more])).Findings,
        ];
        all.ShouldNotContain(f => f.Rule.Code.StartsWith("RQ0", StringComparison.Ordinal), Repository.Print(all));
        return [.. all.Where(f => f.Rule.Code == code).Select(f => f.Span.Text)];
    }

    private static (string, string) Platform(string text) =>
        (
            "policies/platform.yaml",
            $"{text}\ngpus: {{a100: {{}}, l4: {{}}, tpu-v6e: {{}}, tpu-v6e-16: {{}}}}\ndefaults: {{image: ray, timeout: 1h}}\n"
        );

    [Theory]
    [InlineData("scheduler: kueue\nargocd: {queues: existing}", "true", 1)]
    [InlineData("scheduler: kueue\nargocd: {queues: existing}", "false", 0)]
    [InlineData("scheduler: volcano", "true", 0)]
    public void Kueue_takes_a_suspension_back(string scheduler, string suspend, int told) =>
        Of(
            "RQ4627",
            $"kind: RayCluster\nname: shared\nworkers: {{replicas: 1}}\nlease: 7d\nsuspend: {suspend}\n",
            Platform(scheduler)
        )
            .Length.ShouldBe(told);

    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 0)]
    public void A_job_waits_for_a_cluster_that_rests(string suspend, int told)
    {
        (string, string) cluster = (
            "jobs-requests/vision/shared.yaml",
            $"kind: RayCluster\nname: shared\nworkers: {{replicas: 1}}\nlease: 7d\nsuspend: {suspend}\n"
        );
        (string, string) platform = Platform("scheduler: none");
        Of("RQ4628", "name: train\nentrypoint: python train.py\ncluster: shared\n", cluster, platform)
            .Length.ShouldBe(told);
        Of("RQ4628", "name: train\nentrypoint: python train.py\n", cluster, platform).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{min: 1, max: 3}", "num_replicas: 2", 1)]
    [InlineData("{min: 1, max: 2}", "num_replicas: 2", 0)]
    [InlineData("3", "num_replicas: 2", 0)]
    // More than enough from the start: another matter.
    [InlineData("{min: 3, max: 4}", "num_replicas: 2", 0)]
    [InlineData("{min: 1, max: 3}", "num_replicas: auto", 0)]
    [InlineData("{min: 1, max: 3}", "max_ongoing_requests: 4", 0)]
    [InlineData("{min: 1, max: 3}", "autoscaling_config: {min_replicas: 1, max_replicas: 2}", 1)]
    [InlineData("{min: 1, max: 3}", "autoscaling_config: {min_replicas: 1, max_replicas: 3}", 0)]
    [InlineData("{min: 1, max: 3}", "autoscaling_config: {min_replicas: 1}", 0)]
    [InlineData("{min: 1, max: 3}", "num_replicas: 1, placement_group_bundles: [{CPU: 1}, {CPU: 1}]", 0)]
    public void A_worker_comes_for_a_replica(string replicas, string deployment, int told) =>
        Of(
            "RQ2068",
            $"kind: RayService\nname: chat\nimage: ray\nworkers: {{replicas: {replicas}}}\nserve:\n  applications:\n  - name: chat\n    import_path: \"app:app\"\n    deployments:\n    - {{name: Chat, {deployment}}}\n"
        )
            .Length.ShouldBe(told);

    [Fact]
    public void Replicas_of_all_applications_count_and_one_that_says_nothing_may_be_anything()
    {
        const string Two =
            "kind: RayService\nname: chat\nimage: ray\nworkers: {replicas: {min: 1, max: 4}}\nserve:\n  applications:\n  - name: a\n    import_path: \"app:a\"\n    route_prefix: /a\n    deployments: [{name: A, num_replicas: 2}, {name: B, num_replicas: 1}]\n  - name: c\n    import_path: \"app:c\"\n    route_prefix: /c\n";
        Of("RQ2068", Two + "    deployments: [{name: C, num_replicas: 1}]\n").ShouldBeEmpty();
        Of(
                "RQ2068",
                Two.Replace("num_replicas: 2", "num_replicas: 1") + "    deployments: [{name: C, num_replicas: 1}]\n"
            )
            .ShouldBe(["{min: 1, max: 4}"]);
        Of("RQ2068", Two).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("1h", 0)]
    [InlineData("61m", 1)]
    public void A_run_may_wait_until_the_next(string wait, int told) =>
        Of(
            "RQ2069",
            $"kind: RayCronJob\nname: report\nschedule: \"0 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\ntimeout: 15m\nqueueTimeout: {wait}\n"
        )
            .Length.ShouldBe(told);

    [Theory]
    [InlineData("{min: 0, max: 4}", "gpu: l4, gpus: 1", "1h", 0)]
    [InlineData("{min: 0, max: 4}", "gpu: l4, gpus: 1", "61m", 1)]
    [InlineData("{min: 0, max: 4}", "cpu: 4", "2h", 0)]
    public void An_hour_between_two_uses_is_enough(string replicas, string more, string idle, int told) =>
        Of(
            "RQ2070",
            $"kind: RayCluster\nname: notebook\nimage: ray-gpu\nworkers: {{replicas: {replicas}, {more}}}\nautoscaling: {{idleTimeout: {idle}}}\nlease: 7d\n"
        )
            .Length.ShouldBe(told);

    [Theory]
    [InlineData("target: volcano", 1)]
    [InlineData("scheduler: volcano", 0)]
    public void Volcano_counts_from_the_first_pod(string platform, int told) =>
        Of(
            "RQ4384",
            "name: train\nentrypoint: python train.py\nworkers: {replicas: 2}\nqueueTimeout: 2h\n",
            Platform(platform)
        )
            .Length.ShouldBe(told);
}
