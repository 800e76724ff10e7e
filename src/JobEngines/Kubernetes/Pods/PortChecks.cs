using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Container ports and their place on the host.</summary>
internal static class PortChecks
{
    public static void Check(PodContext pod, Field container, bool isInit)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Field port in container["ports"].Items())
        {
            Field name = port["name"];
            pod.Name(PodRules.Port, name, NameGrammar.Port, "port name");
            if (name.Text is { Length: > 0 } text && !names.Add(text))
            {
                pod.Add(
                    PodRules.Port,
                    name,
                    $"port name `{NameGrammar.Shorten(text)}` is taken in this container; choose another"
                );
            }

            pod.InRange(PodRules.Port, port["containerPort"], 1, 65535);
            pod.InRange(PodRules.Port, port["hostPort"], 0, 65535);
            pod.OneOf(PodRules.Port, port["protocol"], "TCP", "UDP", "SCTP");
            if (
                pod.HostNetwork
                && !isInit
                && port["hostPort"].Integer is > 0 and { } host
                && host != port["containerPort"].Integer
            )
            {
                pod.Add(
                    PodRules.Port,
                    port["hostPort"],
                    $"with `hostNetwork` a `hostPort` equals its `containerPort`, this is {host}; leave it out"
                );
            }
        }
    }

    /// <summary>
    /// Checks that no two containers want the same port of the host. An init container runs alone, so it shares
    /// with nobody.
    /// </summary>
    public static void CheckHostPorts(PodContext pod)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        if (
            pod.HostNetwork
            && pod.Role != PodRole.Submitter
            && !pod.Spec["containers"].ItemAt(0)["ports"].Items().Any(p => p["name"].Text == "metrics")
        )
        {
            // The operator adds `metrics` 8080 to Ray's container, and with the host's network that is a port of the host.
            taken.Add("TCP//8080");
        }

        foreach (Field container in pod.Spec["containers"].Items())
        {
            Take(pod, container, taken);
        }

        foreach (Field container in pod.Spec["initContainers"].Items())
        {
            Take(pod, container, new HashSet<string>(StringComparer.Ordinal));
        }
    }

    private static void Take(PodContext pod, Field container, HashSet<string> taken)
    {
        foreach (Field port in container["ports"].Items())
        {
            long number = port["hostPort"].Integer ?? 0;
            if (number == 0 && pod.HostNetwork)
            {
                number = port["containerPort"].Integer ?? 0;
            }

            string protocol = port["protocol"].Text is { Length: > 0 } given ? given : "TCP";
            if (number != 0 && !taken.Add($"{protocol}/{port["hostIP"].Text}/{number}"))
            {
                pod.Add(
                    PodRules.Port,
                    port["containerPort"],
                    $"port {number} of the host is taken by another port of this pod; choose another"
                );
            }
        }
    }
}
