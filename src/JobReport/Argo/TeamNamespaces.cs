using System.Globalization;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Rules;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Yaml;
using static Rayquest.JobReport.Argo.BundleYaml;

namespace Rayquest.JobReport.Argo;

/// <summary>A team's namespace: what it may hold, who reaches it, and who may read it.</summary>
internal static class TeamNamespaces
{
    public static IEnumerable<YamlNode> Of(PlatformPolicy platform, QuotasPolicy quotas, string team)
    {
        var ns = platform.NamespaceOf(team);
        if (platform.ArgoCd.Namespaces == ArgoCdPart.Managed)
        {
            yield return Object("v1", "Namespace", ns, null, NamespaceLabels(platform, team));
        }

        if (quotas.Of(team) is { } policy && Hard(platform, policy) is { } hard)
        {
            // The backstop behind the review: whatever reaches the namespace, this is all it can hold.
            yield return Map(
                ("apiVersion", Text("v1")),
                ("kind", Text("ResourceQuota")),
                (
                    "metadata",
                    Map(
                        ("name", Text("rayquest")),
                        ("namespace", Text(ns)),
                        ("labels", Labels(platform, team)),
                        ("annotations", NotHeld(platform, policy))
                    )
                ),
                ("spec", Map(("hard", hard)))
            );
        }

        foreach (var item in NamespaceIsolation.Of(platform, team))
        {
            yield return item;
        }

        foreach (var item in Reader(ns, Labels(platform, team), [.. ReaderRules(platform)]))
        {
            yield return item;
        }
    }

    /// <summary>The status reader may see why Argo CD has not applied something.</summary>
    public static IEnumerable<YamlNode> ArgoReader(PlatformPolicy platform) =>
        Reader(
            platform.ArgoCd.Namespace,
            Map(("app.kubernetes.io/managed-by", Text("rayquest"))),
            [Rule("argoproj.io", ["applications"], ["get", "list"])]
        );

    private static IEnumerable<YamlNode> Reader(string ns, YamlMapping labels, YamlNode[] rules)
    {
        const string name = "rayquest-status-reader";
        yield return Object("rbac.authorization.k8s.io/v1", "Role", name, ns, labels, ("rules", List(rules)));
        yield return Object(
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            name,
            ns,
            labels,
            (
                "roleRef",
                Map(("apiGroup", Text("rbac.authorization.k8s.io")), ("kind", Text("Role")), ("name", Text(name)))
            ),
            (
                "subjects",
                List(
                    Map(
                        ("kind", Text("ServiceAccount")),
                        ("name", Text(ArgoBundle.StatusReaderAccount)),
                        ("namespace", Text(ArgoBundle.StatusReaderNamespace))
                    )
                )
            )
        );
    }

    private static IEnumerable<YamlNode> ReaderRules(PlatformPolicy platform)
    {
        yield return Rule("ray.io", ["rayjobs", "rayclusters", "rayservices", "raycronjobs"], ["get", "list"]);
        yield return Rule("", ["pods", "events"], ["get", "list"]);
        yield return Rule("", ["pods/log"], ["get"]);
        // kubectl logs job/NAME reads the submitter Job to find its pod.
        yield return Rule("batch", ["jobs"], ["get"]);
        if (platform.Scheduler == SchedulerKind.Kueue)
        {
            yield return Rule("kueue.x-k8s.io", ["workloads"], ["get", "list"]);
        }

        if (platform.Scheduler == SchedulerKind.Volcano)
        {
            yield return Rule("batch.volcano.sh", ["jobs"], ["get", "list"]);
        }
    }

    private static YamlMapping NamespaceLabels(PlatformPolicy platform, string team)
    {
        var level = platform.Isolation.PodSecurityOf(team).ToString().ToLowerInvariant();
        return Map([
            .. Labels(platform, team).Entries.Select(entry => (entry.Key.Value, (YamlNode?)entry.Value)),
            ("pod-security.kubernetes.io/audit", Text(level)),
            ("pod-security.kubernetes.io/enforce", Text(level)),
            ("pod-security.kubernetes.io/warn", Text(level)),
        ]);
    }

    /// <summary>
    /// A ResourceQuota counts a resource by its name and knows no nodes: of types that share a name only the sum is held, and the
    /// object says so itself. What one type may take is held by the review, and by Kueue's flavors where there is Kueue.
    /// </summary>
    private static YamlMapping? NotHeld(PlatformPolicy platform, TeamPolicy policy)
    {
        string[] shared =
        [
            .. Summed(platform, policy)
                .Where(group => group.Count() > 1 && group.Any(pair => policy.HardLimitOf(pair.Key) > 0))
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group =>
                {
                    var types = group.Select(pair => pair.Key).Order(StringComparer.Ordinal).ToList();
                    return string.Create(
                        CultureInfo.InvariantCulture,
                        $"requests.{group.Key} is the sum of {string.Join(", ", types.Select(type => $"{policy.HardLimitOf(type)} {type}"))}: a ResourceQuota can't tell them apart"
                    );
                }),
        ];
        return shared.Length == 0 ? null : Map(($"{platform.LabelPrefix}/not-held", Text(string.Join("; ", shared))));
    }

    /// <summary>
    /// GPU types by their resource's name, with what the team may hold of each: nothing of one that its quota doesn't list. Only a
    /// type the policy calls unlimited lifts the sum.
    /// </summary>
    private static IEnumerable<IGrouping<string, KeyValuePair<string, GpuType>>> Summed(
        PlatformPolicy platform,
        TeamPolicy policy
    ) =>
        platform
            .Gpus.GroupBy(pair => pair.Value.Resource, StringComparer.Ordinal)
            .Where(resource => resource.All(pair => policy.HardLimitOf(pair.Key) is not null));

    private static YamlMapping? Hard(PlatformPolicy platform, TeamPolicy policy)
    {
        var hard = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in Summed(platform, policy))
        {
            hard[$"requests.{resource.Key}"] = resource
                .Sum(pair => (long)policy.HardLimitOf(pair.Key)!.Value)
                .ToString(CultureInfo.InvariantCulture);
        }

        if (policy.Hard.Cpu is { } cpu)
        {
            hard["requests.cpu"] = cpu.ToString();
        }

        if (policy.Hard.Memory is { } memory)
        {
            hard["requests.memory"] = memory.ToString();
        }

        return hard.Count == 0 ? null : Map([.. hard.Select(pair => (pair.Key, (YamlNode)Text(pair.Value)))]);
    }
}
