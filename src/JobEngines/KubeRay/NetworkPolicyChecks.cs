using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

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
                    $"there is no worker group `{NameGrammar.Shorten(name)}`{DidYouMean.Phrase(name, groups)}"
                );
            }
        }

        foreach (Field group in cluster.Groups)
        {
            if (group["groupName"].Text is { } name && NameGrammar.Label(name) is { } fault)
            {
                cluster.Add(
                    KubeRayRules.BadNetworkPolicy,
                    group["groupName"],
                    $"with a network policy, group names are DNS labels; `{NameGrammar.Shorten(name)}` {fault}"
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

        PodContext pod = new(cluster.Faults, cluster.Head["template"], PodRole.Head);
        foreach (Field rule in owner["ingressRules"].Items())
        {
            Rule(pod, rule, "from");
        }

        foreach (Field rule in owner["egressRules"].Items())
        {
            Rule(pod, rule, "to");
        }
    }

    // What the API server refuses of the NetworkPolicy made from it; the operator then makes no pods.
    private static void Rule(PodContext pod, Field rule, string side)
    {
        foreach (Field port in rule["ports"].Items())
        {
            Port(pod, port);
        }

        foreach (Field peer in rule[side].Items())
        {
            Peer(pod, peer);
        }
    }

    private static void Port(PodContext pod, Field port)
    {
        pod.OneOf(KubeRayRules.BadNetworkPolicy, port["protocol"], "TCP", "UDP", "SCTP");
        pod.InRange(KubeRayRules.BadNetworkPolicy, port["port"], 1, 65535);
        pod.Name(KubeRayRules.BadNetworkPolicy, port["port"], NameGrammar.Port, "port name");
        Field end = port["endPort"];
        if (!end.Exists)
        {
            return;
        }

        pod.InRange(KubeRayRules.BadNetworkPolicy, end, 1, 65535);
        if (port["port"].Integer is not { } first)
        {
            pod.Add(KubeRayRules.BadNetworkPolicy, end, "`endPort` needs a `port` that is a number; add it");
        }
        else if (end.Integer < first)
        {
            pod.Add(
                KubeRayRules.BadNetworkPolicy,
                end,
                $"`endPort` is {end.Integer}, below its `port` of {first}; raise it"
            );
        }
    }

    private static void Peer(PodContext pod, Field peer)
    {
        bool selector = peer["podSelector"].Exists || peer["namespaceSelector"].Exists;
        Field block = peer["ipBlock"];
        if (!selector && !block.Exists)
        {
            pod.Add(
                KubeRayRules.BadNetworkPolicy,
                peer,
                "a peer has none of `podSelector`, `namespaceSelector` and `ipBlock`; add one"
            );
        }
        else if (selector && block.Exists)
        {
            pod.Add(KubeRayRules.BadNetworkPolicy, block, "`ipBlock` excludes the selectors; make two peers of them");
        }

        SchedulingChecks.Selector(pod, KubeRayRules.BadNetworkPolicy, peer["podSelector"]);
        SchedulingChecks.Selector(pod, KubeRayRules.BadNetworkPolicy, peer["namespaceSelector"]);
        foreach (Field range in block["except"].Items().Prepend(block["cidr"]))
        {
            if (range.Text is { } text && !NameGrammar.IsAddressRange(text))
            {
                pod.Add(
                    KubeRayRules.BadNetworkPolicy,
                    range,
                    $"`{NameGrammar.Shorten(text)}` is not an address range; write `10.0.0.0/8`"
                );
            }
        }
    }
}
