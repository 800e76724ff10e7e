using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Yaml;
using Rayquest.JobReport.Argo;

namespace Rayquest.Adversary.Tests.Delivery;

/// <summary>Ray heads run what they are sent and ask for no password: walls stand between the teams' namespaces.</summary>
[Hole(22)]
public sealed class NamespaceWallTests
{
    private const string Platform = """
        namespaces: {vision: vision-prod}
        gpus:
          a100: {resource: nvidia.com/gpu}
          l4: {resource: nvidia.com/gpu}
          tpu: {resource: google.com/tpu}
        argocd: {repoURL: "https://github.com/acme/ray-jobs.git"}

        """;

    private const string Quotas = """
        teams:
          vision: {hard: {gpus: {a100: 32, l4: 16, tpu: 8}}}
          nlp: {hard: {gpus: {a100: 8}}}

        """;

    private static List<YamlMapping> Namespaces(string platform)
    {
        PolicySet policies = PolicyLoader
            .Load(
                new MemoryTree(
                    new Dictionary<string, byte[]>
                    {
                        ["policies/platform.yaml"] = Encoding.UTF8.GetBytes(platform),
                        ["policies/quotas.yaml"] = Encoding.UTF8.GetBytes(Quotas),
                    }
                )
            )
            .Policies;
        BundleFile file = ArgoBundle
            .Render(policies.Platform, policies.Quotas)
            .Single(file => file.Path == "argocd/namespaces.yaml");
        return
        [
            .. YamlReader
                .Read(file.Path, file.Bytes, YamlLimits.Manifest, new FindingBag())
                .Documents.OfType<YamlMapping>(),
        ];
    }

    private static YamlMapping Object(List<YamlMapping> documents, string kind, string name, string? ns) =>
        documents.Single(document =>
            Text(document, "kind") == kind
            && Text(document, "metadata", "name") == name
            && (ns is null || Text(document, "metadata", "namespace") == ns)
        );

    private static string? Text(YamlNode? node, params string[] path) => (At(node, path) as YamlScalar)?.Value;

    private static YamlNode? At(YamlNode? node, params string[] path)
    {
        foreach (string key in path)
        {
            node = (node as YamlMapping)?[key];
        }

        return node;
    }

    [Fact]
    public void Every_teams_namespace_enforces_a_Pod_Security_level()
    {
        List<YamlMapping> documents = Namespaces(Platform + "isolation: {podSecurityByTeam: {nlp: restricted}}\n");
        foreach (string mode in (string[])["enforce", "warn", "audit"])
        {
            string label = $"pod-security.kubernetes.io/{mode}";
            Text(Object(documents, "Namespace", "vision-prod", null), "metadata", "labels", label).ShouldBe("baseline");
            Text(Object(documents, "Namespace", "ray-nlp", null), "metadata", "labels", label).ShouldBe("restricted");
        }
    }

    [Fact]
    public void Only_the_team_itself_and_the_named_namespaces_reach_its_pods()
    {
        List<YamlMapping> documents = Namespaces(Platform + "isolation: {allowFrom: [operators, web]}\n");
        YamlMapping policy = Object(documents, "NetworkPolicy", "rayquest", "vision-prod");
        // An empty selector is every pod of the namespace.
        At(policy, "spec", "podSelector").ShouldBeOfType<YamlMapping>().Entries.ShouldBeEmpty();
        At(policy, "spec", "policyTypes")
            .ShouldBeOfType<YamlSequence>()
            .Items.Select(item => ((YamlScalar)item).Value)
            .ShouldBe(["Ingress"]);
        YamlNode rule = At(policy, "spec", "ingress").ShouldBeOfType<YamlSequence>().Items.ShouldHaveSingleItem();
        IReadOnlyList<YamlNode> sources = [.. ((YamlSequence)At(rule, "from")!).Items];
        At(sources[0], "podSelector").ShouldNotBeNull();
        sources
            .Skip(1)
            .Select(source =>
                ((YamlMapping)At(source, "namespaceSelector", "matchLabels")!).Entries.Single() is var label
                    ? $"{label.Key.Value}={((YamlScalar)label.Value).Value}"
                    : ""
            )
            .ShouldBe([
                "rayquest.dev/team=vision",
                "kubernetes.io/metadata.name=operators",
                "kubernetes.io/metadata.name=web",
            ]);
    }

    [Fact]
    public void A_container_that_says_nothing_gets_requests_and_no_limit()
    {
        YamlMapping range = Object(Namespaces(Platform), "LimitRange", "rayquest", "ray-nlp");
        YamlNode limit = ((YamlSequence)At(range, "spec", "limits")!).Items.ShouldHaveSingleItem();
        Text(limit, "type").ShouldBe("Container");
        Text(limit, "defaultRequest", "cpu").ShouldBe("100m");
        Text(limit, "defaultRequest", "memory").ShouldBe("128Mi");
        At(limit, "default").ShouldBeNull();
    }

    [Fact]
    public void A_quota_says_of_itself_what_it_cannot_hold()
    {
        List<YamlMapping> documents = Namespaces(Platform);
        YamlMapping quota = Object(documents, "ResourceQuota", "rayquest", "vision-prod");
        Text(quota, "spec", "hard", "requests.nvidia.com/gpu").ShouldBe("48");
        Text(quota, "spec", "hard", "requests.google.com/tpu").ShouldBe("8");
        Text(quota, "metadata", "annotations", "rayquest.dev/not-held")
            .ShouldBe("requests.nvidia.com/gpu is the sum of 32 a100, 16 l4: a ResourceQuota can't tell them apart");
    }

    /// <summary>What Pod Security <c>baseline</c> lets a container add; the rest of that level concerns hosts and profiles don't go there.</summary>
    private static readonly string[] BaselineCapabilities =
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ];

    [Fact]
    public void The_shipped_profiles_ask_nothing_that_baseline_refuses()
    {
        string root = Root();
        string[] files =
        [
            .. Directory.GetFiles(Path.Combine(root, "policies", "profiles"), "*.yaml"),
            .. Directory.GetFiles(Path.Combine(root, "jobs"), "*.yaml", SearchOption.AllDirectories),
        ];
        files.Length.ShouldBeGreaterThan(3);
        List<string> refused = [];
        foreach (string file in files)
        {
            foreach (
                YamlNode document in YamlReader
                    .Read(file, File.ReadAllBytes(file), YamlLimits.Manifest, new FindingBag())
                    .Documents.OfType<YamlNode>()
            )
            {
                Look(document, Path.GetRelativePath(root, file), refused);
            }
        }

        refused.ShouldBeEmpty();
    }

    private static void Look(YamlNode node, string file, List<string> refused)
    {
        if (node is YamlSequence list)
        {
            foreach (YamlNode item in list.Items)
            {
                Look(item, file, refused);
            }
        }

        foreach (YamlEntry entry in (node as YamlMapping)?.Entries ?? [])
        {
            string key = entry.Key.Value;
            string? value = (entry.Value as YamlScalar)?.Value;
            if (
                key is "hostPath" or "hostPort"
                || (key is "privileged" or "hostNetwork" or "hostPID" or "hostIPC" && value is "true")
                || (key is "procMount" && value is not "Default")
            )
            {
                refused.Add($"{file}: {key}");
            }

            if (key is "add" && entry.Value is YamlSequence added)
            {
                refused.AddRange(
                    added
                        .Items.Select(item => ((YamlScalar)item).Value)
                        .Except(BaselineCapabilities, StringComparer.Ordinal)
                        .Select(capability => $"{file}: {capability}")
                );
            }

            Look(entry.Value, file, refused);
        }
    }

    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "Fixtures", "repository"));
}
