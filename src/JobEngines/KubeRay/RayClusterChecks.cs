using System.Globalization;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobEngines.Ray;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>The C rules: what the operator refuses of a cluster spec, whoever owns it.</summary>
public static class RayClusterChecks
{
    public static void Check(RayClusterContext cluster)
    {
        Group(cluster, cluster.Head, "the head group");
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Field group in cluster.Groups)
        {
            string name = $"group `{NameGrammar.Shorten(group["groupName"].Text ?? "?")}`";
            Group(cluster, group, name);
            Replicas(cluster, group, name);
            IdleTimeout(cluster, group, name);
            Priority(cluster, group, name);
            Suspended(cluster, group, name);
            if (cluster.IsMade)
            {
                GroupName(cluster, group, names);
                NumOfHosts(cluster, group, name);
            }
        }

        AutoscalerChecks.Check(cluster);
        AutoscalerNeeds.Check(cluster);
        FaultToleranceChecks.Check(cluster);
        HistoryServerChecks.Check(cluster);
        NetworkPolicyChecks.Check(cluster);
        TlsChecks.Check(cluster);
        Auth(cluster);
        UpgradeStrategy(cluster);
        SuspendedCluster(cluster);
        ImageVersions(cluster);
    }

    private static readonly string[] ResourceParameters = ["num-cpus", "num-gpus", "memory", "resources"];

    private static void Group(RayClusterContext cluster, Field group, string name)
    {
        Field containers = group["template"]["spec"]["containers"];
        if (containers.Count == 0)
        {
            cluster.Add(
                KubeRayRules.NoContainer,
                containers,
                $"{name} has no container; the first one runs Ray: add it"
            );
        }

        Field parameters = group["rayStartParams"];
        bool hasResources = group["resources"].Count > 0;
        foreach (string key in ResourceParameters)
        {
            if (hasResources && parameters[key].Text is { Length: > 0 })
            {
                cluster.Add(
                    KubeRayRules.ResourcesTwice,
                    parameters[key],
                    $"{name} has `resources`, so `{key}` can't be in `rayStartParams`; keep one"
                );
            }
        }

        if (parameters["labels"].Exists)
        {
            cluster.Add(
                KubeRayRules.BadGroupLabels,
                parameters["labels"],
                $"labels of {name} can't be in `rayStartParams`; put them under the group's `labels`"
            );
        }

        foreach ((YamlScalar key, Field value) in group["labels"].Entries())
        {
            if (NameGrammar.Qualified(key.Value) is { } fault)
            {
                cluster.Faults.Add(
                    KubeRayRules.BadGroupLabels,
                    KubeRayRules.BadGroupLabels.DefaultSeverity,
                    value.Path,
                    key.Span,
                    $"`{NameGrammar.Shorten(key.Value)}` is not a label key: {fault}",
                    null
                );
            }

            if (value.Text is { } text && NameGrammar.LabelValue(text) is { } wrong)
            {
                cluster.Add(
                    KubeRayRules.BadGroupLabels,
                    value,
                    $"`{NameGrammar.Shorten(text)}` is not a label value: it {wrong}"
                );
            }
        }
    }

    private static void Replicas(RayClusterContext cluster, Field group, string name)
    {
        long least = group["minReplicas"].Integer ?? 0;
        long most = group["maxReplicas"].Integer ?? int.MaxValue;
        if (least < 0)
        {
            cluster.Add(
                KubeRayRules.BadReplicas,
                group["minReplicas"],
                $"`minReplicas` of {name} is {least}, but can't be negative"
            );
        }

        if (most < 0)
        {
            cluster.Add(
                KubeRayRules.BadReplicas,
                group["maxReplicas"],
                $"`maxReplicas` of {name} is {most}, but can't be negative"
            );
        }
        else if (least > most)
        {
            cluster.Add(
                KubeRayRules.BadReplicas,
                group["minReplicas"],
                $"`minReplicas` of {name} is {least}, above its `maxReplicas` of {most}; lower the one or raise the other"
            );
        }
        else if (
            group["replicas"].Integer is { } replicas
            && (replicas < least || replicas > most)
            && group["replicas"].Exists
        )
        {
            cluster.Faults.Warn(
                KubeRayRules.ReplicasClamped,
                group["replicas"],
                $"`replicas` of {name} is {replicas}, outside of {least} to {most}: the operator takes {Math.Clamp(replicas, least, most)}"
            );
        }
    }

    private static void NumOfHosts(RayClusterContext cluster, Field group, string name)
    {
        if (group["numOfHosts"].Integer is { } hosts && hosts < 1)
        {
            if (hosts < 0)
            {
                cluster.Add(
                    KubeRayRules.BadNumOfHosts,
                    group["numOfHosts"],
                    $"`numOfHosts` of {name} is {hosts}; it is 1, or the hosts of one multi-host replica"
                );
            }
            else
            {
                cluster.Faults.Warn(
                    KubeRayRules.BadNumOfHosts,
                    group["numOfHosts"],
                    $"`numOfHosts` of {name} is 0, so the group has no workers at all"
                );
            }
        }
    }

    private static void IdleTimeout(RayClusterContext cluster, Field group, string name)
    {
        Field timeout = group["idleTimeoutSeconds"];
        if (timeout.Integer is { } seconds && seconds < 0)
        {
            cluster.Add(
                KubeRayRules.BadIdleTimeout,
                timeout,
                $"`idleTimeoutSeconds` of {name} is {seconds}, but can't be negative"
            );
        }
        else if (timeout.Exists && !cluster.IsV2)
        {
            cluster.Add(
                KubeRayRules.BadIdleTimeout,
                timeout,
                $"`idleTimeoutSeconds` of {name} needs autoscaler v2; set `autoscalerOptions.version: v2` or remove it"
            );
        }
    }

    private static void Priority(RayClusterContext cluster, Field group, string name)
    {
        Field priority = group["priority"];
        if (priority.Integer is not { } value || value == 0)
        {
            return;
        }

        string? version = cluster.Spec["rayVersion"].Text;
        ulong[]? parsed = version is null ? null : RayVersion.Parse(version);
        if (parsed is null || !RayVersion.IsAtLeast(parsed, 2, 56))
        {
            cluster.Add(
                KubeRayRules.BadPriority,
                priority,
                $"`priority` of {name} needs `rayVersion` 2.56.0 or later, this is {(string.IsNullOrEmpty(version) ? "not set" : $"`{NameGrammar.Shorten(version)}`")}"
            );
        }

        if (!cluster.IsV2)
        {
            cluster.Add(
                KubeRayRules.BadPriority,
                priority,
                $"`priority` of {name} needs autoscaler v2; set `autoscalerOptions.version: v2` or remove it"
            );
        }
    }

    private static void Suspended(RayClusterContext cluster, Field group, string name)
    {
        Field suspend = group["suspend"];
        if (!suspend.IsTrue)
        {
            return;
        }

        cluster.NeedsGate(suspend, "RayJobDeletionPolicy", $"suspending {name}");
        if (cluster.Autoscaling)
        {
            cluster.Add(
                KubeRayRules.SuspendedGroup,
                suspend,
                $"{name} can't be suspended while the autoscaler is on; remove one of the two"
            );
        }
    }

    private static void GroupName(RayClusterContext cluster, Field group, HashSet<string> names)
    {
        Field field = group["groupName"];
        if (field.Text is not { } name)
        {
            return;
        }

        if (!names.Add(name))
        {
            cluster.Add(
                KubeRayRules.DuplicateGroup,
                field,
                $"a worker group is named `{NameGrammar.Shorten(name)}` already; choose another name"
            );
        }

        if (name.Length == 0)
        {
            cluster.Faults.Warn(
                KubeRayRules.BadGroupName,
                field,
                "a worker group without a name can't be told from others; name it"
            );
        }
        else if (NameGrammar.LabelValue(name) is { } fault)
        {
            cluster.Add(
                KubeRayRules.BadGroupName,
                field,
                $"`{NameGrammar.Shorten(name)}` can't be the label of its pods: it {fault}"
            );
        }
        else if (!KubernetesNames.IsDns1123Subdomain("c-" + PodPrefix(name)))
        {
            cluster.Add(
                KubeRayRules.BadGroupName,
                field,
                $"`{NameGrammar.Shorten(name)}` can't be a part of its pods' names: use letters, digits, `-` and `.`"
            );
        }
        else if (CutPoint(cluster, name) == '.')
        {
            cluster.Add(
                KubeRayRules.BadGroupName,
                field,
                $"pod names are cut after 50 characters of cluster and group, which for `{NameGrammar.Shorten(name)}` is a dot, and no pod's name can go on from there; shorten a name"
            );
        }
        else if (name == "headgroup")
        {
            // A RayCluster so named is never ready; the job of a RayJob runs all the same.
            const string Message =
                "`headgroup` is the head's own group: its pod counts as this group's worker, and one worker less is started; choose another name";
            cluster.Faults.Add(
                KubeRayRules.BadGroupName,
                cluster.Owner == "RayCluster" ? Severity.Error : Severity.Warning,
                field.Path,
                field.Span,
                Message,
                null
            );
        }
    }

    // The name is lowered and followed by `-worker-`, so a trailing dash or dot alone would still make a double.
    private static string PodPrefix(string group) => group.ToLowerInvariant() + "-worker-x";

    // X5: the prefix `<cluster>-<group>` keeps 50 characters; what stands last decides whether a name can follow.
    private static char CutPoint(RayClusterContext cluster, string group)
    {
        const int Kept = 50;
        int last = Kept - 1 - (cluster.NameLength + 1);
        return cluster.NameLength > 0 && last >= 0 && last < group.Length - 1 ? group[last] : '-';
    }

    private static void Auth(RayClusterContext cluster)
    {
        Field auth = cluster.Spec["authOptions"];
        bool token = auth["mode"].Text == "token";
        bool kubernetes = auth["enableK8sTokenAuth"].IsTrue;
        if (token)
        {
            NeedsVersion(cluster, auth["mode"], "`mode: token`", 52);
        }

        if (!kubernetes)
        {
            return;
        }

        if (!token)
        {
            cluster.Add(
                KubeRayRules.BadAuth,
                auth["enableK8sTokenAuth"],
                "`enableK8sTokenAuth` needs `mode: token`; add it"
            );
        }

        NeedsVersion(cluster, auth["enableK8sTokenAuth"], "`enableK8sTokenAuth`", 55);
        if (auth["secretName"].Text is { Length: > 0 })
        {
            cluster.Add(
                KubeRayRules.BadAuth,
                auth["secretName"],
                "`enableK8sTokenAuth` uses tokens of service accounts, so there is no `secretName`; remove it"
            );
        }
    }

    private static void NeedsVersion(RayClusterContext cluster, Field at, string what, ulong minor)
    {
        string? version = cluster.Spec["rayVersion"].Text;
        ulong[]? parsed = version is null ? null : RayVersion.Parse(version);
        if (parsed is null || !RayVersion.IsAtLeast(parsed, 2, minor))
        {
            cluster.Add(
                KubeRayRules.BadAuth,
                at,
                $"{what} needs `rayVersion` 2.{minor.ToString(CultureInfo.InvariantCulture)}.0 or later, this is {(string.IsNullOrEmpty(version) ? "not set" : $"`{NameGrammar.Shorten(version)}`")}"
            );
        }
    }

    private static void UpgradeStrategy(RayClusterContext cluster)
    {
        Field type = cluster.Spec["upgradeStrategy"]["type"];
        if (type.Exists && cluster.IsMade && cluster.Creator is "RayJob" or "RayService")
        {
            cluster.Add(
                KubeRayRules.UpgradeStrategyOnChild,
                type,
                $"the cluster of a {cluster.Creator} can't have an `upgradeStrategy`; remove it"
            );
        }
    }

    // Kueue sets and clears the field of a RayService that has a queue; nobody else clears it.
    private static void SuspendedCluster(RayClusterContext cluster)
    {
        Field suspend = cluster.Spec["suspend"];
        if (
            suspend.IsTrue
            && cluster.IsMade
            && cluster.Owner != "RayCluster"
            && !(cluster.IsQueued && cluster.Owner == "RayService")
        )
        {
            cluster.Add(
                KubeRayRules.SuspendedForEver,
                suspend,
                $"the cluster of a {cluster.Owner} is never resumed, so it has no pods and is never ready; remove `suspend`"
            );
        }
    }

    private static void ImageVersions(RayClusterContext cluster)
    {
        if (cluster.Spec["rayVersion"].Text is not { Length: > 0 } version || RayVersion.Parse(version) is null)
        {
            return;
        }

        foreach (Field group in cluster.HeadAndGroups)
        {
            Field image = group["template"]["spec"]["containers"].ItemAt(0)["image"];
            if (
                image.Text is { } text
                && ImageReference.Parse(text, out _) is { Tag: { } tag } reference
                && reference.Repository is "rayproject/ray" or "rayproject/ray-ml" or "rayproject/ray-llm"
                && RayImageTag.Parse(tag)?.Release is { } release
                && release != version
            )
            {
                cluster.Faults.Warn(
                    KubeRayRules.RayVersionMismatch,
                    image,
                    $"the image holds Ray {release}, but `rayVersion` is `{NameGrammar.Shorten(version)}`; make them equal"
                );
            }
        }
    }
}
