using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Yaml;
using static Rayquest.JobReport.Argo.BundleYaml;

namespace Rayquest.JobReport.Argo;

/// <summary>
/// Kueue's objects: a ResourceFlavor for each GPU type and one for what is on every node, a ClusterQueue for each team in one
/// cohort, its LocalQueue, and the priority classes that the policy gives a value. A team's nominal quota is its soft limit; up to
/// the hard one it borrows what others leave (K1, K2).
/// </summary>
internal static class KueueQueues
{
    private const string Version = "kueue.x-k8s.io/v1beta2";

    /// <summary>More than any cluster has: Kueue's quota has no word for unlimited, and what it doesn't cover it never admits (K14).</summary>
    private static readonly Quantity Plenty = Quantity.FromInteger(1_000_000);
    private static readonly Quantity PlentyOfBytes = Quantity.TryParse("1Pi", out var q) ? q : Quantity.Zero;

    public static IEnumerable<YamlNode> Of(
        PlatformPolicy platform,
        IReadOnlyList<(string Team, TeamPolicy Policy)> teams
    )
    {
        foreach (var (priority, group) in Classes(platform))
        {
            yield return Map(
                ("apiVersion", Text(Version)),
                ("kind", Text("WorkloadPriorityClass")),
                ("metadata", Map(("name", Text(group.Class)), ("labels", Ours))),
                ("value", Integer(group.Value!.Value)),
                ("description", Text($"priority {priority} of requests"))
            );
        }

        yield return Object(Version, "ResourceFlavor", FlavorOf(platform, null), null, Ours);
        foreach (var (type, gpu) in Types(platform))
        {
            yield return Object(
                Version,
                "ResourceFlavor",
                FlavorOf(platform, type),
                null,
                Ours,
                ("spec", gpu.NodeSelector.Count == 0 ? null : Map(("nodeLabels", NodeLabels(gpu))))
            );
        }

        foreach (var (team, policy) in teams)
        {
            yield return ClusterQueue(platform, team, policy);
            yield return Object(
                Version,
                "LocalQueue",
                platform.QueueOf(team),
                platform.NamespaceOf(team),
                Labels(platform, team),
                ("spec", Map(("clusterQueue", Text(ArgoBundle.ApplicationOf(platform, team)))))
            );
        }
    }

    private static YamlMapping Ours => Map(("app.kubernetes.io/managed-by", Text("rayquest")));

    /// <summary>Each class once: several priorities may stand for one.</summary>
    private static IEnumerable<KeyValuePair<string, PriorityClass>> Classes(PlatformPolicy platform) =>
        platform
            .PriorityClasses.Where(p => p.Value.Value is not null)
            .OrderBy(p => p.Key, StringComparer.Ordinal)
            .DistinctBy(p => p.Value.Class, StringComparer.Ordinal)
            .OrderBy(p => p.Value.Class, StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, GpuType>> Types(PlatformPolicy platform) =>
        platform.Gpus.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Cluster-wide names carry the repository, as the Applications' do: two repositories would take each other's.</summary>
    private static string FlavorOf(PlatformPolicy platform, string? type) =>
        ArgoBundle.ApplicationOf(platform, type is null ? "node" : $"node-{type}");

    private static string CohortOf(PlatformPolicy platform) => ArgoBundle.ApplicationOf(platform, "teams");

    private static YamlMapping NodeLabels(GpuType gpu) =>
        Map([
            .. gpu
                .NodeSelector.OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => (p.Key, (YamlNode?)Text(p.Value))),
        ]);

    private static YamlMapping ClusterQueue(PlatformPolicy platform, string team, TeamPolicy policy)
    {
        List<YamlNode> groups =
        [
            Group(
                ["cpu", "memory", "ephemeral-storage"],
                [
                    (
                        FlavorOf(platform, null),
                        [
                            Quota("cpu", TeamShare.OfCpu(policy), Plenty),
                            Quota("memory", TeamShare.OfMemory(policy), PlentyOfBytes),
                            Quota("ephemeral-storage", default, PlentyOfBytes),
                        ]
                    ),
                ]
            ),
        ];
        // A resource stands in one group, with all flavors that give it (KW1).
        foreach (
            var resource in Types(platform)
                .Where(pair => !TeamShare.OfGpu(policy, pair.Key).IsNothing)
                .GroupBy(pair => pair.Value.Resource, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            groups.Add(
                Group(
                    [resource.Key],
                    [
                        .. resource.Select(pair =>
                            (
                                FlavorOf(platform, pair.Key),
                                new[] { Quota(resource.Key, TeamShare.OfGpu(policy, pair.Key), Plenty) }
                            )
                        ),
                    ]
                )
            );
        }

        return Object(
            Version,
            "ClusterQueue",
            ArgoBundle.ApplicationOf(platform, team),
            null,
            Labels(platform, team),
            (
                "spec",
                Map(
                    ("cohortName", Text(CohortOf(platform))),
                    (
                        "namespaceSelector",
                        Map(("matchLabels", Map(("kubernetes.io/metadata.name", Text(platform.NamespaceOf(team))))))
                    ),
                    ("resourceGroups", List([.. groups]))
                )
            )
        );
    }

    private static YamlMapping Group(string[] resources, (string Flavor, YamlMapping[] Quotas)[] flavors) =>
        Map(
            ("coveredResources", List([.. resources.Select(Text)])),
            (
                "flavors",
                List([
                    .. flavors.Select(flavor =>
                        Map(("name", Text(flavor.Flavor)), ("resources", List([.. flavor.Quotas])))
                    ),
                ])
            )
        );

    private static YamlMapping Quota(string resource, TeamShare share, Quantity plenty)
    {
        var nominal = share.Soft ?? share.Hard ?? plenty;
        if (share.Hard < nominal)
        {
            nominal = share.Hard.Value;
        }

        return Map(
            ("name", Text(resource)),
            ("nominalQuota", Text(nominal.ToString())),
            ("borrowingLimit", share.Hard is { } hard ? Text((hard - nominal).ToString()) : null),
            // What stands for "unlimited" is nobody's to borrow.
            ("lendingLimit", share is { Soft: null, Hard: null } ? Text("0") : null)
        );
    }
}
