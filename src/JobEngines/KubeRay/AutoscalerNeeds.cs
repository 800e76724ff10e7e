using System.Globalization;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>What Ray's autoscaler, the container beside the head, can't work without.</summary>
internal static class AutoscalerNeeds
{
    private const string TokenFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    public static void Check(RayClusterContext cluster)
    {
        if (!cluster.Autoscaling || !cluster.IsMade)
        {
            return;
        }

        Token(cluster);
        foreach (Field group in cluster.HeadAndGroups)
        {
            Cpu(cluster, group);
        }
    }

    // It reads its token and the CA from the place where the kubelet puts them by default, and nowhere else.
    private static void Token(RayClusterContext cluster)
    {
        Field automount = cluster.HeadPod["automountServiceAccountToken"];
        if (!automount.IsFalse)
        {
            return;
        }

        Field mounts = cluster.Spec["autoscalerOptions"]["volumeMounts"];
        foreach (Field mount in mounts.Items())
        {
            if (mount["mountPath"].Text?.TrimEnd('/') == TokenFolder)
            {
                Mounted(cluster, mount);
                return;
            }
        }

        cluster.Add(
            KubeRayRules.AutoscalerWithoutToken,
            automount,
            $"the head's pods get no service account token, so the autoscaler can't ask for workers; mount a projected token into it alone, by `autoscalerOptions.volumeMounts` at `{TokenFolder}` and a volume of the head's pod"
        );
    }

    private static void Mounted(RayClusterContext cluster, Field mount)
    {
        Field? volume = null;
        foreach (Field candidate in cluster.HeadPod["volumes"].Items())
        {
            volume = candidate["name"].Text == mount["name"].Text ? candidate : volume;
        }

        // That there is no such volume is said elsewhere; what a Secret or a driver brings nobody sees from here.
        if (volume is not { } held || held["secret"].Exists || held["csi"].Exists)
        {
            return;
        }

        bool hasToken = false;
        bool hasCa = false;
        foreach (Field source in held["projected"]["sources"].Items())
        {
            hasToken |= source["serviceAccountToken"]["path"].Text == "token" || source["secret"].Exists;
            hasCa |= HoldsCa(source["configMap"]) || HoldsCa(source["secret"]) || source["clusterTrustBundle"].Exists;
        }

        if (!hasToken || !hasCa)
        {
            cluster.Add(
                KubeRayRules.AutoscalerWithoutToken,
                mount,
                $"the volume at `{TokenFolder}` holds no `{(hasToken ? "ca.crt" : "token")}`, so the autoscaler can't ask for workers; project {(hasToken ? "the ConfigMap `kube-root-ca.crt`" : "a `serviceAccountToken` with `path: token`")} into it"
            );
        }
    }

    private static bool HoldsCa(Field source)
    {
        if (!source.Exists)
        {
            return false;
        }

        if (source["items"].Count == 0)
        {
            return true;
        }

        foreach (Field item in source["items"].Items())
        {
            if (item["path"].Text == "ca.crt")
            {
                return true;
            }
        }

        return false;
    }

    private static void Cpu(RayClusterContext cluster, Field group)
    {
        Field parameter = group["rayStartParams"]["num-cpus"];
        Field container = group["template"]["spec"]["containers"].ItemAt(0);
        string name = group["groupName"].Text is { Length: > 0 } own
            ? $"group `{NameGrammar.Shorten(own)}`"
            : "the head group";
        if (parameter.Text is { Length: > 0 } text)
        {
            if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            {
                cluster.Add(
                    KubeRayRules.AutoscalerWithoutCpu,
                    parameter,
                    $"the autoscaler reads `num-cpus` of {name} as a whole number, and `{NameGrammar.Shorten(text)}` is none: it fails before it starts a worker; write a whole number"
                );
            }

            return;
        }

        Field resources = container["resources"];
        if (
            container.Exists
            && !resources["limits"]["cpu"].Exists
            && !resources["requests"]["cpu"].Exists
            && !group["resources"]["CPU"].Exists
            && !group["resources"]["cpu"].Exists
        )
        {
            cluster.Add(
                KubeRayRules.AutoscalerWithoutCpu,
                container,
                $"the autoscaler has to know the CPUs of every group, and {name} states none: it fails before it starts a worker; give Ray's container a `cpu` in `resources`, or the group `num-cpus` in `rayStartParams`"
            );
        }
    }
}
