using System.Text;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Argo;
using Rayquest.JobReport.Tests.Status;

namespace Rayquest.JobReport.Tests.Argo;

public sealed class ArgoBundleTests
{
    private static PolicySet Policies(string platform, string quotas) =>
        PolicyLoader
            .Load(
                new MemoryTree(
                    new Dictionary<string, byte[]>
                    {
                        ["policies/platform.yaml"] = Encoding.UTF8.GetBytes(platform),
                        ["policies/quotas.yaml"] = Encoding.UTF8.GetBytes(quotas),
                    }
                )
            )
            .Policies;

    private const string Platform = """
        scheduler: kueue
        namespaces: {vision: vision-prod}
        gpus:
          a100: {resource: nvidia.com/gpu}
          l4: {resource: nvidia.com/gpu}
        priorities: {high: {class: batch-high, value: 1000}, normal: batch-normal}
        argocd: {repoURL: "https://github.com/acme/ray-jobs.git"}
        """;

    private const string Quotas = """
        teams:
          vision: {hard: {gpus: {a100: 8, l4: 4}, cpu: 512, memory: 4Ti}}
          text: {hard: {gpus: {a100: 8}}}
          default: {hard: {jobs: 1}}
        """;

    private static string All(PolicySet policies) =>
        string.Concat(
            ArgoBundle
                .Render(policies.Platform, policies.Quotas)
                .Select(file => $"### {file.Path}\n{Encoding.UTF8.GetString(file.Bytes)}")
        );

    [Fact]
    public void The_bundle_is_what_was_agreed()
    {
        var text = All(Policies(Platform, Quotas));
        Golden.Matches(text, "argocd-bundle.txt");
        text.ShouldNotContain("selfHeal");
        text.ShouldNotContain("generateName");
        text.ShouldContain("prune: true");
        text.ShouldContain("allowEmpty: true");
        text.ShouldContain("requests.nvidia.com/gpu: \"12\"");
        text.ShouldContain("clusterResourceWhitelist: []");
        text.ShouldContain(
            "{{ if eq .path.basename \\\"vision\\\" }}vision-prod{{ else }}ray-{{ .path.basename }}{{ end }}"
        );
        text.ShouldContain("return hs");
    }

    [Fact]
    public void The_same_policy_gives_the_same_bytes_and_a_missing_address_is_told()
    {
        All(Policies(Platform, Quotas)).ShouldBe(All(Policies(Platform, Quotas)));
        Should
            .Throw<ArgumentException>(() => All(Policies("scheduler: none", Quotas)))
            .Message.ShouldContain("argocd.repoURL");
    }

    [Fact]
    public void Every_document_reads_back_and_carries_only_what_a_team_may_have()
    {
        var policies = Policies(Platform, Quotas);
        ArgoBundle.Teams(policies.Platform, policies.Quotas).ShouldBe(["text", "vision"]);
        foreach (var file in ArgoBundle.Render(policies.Platform, policies.Quotas))
        {
            var documents = Encoding.UTF8.GetString(file.Bytes).Split("\n---\n");
            foreach (var document in documents)
            {
                var findings = new Rayquest.JobModel.Diagnostics.FindingBag();
                Rayquest.JobModel.Yaml.YamlReader.Read(
                    file.Path,
                    Encoding.UTF8.GetBytes(document),
                    Rayquest.JobModel.Yaml.YamlLimits.Request,
                    findings
                );
                findings.Findings.ShouldBeEmpty();
            }
        }
    }

    /// <summary>The definitions of Argo CD and Kubernetes that the program carries; another test holds them to the originals.</summary>
    [Theory]
    [InlineData("kueue")]
    [InlineData("volcano")]
    [InlineData("none")]
    public void Every_document_is_one_its_API_server_would_take(string scheduler)
    {
        var policies = Policies(
            Platform.Replace("scheduler: kueue", $"scheduler: {scheduler}", StringComparison.Ordinal),
            Quotas
        );
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in ArgoBundle.Render(policies.Platform, policies.Quotas))
        {
            var findings = new Rayquest.JobModel.Diagnostics.FindingBag();
            var yaml = Rayquest.JobModel.Yaml.YamlReader.Read(
                file.Path,
                file.Bytes,
                Rayquest.JobModel.Yaml.YamlLimits.Manifest,
                findings
            );
            findings.Findings.ShouldBeEmpty();
            foreach (var document in yaml.Documents.OfType<Rayquest.JobModel.Yaml.YamlMapping>())
            {
                var kind = ((Rayquest.JobModel.Yaml.YamlScalar)document["kind"]!).Value;
                var version = ((Rayquest.JobModel.Yaml.YamlScalar)document["apiVersion"]!).Value;
                kinds.Add(kind);
                // A kind without a schema would pass unread.
                Rayquest.JobModel.Schemas.SchemaCatalog.BuiltIn.Find(version, kind).ShouldNotBeNull(kind);
            }

            Rayquest
                .JobLint.Manifests.ManifestLinter.Check(yaml, Rayquest.JobEngines.CrossChecks.ManifestOptions.Default)
                .Where(fault => fault.Severity == Rayquest.JobModel.Diagnostics.Severity.Error)
                .Select(fault => $"{file.Path}: {fault.Message}")
                .ShouldBeEmpty();
        }

        kinds.ShouldBe(
            [
                .. scheduler switch
                {
                    "kueue" => new[] { "ClusterQueue", "LocalQueue", "ResourceFlavor", "WorkloadPriorityClass" },
                    "volcano" => ["Queue"],
                    _ => [],
                },
                "AppProject",
                "ApplicationSet",
                "ConfigMap",
                "LimitRange",
                "Namespace",
                "NetworkPolicy",
                "ResourceQuota",
                "Role",
                "RoleBinding",
            ],
            ignoreOrder: true
        );
    }
}
