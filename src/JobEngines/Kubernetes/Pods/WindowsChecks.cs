using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Pods of Windows nodes: what only Linux has is refused there, and host processes come all or none.</summary>
internal static class WindowsChecks
{
    private static readonly string[] SpecFields = ["hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"];

    private static readonly string[] PodFields =
    [
        "appArmorProfile",
        "seLinuxOptions",
        "seccompProfile",
        "fsGroup",
        "fsGroupChangePolicy",
        "sysctls",
        "runAsUser",
        "runAsGroup",
        "supplementalGroups",
        "supplementalGroupsPolicy",
        "seLinuxChangePolicy",
    ];

    private static readonly string[] ContainerFields =
    [
        "appArmorProfile",
        "seLinuxOptions",
        "seccompProfile",
        "capabilities",
        "readOnlyRootFilesystem",
        "privileged",
        "allowPrivilegeEscalation",
        "procMount",
        "runAsUser",
        "runAsGroup",
    ];

    public static void Check(PodContext pod)
    {
        HostProcesses(pod);
        if (pod.Spec["os"]["name"].Text != "windows")
        {
            return;
        }

        Forbid(pod, pod.Spec, SpecFields);
        Forbid(pod, pod.Spec["securityContext"], PodFields);
        if (pod.Spec["resources"].Exists)
        {
            Report(pod, pod.Spec["resources"]);
        }

        foreach (Field container in pod.AllContainers)
        {
            Forbid(pod, container["securityContext"], ContainerFields);
        }
    }

    private static void Forbid(PodContext pod, Field owner, string[] names)
    {
        foreach (string name in names)
        {
            // `false` for the host's namespaces is the same as nothing; an empty list of sysctls too.
            Field field = owner[name];
            if (
                field.Exists
                && !(name is "hostPID" or "hostIPC" && field.IsFalse)
                && field is not { Sequence.Items.Length: 0 }
            )
            {
                Report(pod, field);
            }
        }
    }

    private static void Report(PodContext pod, Field field) =>
        pod.Add(
            PodRules.SecurityContext,
            field,
            $"`{field.Name}` is for Linux, but the pod says `os.name: windows`; remove one of the two"
        );

    private static void HostProcesses(PodContext pod)
    {
        Field whole = pod.Spec["securityContext"]["windowsOptions"]["hostProcess"];
        int all = 0;
        int hosts = 0;
        Field at = whole;
        foreach (Field container in pod.AllContainers)
        {
            Field own = container["securityContext"]["windowsOptions"]["hostProcess"];
            all++;
            if (whole.Exists && own.Exists && whole.IsTrue != own.IsTrue)
            {
                pod.Add(
                    PodRules.SecurityContext,
                    own,
                    "`hostProcess` of the container contradicts the pod's; give both the same value, or the pod's only"
                );
            }

            if (own.Exists ? own.IsTrue : whole.IsTrue)
            {
                hosts++;
                at = own.Exists ? own : at;
            }
        }

        if (hosts > 0 && hosts < all)
        {
            pod.Add(
                PodRules.SecurityContext,
                at,
                $"{hosts} of {all} containers are host processes; all of a pod's containers are, or none"
            );
        }
    }
}
