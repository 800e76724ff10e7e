using System.Text.RegularExpressions;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>The security context of the pod, its host namespaces and sysctls.</summary>
internal static partial class PodSecurityChecks
{
    public static void Check(PodContext pod)
    {
        Field context = pod.Spec["securityContext"];
        ContainerSecurityChecks.Shared(pod, context);
        pod.InRange(PodRules.SecurityContext, context["fsGroup"], 0, int.MaxValue);
        foreach (Field group in context["supplementalGroups"].Items())
        {
            pod.InRange(PodRules.SecurityContext, group, 0, int.MaxValue);
        }

        pod.OneOfNotEmpty(PodRules.SecurityContext, context["fsGroupChangePolicy"], "OnRootMismatch", "Always");
        pod.OneOfNotEmpty(PodRules.SecurityContext, context["supplementalGroupsPolicy"], "Merge", "Strict");
        pod.OneOfNotEmpty(PodRules.SecurityContext, context["seLinuxChangePolicy"], "MountOption", "Recursive");
        Sysctls(pod, context["sysctls"]);
        HostNamespaces(pod);
    }

    private static void Sysctls(PodContext pod, Field list)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (Field sysctl in list.Items())
        {
            if (!pod.Require(PodRules.SecurityContext, sysctl, "name", "a sysctl"))
            {
                continue;
            }

            string name = sysctl["name"].Text!;
            if (name.Length > 253 || !SysctlName().IsMatch(name))
            {
                pod.Add(
                    PodRules.SecurityContext,
                    sysctl["name"],
                    $"`{NameGrammar.Shorten(name)}` is not a sysctl; it is lower-case words joined by `.` or `/`"
                );
            }

            if (!seen.Add(name))
            {
                pod.Add(
                    PodRules.SecurityContext,
                    sysctl["name"],
                    $"`{NameGrammar.Shorten(name)}` is set twice; keep one"
                );
            }

            name = Dotted(name);
            bool ipc =
                name.StartsWith("kernel.shm", StringComparison.Ordinal)
                || name.StartsWith("kernel.msg", StringComparison.Ordinal)
                || name is "kernel.sem"
                || name.StartsWith("fs.mqueue.", StringComparison.Ordinal);
            if (
                (ipc && pod.Spec["hostIPC"].IsTrue)
                || (name.StartsWith("net.", StringComparison.Ordinal) && pod.HostNetwork)
            )
            {
                pod.Add(
                    PodRules.SecurityContext,
                    sysctl["name"],
                    $"`{name}` would change the host, since the pod shares that namespace with it; remove one of the two"
                );
            }
        }
    }

    // `kernel/shm_rmid_forced` is another spelling of `kernel.shm_rmid_forced`.
    private static string Dotted(string name) =>
        name.AsSpan().IndexOfAny('.', '/') is >= 0 and var at && name[at] == '/' ? name.Replace('/', '.') : name;

    private static void HostNamespaces(PodContext pod)
    {
        Field spec = pod.Spec;
        if (spec["shareProcessNamespace"].IsTrue && spec["hostPID"].IsTrue)
        {
            pod.Add(
                PodRules.PodSpec,
                spec["shareProcessNamespace"],
                "`shareProcessNamespace` and `hostPID` exclude each other; keep one"
            );
        }

        if (!pod.OwnUsers)
        {
            return;
        }

        foreach (string name in new[] { "hostNetwork", "hostPID", "hostIPC" })
        {
            if (spec[name].IsTrue)
            {
                pod.Add(PodRules.PodSpec, spec[name], $"`{name}` and `hostUsers: false` exclude each other; keep one");
            }
        }
    }

    [GeneratedRegex(
        "^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex SysctlName();
}
