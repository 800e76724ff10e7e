using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests.KubeRay;

/// <summary>C19: network policies.</summary>
internal static class NetworkPolicyChecks
{
    public static void Check(RayClusterContext cluster)
    {
        Field policy = cluster.Spec["networkPolicy"];
        if (!policy.Exists)
        {
            return;
        }

        cluster.NeedsGate(policy, "RayClusterNetworkPolicy", "`networkPolicy`");

        string mode = policy["mode"].Text ?? "DenyAll";
        Rules(cluster, policy["head"], mode);
        Rules(cluster, policy["worker"], mode);
        List<string> groups = [.. cluster.Groups.Select(g => g["groupName"].Text ?? "")];
        foreach (Field group in policy["workerGroups"].Items())
        {
            Rules(cluster, group, mode);
            if (group["groupName"].Text is { } name && !groups.Contains(name))
            {
                cluster.Add(
                    KubeRayRules.BadNetworkPolicy,
                    group["groupName"],
                    $"there is no worker group `{Names.Shorten(name)}`{JobModel.Diagnostics.DidYouMean.Phrase(name, groups)}"
                );
            }
        }

        foreach (Field group in cluster.Groups)
        {
            if (group["groupName"].Text is { } name && Names.Label(name) is { } fault)
            {
                cluster.Add(
                    KubeRayRules.BadNetworkPolicy,
                    group["groupName"],
                    $"with a network policy, group names are DNS labels; `{Names.Shorten(name)}` {fault}"
                );
            }
        }
    }

    private static void Rules(RayClusterContext cluster, Field owner, string mode)
    {
        if (mode == "DenyAllEgress" && owner["ingressRules"].Count > 0)
        {
            cluster.Add(
                KubeRayRules.BadNetworkPolicy,
                owner["ingressRules"],
                "with `DenyAllEgress` ingress is not restricted, so there are no `ingressRules`; remove them"
            );
        }

        if (mode == "DenyAllIngress" && owner["egressRules"].Count > 0)
        {
            cluster.Add(
                KubeRayRules.BadNetworkPolicy,
                owner["egressRules"],
                "with `DenyAllIngress` egress is not restricted, so there are no `egressRules`; remove them"
            );
        }
    }
}
