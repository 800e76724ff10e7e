using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests;

/// <summary>A policy that can't work is told at its own line, and an image's tag is read in one way everywhere.</summary>
public class PolicyThatCantWorkTests
{
    private const string Platform = "policies/platform.yaml";
    private const string Images = "policies/images.yaml";
    private const string Rest = "l4: {}, tpu-v6e: {}, tpu-v6e-16: {}";
    private const string Aliases =
        "ray: rayproject/ray:2.52.0-py312-cpu, ray-gpu: rayproject/ray:2.52.0-py312-cu128, ray-tpu: rayproject/ray:2.52.0-py312-tpu";

    [Theory]
    [InlineData("resource: nvidia/gpu x", "nvidia/gpu x")]
    [InlineData("resource: gpu", "gpu")]
    [InlineData("resource: nvidia.com/gpu", null)]
    [InlineData("nodeSelector: {pool: a b}", "a b")]
    [InlineData("nodeSelector: {pool: a-b}", null)]
    [InlineData("tolerations: [{key: gpu, operator: Exists, effect: NoSchedul}]", "NoSchedul")]
    [InlineData("tolerations: [{key: gpu, operator: Exists, effects: NoSchedule}]", "effects")]
    [InlineData("tolerations: [{operator: Equal}]", "operator")]
    [InlineData("tolerations: [{key: gpu, operator: Exists, value: \"1\"}]", "\"1\"")]
    [InlineData("tolerations: [{key: gpu, operator: Exists, effect: NoExecute, tolerationSeconds: 5}]", null)]
    public void A_type_that_no_pod_can_ask_for_is_told_in_the_catalogue(string type, string? place)
    {
        string text = $"gpus: {{a100: {{{type}}}, {Rest}}}\ndefaults: {{image: ray, timeout: 1h}}\n";
        Finding[] findings = [.. Of("RQ0619", (Platform, text))];
        findings.Select(f => f.Span.Text).Distinct().ShouldBe(place is null ? [] : [place]);
        findings.ShouldAllBe(f => f.Span.Source.Path == Platform);
    }

    [Theory]
    [InlineData("1.4.2", "queueTimeout: 1h", Severity.Error)]
    [InlineData("1.4.2", "submissionMode: SidecarMode", Severity.Error)]
    [InlineData("1.5.0", "submissionMode: SidecarMode", null)]
    [InlineData("1.6.0", "queueTimeout: 1h", null)]
    [InlineData("1.0.0", "timeout: 1h", Severity.Warning)]
    [InlineData("9.9.9", "timeout: 1h", Severity.Warning)]
    [InlineData("1.7.1", "timeout: 1h", null)]
    public void A_default_that_the_operator_does_not_know_is_told(string version, string setting, Severity? severity)
    {
        string more = setting == "timeout: 1h" ? "" : ", timeout: 1h";
        string text = $"kuberay: {version}\ngpus: {{a100: {{}}, {Rest}}}\ndefaults: {{image: ray, {setting}{more}}}\n";
        Of("RQ0620", (Platform, text)).Select(f => (Severity?)f.Severity).SingleOrDefault().ShouldBe(severity);
    }

    [Fact]
    public void The_default_deadline_is_told_of_a_request_too()
    {
        string platform =
            $"kuberay: 1.4.2\ngpus: {{a100: {{}}, {Rest}}}\ndefaults: {{image: ray, timeout: 1h, queueTimeout: 1h}}\n";
        const string Request = "name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n";
        Of("RQ4517", (Platform, platform), ("jobs-requests/vision/train.yaml", Request))
            .ShouldHaveSingleItem()
            .Message.ShouldContain("defaults.queueTimeout");
    }

    [Theory]
    [InlineData("registry.example.com/acme/ray:2.52.0-py312-cpu", "", null)]
    [InlineData("registry.example.com/acme/ray:2.52.0", "", "2.52.0")]
    [InlineData("registry.example.com/acme/ray:2.52.0", "mirrors: {registry.example.com/acme: rayproject}\n", null)]
    [InlineData(
        "registry.example.com/acme/ray:2.52.0",
        "mirrors: {registry.example.com/acme/ray: rayproject/ray}\n",
        null
    )]
    [InlineData(
        "registry.example.com/hub/rayproject/ray:2.52.0",
        "mirrors: {registry.example.com/hub: docker.io}\n",
        null
    )]
    [InlineData("registry.example.com/acme/vllm:1.4.2", "mirrors: {registry.example.com/acme: rayproject}\n", "2.52.0")]
    public void A_tag_is_read_as_the_planner_reads_it(string image, string mirrors, string? asked)
    {
        string policy = $"aliases: {{{Aliases}}}\nallowed: [\"*\"]\n{mirrors}";
        string request = $"name: train\nimage: {image}\nentrypoint: python train.py\nworkers: {{replicas: 1}}\n";
        var files = new[] { (Images, policy), ("jobs-requests/vision/train.yaml", request) };
        Finding[] findings = [.. Of("RQ3009", files)];
        findings.Length.ShouldBe(asked is null ? 0 : 1);
        findings.ShouldAllBe(f => f.Message.Contains($"rayVersion: {asked}", StringComparison.Ordinal));
        LintResult result = Repository.Lint(Repository.Tree(files));
        result
            .Requests.Single()
            .Plan?.Jobs[0]
            .RayVersion?.Value.ShouldBe(asked is null ? "2.52.0" : null, Repository.Print(result.Findings));
    }

    [Theory]
    [InlineData("registry.example.com/team/vllm:1.4.2", true)]
    [InlineData("{image: \"registry.example.com/team/vllm:1.4.2\", rayVersion: 2.52.0}", false)]
    [InlineData("{image: \"registry.example.com/team/vllm:1.4.2\", cuda: true}", true)]
    [InlineData("registry.example.com/team/ray:2.52.0-py312", false)]
    public void An_alias_of_unknown_Ray_is_told_at_its_line(string alias, bool told)
    {
        Finding[] findings = [.. Of("RQ0618", (Images, $"aliases: {{{Aliases}, vllm: {alias}}}\n"))];
        findings.Length.ShouldBe(told ? 1 : 0);
    }

    [Theory]
    [InlineData("cuda: false", "RQ3004")]
    [InlineData("cuda: true", null)]
    [InlineData("rayVersion: 2.52.0", null)]
    public void What_an_alias_says_of_CUDA_counts(string said, string? code)
    {
        string policy =
            $"aliases: {{{Aliases}, vllm: {{image: \"registry.example.com/team/vllm:1.4.2\", {(said.StartsWith("ray", StringComparison.Ordinal) ? "" : "rayVersion: 2.52.0, ")}{said}}}}}\n";
        const string Request =
            "name: train\nimage: vllm\nentrypoint: python train.py\ntimeout: 1h\nworkers: {replicas: 1, gpu: a100, gpus: 1}\n";
        LintResult result = Repository.Lint(
            Repository.Tree((Images, policy), ("jobs-requests/vision/train.yaml", Request))
        );
        result
            .Findings.Where(f => f.Rule.Code is "RQ3004" or "RQ3009")
            .Select(f => f.Rule.Code)
            .ShouldBe(code is null ? [] : [code], Repository.Print(result.Findings));
    }

    [Fact]
    public void A_team_that_is_not_there_is_told_where_an_image_names_it() =>
        Of("RQ0610", (Images, $"aliases: {{{Aliases}}}\nallowed: [{{pattern: \"a/*\", teams: [visoin]}}]\n"))
            .ShouldHaveSingleItem()
            .Span.Text.ShouldBe("visoin");

    [Theory]
    [InlineData("a: {nodeSelector: {gpu: a}}, b: {nodeSelector: {gpu: b}}", "")]
    [InlineData("a: {nodeSelector: {gpu: a}}, b: {}", "a b")]
    [InlineData("a: {nodeSelector: {gpu: a, zone: x}}, b: {nodeSelector: {gpu: a}}", "a b")]
    [InlineData("a: {nodeSelector: {gpu: a, zone: x}}, b: {nodeSelector: {gpu: b, zone: x}}", "")]
    [InlineData("a: {resource: example.com/a}, b: {resource: example.com/b}", "")]
    public void GPU_types_that_Kueue_takes_for_each_other_are_told(string types, string told)
    {
        string text = $"scheduler: kueue\ngpus: {{{types}}}\n";
        string.Join(' ', Of("RQ0624", (Platform, text)).Select(f => f.Span.Text)).ShouldBe(told);
        Of("RQ0624", (Platform, text + "argocd: {queues: existing}\n")).ShouldBeEmpty();
        Of("RQ0624", (Platform, text.Replace("kueue", "volcano", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void A_priority_class_has_one_value()
    {
        Of(
                "RQ0625",
                (
                    Platform,
                    "scheduler: kueue\npriorities: {a: {class: x, value: 1}, b: {class: x, value: 1}, c: x, d: {class: y, value: 2}, e: {class: x, value: 3}}\n"
                )
            )
            .Select(f => f.Span.Text)
            .ShouldBe(["3"]);
    }

    [Theory]
    [InlineData("scheduler: volcano\nkueue: 0.19.2", "kueue")]
    [InlineData("scheduler: kueue\nkueue: 0.19.2", null)]
    [InlineData("scheduler: none\nqueues: {search: a}", "queues")]
    [InlineData("scheduler: yunikorn\nqueues: {search: a}", null)]
    [InlineData("scheduler: volcano\nclusters: {shared: {}}", "clusters")]
    [InlineData("scheduler: none\nclusters: {shared: {}}", null)]
    [InlineData("scheduler: volcano\npriorities: {high: {class: high, value: 1}}", "value")]
    [InlineData("scheduler: kueue\nargocd: {queues: existing}\npriorities: {high: {class: high, value: 1}}", "value")]
    [InlineData("scheduler: kueue\npriorities: {high: {class: high, value: 1}, low: low}", null)]
    [InlineData("prices: {currency: RMB}", "RMB")]
    [InlineData("prices: {currency: CNY}", null)]
    public void A_setting_of_the_platform_without_effect_is_told(string setting, string? place)
    {
        string text = $"{setting}\ngpus: {{a100: {{}}, {Rest}}}\ndefaults: {{image: ray, timeout: 1h}}\n";
        Of("RQ0623", (Platform, text)).Select(f => f.Span.Text).ShouldBe(place is null ? [] : [place]);
    }

    [Theory]
    [InlineData("acme/.*", "write `acme/*`")]
    [InlineData("^acme/ray$", "write `acme/ray`")]
    [InlineData("\"**\"", "write `*`, and know that it allows every image there is")]
    [InlineData("acme/**", "write `acme/*`")]
    [InlineData("acme/*", null)]
    [InlineData("registry.example.com:5000/acme/ray:2.*", null)]
    [InlineData("{pattern: acme/.*, teams: [vision]}", "write `acme/*`")]
    public void A_pattern_that_is_none_of_ours_is_told(string pattern, string? says)
    {
        Finding[] findings = [.. Of("RQ0623", (Images, $"aliases: {{{Aliases}}}\nallowed: [{pattern}]\n"))];
        findings.Length.ShouldBe(says is null ? 0 : 1);
        findings.ShouldAllBe(f =>
            f.Message.Contains(says!, StringComparison.Ordinal) && pattern.Contains(f.Span.Text.Trim('"'))
        );
    }

    [Theory]
    [InlineData("ray-vision", false)]
    [InlineData("ml-vision", true)]
    public void A_namespace_that_no_longer_fits_what_is_merged_is_told(string ns, bool told)
    {
        const string Job =
            "# Rendered by Rayquest from jobs-requests/vision/train.yaml; do not edit this file, edit the request.\n# rayquest: {\"schema\":1,\"request\":\"fbe910380a6a36f9431c427fae7cccf7fd6e7ca8e5e3be57bc0587795e31e02b\",\"content\":\"8db690e531abcb099559e65aafda0fb1b55ac1420c9bafa7b823a96c9cf47929\",\"jobs\":[{\"name\":\"train-fbe91\"}],\"holds\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}}\napiVersion: ray.io/v1\nkind: RayJob\nmetadata:\n  name: train-fbe91\n  namespace: ray-vision\n";
        string platform =
            $"namespace: {ns.Replace("vision", "{team}", StringComparison.Ordinal)}\ngpus: {{a100: {{}}, {Rest}}}\ndefaults: {{image: ray, timeout: 1h}}\n";
        Finding[] findings = [.. Of("RQ0621", (Platform, platform), ("jobs/vision/train.yaml", Job))];
        findings.Length.ShouldBe(told ? 1 : 0);
        findings.ShouldAllBe(f => f.Span.Source.Path == Platform && f.Message.Contains("ray-vision"));
    }

    [Theory]
    [InlineData("teams: {default: {}, vision: {}}\n", "newteam", true)]
    [InlineData("teams: {default: {}, vision: {}}\n", "vision", false)]
    [InlineData("teams: {vision: {}}\n", "newteam", false)]
    public void A_team_that_nothing_delivers_to_is_told(string quotas, string team, bool told)
    {
        (string, string)[] files =
        [
            ("policies/quotas.yaml", quotas),
            ("argocd/projects.yaml", "kind: AppProject\nmetadata:\n  name: ray-vision\n"),
            ($"jobs-requests/{team}/train.yaml", "name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        ];
        Of("RQ0622", files).Count().ShouldBe(told ? 1 : 0);
    }

    [Theory]
    [InlineData("ghcr.io/example/vision-train:1.2.3", "K8sJobMode", "/opt/train", Severity.Warning)]
    [InlineData("ghcr.io/example/vision-train:1.2.3", "SidecarMode", "/opt/train", Severity.Warning)]
    [InlineData("ghcr.io/example/vision-train:1.2.3", "HTTPMode", "/opt/train", Severity.Error)]
    [InlineData("ghcr.io/example/vision-train:1.2.3", "K8sJobMode", "./train", Severity.Error)]
    [InlineData("rayproject/ray:2.52.0", "K8sJobMode", "/opt/train", Severity.Error)]
    public void A_folder_of_an_image_of_your_own_is_only_warned_of(
        string image,
        string mode,
        string folder,
        Severity severity
    )
    {
        string request =
            $"name: train\nimage: {image}\nrayVersion: 2.52.0\nentrypoint: python train.py\nsubmissionMode: {mode}\nruntimeEnv: {{working_dir: {folder}}}\nworkers: {{replicas: 1}}\n";
        Of("RQ3025", ("jobs-requests/vision/train.yaml", request)).ShouldHaveSingleItem().Severity.ShouldBe(severity);
    }

    private static IEnumerable<Finding> Of(string code, params (string, string)[] files) =>
        Repository.Lint(Repository.Tree(files), only: code).Findings.Where(f => f.Rule.Code == code);
}
