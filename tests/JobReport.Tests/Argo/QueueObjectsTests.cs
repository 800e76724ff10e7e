using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Yaml;
using Rayquest.JobReport.Argo;

namespace Rayquest.JobReport.Tests.Argo;

public sealed class QueueObjectsTests
{
    private const string Gpus = """
        gpus:
          a100: {resource: nvidia.com/gpu, nodeSelector: {model: a100}}
          l4: {resource: nvidia.com/gpu, nodeSelector: {model: l4}}
          v6e: {resource: google.com/tpu}
        argocd: {repoURL: "https://github.com/acme/ray-jobs.git", instance: acme}
        """;

    private const string Quotas = """
        teams:
          vision: {soft: {gpus: {a100: 8, l4: unlimited}, cpu: 100}, hard: {gpus: {a100: 16, l4: 4}, cpu: 512, memory: 4Ti}}
          text: {hard: {gpus: {a100: 2}}}
        """;

    private static IReadOnlyList<YamlMapping> Queues(
        string scheduler,
        string quotas = Quotas,
        string more = "",
        string queues = "managed"
    )
    {
        var policies = PolicyLoader.Load(
            new MemoryTree(
                new Dictionary<string, byte[]>
                {
                    ["policies/platform.yaml"] = Encoding.UTF8.GetBytes(
                        $"scheduler: {scheduler}\n{Gpus.Replace("instance: acme", $"instance: acme, queues: {queues}", StringComparison.Ordinal)}{more}\n"
                    ),
                    ["policies/quotas.yaml"] = Encoding.UTF8.GetBytes(quotas),
                }
            )
        );
        policies.Findings.ShouldBeEmpty();
        var file = ArgoBundle
            .Render(policies.Policies.Platform, policies.Policies.Quotas)
            .SingleOrDefault(f => f.Path == "argocd/queues.yaml");
        return file is null
            ? []
            :
            [
                .. YamlReader
                    .Read(file.Path, file.Bytes, YamlLimits.Manifest, new FindingBag())
                    .Documents.OfType<YamlMapping>(),
            ];
    }

    private static string At(YamlNode? node, params string[] path)
    {
        foreach (var step in path)
        {
            node = node switch
            {
                YamlMapping map => map[step],
                YamlSequence list => list.Items.SingleOrDefault(item =>
                    At(item, "name") == step
                    || (item as YamlMapping)?["coveredResources"] is { } covered && Has(covered, step)
                ),
                _ => null,
            };
        }

        return node is YamlScalar scalar ? scalar.Value : "";
    }

    private static bool Has(YamlNode covered, string resource) =>
        ((YamlSequence)covered).Items.Any(item => ((YamlScalar)item).Value == resource);

    private static YamlMapping Named(IReadOnlyList<YamlMapping> documents, string kind, string name) =>
        documents.Single(d => At(d, "kind") == kind && At(d, "metadata", "name") == name);

    private static (string Nominal, string Borrowing, string Lending) Quota(
        YamlMapping queue,
        string resource,
        string flavor
    )
    {
        string Part(string key) =>
            At(queue, "spec", "resourceGroups", resource, "flavors", $"ray-acme-{flavor}", "resources", resource, key);
        return (Part("nominalQuota"), Part("borrowingLimit"), Part("lendingLimit"));
    }

    [Fact]
    public void A_team_has_its_soft_limit_and_borrows_up_to_the_hard_one()
    {
        var documents = Queues("kueue");
        var vision = Named(documents, "ClusterQueue", "ray-acme-vision");
        At(vision, "spec", "cohortName").ShouldBe("ray-acme-teams");
        At(vision, "spec", "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name").ShouldBe("ray-vision");
        Quota(vision, "nvidia.com/gpu", "node-a100").ShouldBe(("8", "8", ""));
        Quota(vision, "cpu", "node").ShouldBe(("100", "412", ""));
        // No soft limit: all of the hard one passes by itself, so all of it is the team's own.
        Quota(vision, "memory", "node").ShouldBe(("4Ti", "0", ""));
        Quota(vision, "nvidia.com/gpu", "node-l4").ShouldBe(("4", "0", ""));
    }

    [Fact]
    public void What_has_no_limit_is_covered_and_lent_to_nobody()
    {
        var text = Named(Queues("kueue"), "ClusterQueue", "ray-acme-text");
        Quota(text, "cpu", "node").ShouldBe(("1M", "", "0"));
        Quota(text, "memory", "node").ShouldBe(("1Pi", "", "0"));
        Quota(text, "ephemeral-storage", "node").ShouldBe(("1Pi", "", "0"));
    }

    [Fact]
    public void A_type_that_a_team_may_not_have_is_no_flavor_of_its_queue()
    {
        var documents = Queues("kueue");
        var text = Named(documents, "ClusterQueue", "ray-acme-text");
        Quota(text, "nvidia.com/gpu", "node-a100").Nominal.ShouldBe("2");
        Quota(text, "nvidia.com/gpu", "node-l4").Nominal.ShouldBe("");
        At(text, "spec", "resourceGroups", "google.com/tpu", "flavors", "ray-acme-node-v6e", "name").ShouldBe("");
        At(Named(documents, "ResourceFlavor", "ray-acme-node-l4"), "spec", "nodeLabels", "model").ShouldBe("l4");
    }

    [Fact]
    public void A_team_submits_to_the_queue_its_jobs_name()
    {
        var queue = Named(Queues("kueue", more: "\nqueues: {vision: default}"), "LocalQueue", "default");
        At(queue, "metadata", "namespace").ShouldBe("ray-vision");
        At(queue, "spec", "clusterQueue").ShouldBe("ray-acme-vision");
    }

    [Fact]
    public void Only_priority_classes_with_a_value_are_written()
    {
        var classes = Queues(
                "kueue",
                more: "\npriorities: {high: {class: batch-high, value: 1000}, urgent: {class: batch-high, value: 1000}, low: batch-low}"
            )
            .Where(d => At(d, "kind") == "WorkloadPriorityClass")
            .Select(d => (At(d, "metadata", "name"), At(d, "value")));
        classes.ShouldBe([("batch-high", "1000")]);
    }

    [Fact]
    public void Every_object_says_that_it_is_ours()
    {
        foreach (var scheduler in new[] { "kueue", "volcano" })
        {
            var documents = Queues(scheduler);
            documents.ShouldNotBeEmpty();
            documents
                .Select(d => At(d, "metadata", "labels", "app.kubernetes.io/managed-by"))
                .Distinct()
                .ShouldBe(["rayquest"]);
        }
    }

    [Fact]
    public void Volcanos_queue_counts_by_resource()
    {
        var documents = Queues("volcano");
        var vision = Named(documents, "Queue", "vision");
        At(vision, "spec", "capability", "nvidia.com/gpu").ShouldBe("20");
        At(vision, "spec", "capability", "google.com/tpu").ShouldBe("0");
        At(vision, "spec", "capability", "cpu").ShouldBe("512");
        At(vision, "spec", "deserved", "cpu").ShouldBe("100");
        At(vision, "spec", "deserved", "nvidia.com/gpu").ShouldBe("");
        At(Named(documents, "Queue", "text"), "spec", "capability", "cpu").ShouldBe("");
    }

    [Fact]
    public void Volcanos_queue_of_two_teams_holds_both_and_its_default_is_left_alone()
    {
        const string both =
            "teams: {a: {soft: {cpu: 2, gpus: {a100: 1}}, hard: {cpu: 4, gpus: {a100: 2}}}, b: {soft: {cpu: 3, gpus: {a100: 4}}, hard: {cpu: 6, gpus: {a100: 4}}}, c: {hard: {cpu: 1}}}";
        var documents = Queues("volcano", both, "\nqueues: {a: shared, b: shared, c: default}");
        documents.Select(d => At(d, "metadata", "name")).ShouldBe(["shared"]);
        At(documents[0], "spec", "capability", "cpu").ShouldBe("10");
        At(documents[0], "spec", "deserved", "cpu").ShouldBe("5");
        At(documents[0], "spec", "capability", "nvidia.com/gpu").ShouldBe("6");
        At(documents[0], "spec", "deserved", "nvidia.com/gpu").ShouldBe("5");
    }

    [Theory]
    [InlineData("none", "managed")]
    [InlineData("yunikorn", "managed")]
    [InlineData("kueue", "existing")]
    [InlineData("volcano", "existing")]
    public void A_cluster_that_has_its_own_or_none_gets_none(string scheduler, string queues) =>
        Queues(scheduler, queues: queues).ShouldBeEmpty();
}
