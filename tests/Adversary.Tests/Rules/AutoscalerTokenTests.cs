using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>The autoscaler alone has a token: what it may do, user code must not, and without one nothing scales.</summary>
[Hole(9)]
public sealed class AutoscalerTokenTests
{
    private const string Place = "/var/run/secrets/kubernetes.io/serviceaccount";

    [Theory]
    [InlineData("")]
    [InlineData("spec: {rayClusterSpec: {headGroupSpec: {template: {spec: {automountServiceAccountToken: false}}}}}\n")]
    [InlineData("spec: {rayClusterSpec: {headGroupSpec: {template: {spec: {automountServiceAccountToken: true}}}}}\n")]
    public void Only_the_autoscaler_mounts_a_token_whatever_the_profile_says(string profile)
    {
        YamlMapping cluster = Cluster(profile);
        YamlMapping head = Pod(cluster["headGroupSpec"]);
        Text(head["automountServiceAccountToken"]).ShouldBe("false");
        YamlMapping volume = Items(head["volumes"])
            .Single(v => v["projected"] is not null && Scalars(v).Contains("token"));
        Scalars(volume).ShouldContain("3600");
        Scalars(volume).ShouldContain("kube-root-ca.crt");
        Scalars(volume).ShouldContain("metadata.namespace");
        string name = Text(volume["name"])!;
        Items(((YamlMapping)cluster["autoscalerOptions"]!)["volumeMounts"])
            .Where(m => Text(m["name"]) == name && Text(m["mountPath"]) == Place)
            .ShouldHaveSingleItem();
        foreach (YamlMapping container in Items(head["containers"]))
        {
            Items(container["volumeMounts"]).ShouldNotContain(m => Text(m["name"]) == name);
        }
    }

    [Fact]
    public void A_job_that_does_not_scale_gets_none()
    {
        TestRepository repository = new TestRepository().Ask("train", 1);
        string text = System.Text.Encoding.UTF8.GetString(
            Renderer.Render(repository.Plan("jobs-requests/vision/train.yaml")).Bytes.Span
        );
        text.ShouldNotContain("serviceAccountToken");
    }

    [Fact]
    public void An_autoscaled_request_passes_with_a_profile_that_takes_the_token_away()
    {
        TestRepository before = Scaled(
            "spec: {rayClusterSpec: {headGroupSpec: {template: {spec: {automountServiceAccountToken: false}}}}}\n"
        );
        TestRepository policies = before.Branch().Put("jobs-requests/vision/train.yaml", (string?)null);
        ChangeEvaluation preview = before.PreviewSince(policies);
        preview.Verdict.ShouldBe(Verdict.Pass, TestRepository.Print(preview.Findings));
    }

    [Theory]
    [InlineData("", "", "RQ4165")]
    [InlineData(Mount, "", "RQ4165")]
    [InlineData(Mount, "serviceAccountToken: {path: other}", "RQ4165")]
    [InlineData(Mount, "serviceAccountToken: {path: token}", "RQ4165")]
    [InlineData(
        Mount,
        "serviceAccountToken: {path: token, expirationSeconds: 3600}\n    - configMap: {name: kube-root-ca.crt}",
        null
    )]
    public void A_manifest_whose_autoscaler_has_no_token_is_told(string mount, string sources, string? code)
    {
        string projected = sources.Length == 0 ? "emptyDir: {}" : $"projected:\n    sources:\n    - {sources}";
        IReadOnlyList<Finding> findings = Judge(
            $"automountServiceAccountToken: false\nvolumes:\n- name: token\n  {projected}",
            mount,
            "resources: {limits: {cpu: 2}}"
        );
        if (code is null)
        {
            findings.ShouldNotContain(f => f.Rule.Code == "RQ4165", TestRepository.Print(findings));
        }
        else
        {
            findings.ShouldContain(
                f => f.Rule.Code == code && f.Severity == Severity.Error,
                TestRepository.Print(findings)
            );
        }
    }

    [Theory]
    [InlineData("resources: {limits: {cpu: 2}}", "", true)]
    [InlineData("resources: {requests: {cpu: 500m}}", "", true)]
    [InlineData("imagePullPolicy: Always", "rayStartParams: {num-cpus: \"2\"}", true)]
    [InlineData("resources: {limits: {memory: 2Gi}}", "", false)]
    [InlineData("imagePullPolicy: Always", "", false)]
    [InlineData("resources: {limits: {cpu: 2}}", "rayStartParams: {num-cpus: \"1.5\"}", false)]
    public void Every_group_the_head_too_has_to_say_its_CPUs(string container, string head, bool isClean)
    {
        IReadOnlyList<Finding> findings = Judge("restartPolicy: Never", "", container, head);
        findings.Any(f => f.Rule.Code == "RQ4166").ShouldBe(!isClean, TestRepository.Print(findings));
    }

    private const string Mount =
        "autoscalerOptions:\n    volumeMounts:\n    - {name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}";

    private static IReadOnlyList<Finding> Judge(string pod, string cluster, string container, string head = "")
    {
        string text = $$"""
            apiVersion: ray.io/v1
            kind: RayCluster
            metadata: {name: train}
            spec:
              rayVersion: 2.52.0
              enableInTreeAutoscaling: true
              {{cluster.Replace("\n", "\n  ")}}
              headGroupSpec:
                {{head}}
                template:
                  spec:
                    {{pod.Replace("\n", "\n        ")}}
                    containers:
                    - name: ray-head
                      image: rayproject/ray:2.52.0
                      {{container}}
            """;
        return Run(text);
    }

    private static IReadOnlyList<Finding> Run(string text) =>
        [
            .. ManifestLinter.Check(
                YamlReader.Read(
                    "cluster.yaml",
                    System.Text.Encoding.UTF8.GetBytes(text),
                    YamlLimits.Manifest,
                    new FindingBag()
                ),
                ManifestOptions.Default
            ),
        ];

    private static TestRepository Scaled(string profile)
    {
        TestRepository repository = new();
        repository.Small("train", "");
        repository.Put(
            "jobs-requests/vision/train.yaml",
            "name: train\nentrypoint: python train.py\nworkers: {replicas: {min: 0, max: 4}, cpu: 1, memory: 4Gi}\n"
                + (profile.Length == 0 ? "" : "profile: cpu\n")
        );
        if (profile.Length > 0)
        {
            repository.Put("policies/profiles/cpu.yaml", profile);
        }

        return repository;
    }

    private static YamlMapping Cluster(string profile)
    {
        RenderedFile file = Renderer.Render(Scaled(profile).Plan("jobs-requests/vision/train.yaml"));
        return (YamlMapping)((YamlMapping)file.Documents[^1]["spec"]!)["rayClusterSpec"]!;
    }

    private static YamlMapping Pod(YamlNode? group) =>
        (YamlMapping)((YamlMapping)((YamlMapping)group!)["template"]!)["spec"]!;

    private static IEnumerable<YamlMapping> Items(YamlNode? node) =>
        (node as YamlSequence)?.Items.OfType<YamlMapping>() ?? [];

    private static string? Text(YamlNode? node) => (node as YamlScalar)?.Value;

    private static IEnumerable<string> Scalars(YamlNode node) =>
        node switch
        {
            YamlScalar scalar => [scalar.Value],
            YamlSequence list => list.Items.SelectMany(Scalars),
            YamlMapping mapping => mapping.Entries.SelectMany(e => Scalars(e.Value)),
            _ => [],
        };
}
