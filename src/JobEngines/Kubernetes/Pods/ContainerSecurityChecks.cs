using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Security contexts of containers, and what pods and containers share of them.</summary>
internal static class ContainerSecurityChecks
{
    public static void Check(PodContext pod, Field context)
    {
        if (!context.Exists)
        {
            return;
        }

        Shared(pod, context);
        pod.OneOfNotEmpty(PodRules.SecurityContext, context["procMount"], "Default", "Unmasked");
        if (context["procMount"].Text == "Unmasked" && !pod.OwnUsers)
        {
            pod.Add(
                PodRules.SecurityContext,
                context["procMount"],
                "`procMount: Unmasked` needs `hostUsers: false` on the pod"
            );
        }

        if (!context["allowPrivilegeEscalation"].IsFalse)
        {
            return;
        }

        if (context["privileged"].IsTrue)
        {
            pod.Add(
                PodRules.SecurityContext,
                context["allowPrivilegeEscalation"],
                "a privileged container can't set `allowPrivilegeEscalation: false`; remove one of the two"
            );
        }

        if (context["capabilities"]["add"].Items().Any(c => c.Text is "CAP_SYS_ADMIN"))
        {
            pod.Add(
                PodRules.SecurityContext,
                context["allowPrivilegeEscalation"],
                "the capability `CAP_SYS_ADMIN` contradicts `allowPrivilegeEscalation: false`"
            );
        }
    }

    /// <summary>Checks ids and profiles, which pods and containers have alike.</summary>
    public static void Shared(PodContext pod, Field context)
    {
        pod.InRange(PodRules.SecurityContext, context["runAsUser"], 0, int.MaxValue);
        pod.InRange(PodRules.SecurityContext, context["runAsGroup"], 0, int.MaxValue);
        Profile(pod, context["seccompProfile"], isPath: true);
        Profile(pod, context["appArmorProfile"], isPath: false);
        if (context["windowsOptions"].Exists && pod.Spec["os"]["name"].Text == "linux")
        {
            pod.Add(
                PodRules.SecurityContext,
                context["windowsOptions"],
                "`windowsOptions` contradict `os.name: linux`; remove them"
            );
        }

        if (context["windowsOptions"]["hostProcess"].IsTrue && !pod.HostNetwork)
        {
            pod.Add(
                PodRules.SecurityContext,
                context["windowsOptions"]["hostProcess"],
                "`hostProcess` needs `hostNetwork: true`"
            );
        }
    }

    private static void Profile(PodContext pod, Field profile, bool isPath)
    {
        if (!profile.Exists)
        {
            return;
        }

        if (pod.Require(PodRules.SecurityContext, profile, "type", $"`{profile.Name}`"))
        {
            pod.OneOf(PodRules.SecurityContext, profile["type"], "Localhost", "RuntimeDefault", "Unconfined");
        }

        Field local = profile["localhostProfile"];
        bool wanted = profile["type"].Text == "Localhost";
        if (wanted && (local.Text ?? "").Trim().Length == 0)
        {
            pod.Add(PodRules.SecurityContext, local, "`type: Localhost` needs a `localhostProfile`; add it");
        }
        else if (!wanted && local.Exists)
        {
            pod.Add(PodRules.SecurityContext, local, "`localhostProfile` is for `type: Localhost` only; remove it");
        }
        else if (isPath && local.Text is { } path && (path.StartsWith('/') || path.Split('/').Contains("..")))
        {
            pod.Add(
                PodRules.SecurityContext,
                local,
                "`localhostProfile` is a path below the kubelet's folder: relative and without `..`"
            );
        }
        else if (!isPath && local.Text is { } name && (name.Trim() != name || name.Length > 4095))
        {
            pod.Add(
                PodRules.SecurityContext,
                local,
                "`localhostProfile` has blanks around it or more than 4095 characters"
            );
        }
    }
}
