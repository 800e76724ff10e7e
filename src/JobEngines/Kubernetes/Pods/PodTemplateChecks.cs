using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Core validation of one pod template, topic by topic, as API 1.36 does it when the pod is created.</summary>
internal static class PodTemplateChecks
{
    /// <summary>Checks the template.</summary>
    public static void Check(PodContext pod)
    {
        MetadataChecks.Labels(pod.Template["metadata"]["labels"], pod.Faults, PodRules.TemplateMetadata);
        MetadataChecks.Annotations(pod.Template["metadata"]["annotations"], pod.Faults, PodRules.TemplateMetadata);
        TemplateAnnotationChecks.Check(pod);
        ContainerChecks.Check(pod);
        VolumeChecks.Check(pod);
        SchedulingChecks.Check(pod);
        PodSpecChecks.Check(pod);
        PodSecurityChecks.Check(pod);
        foreach (Field container in pod.Spec["initContainers"].Items())
        {
            Container(pod, container, isInit: true);
        }

        foreach (Field container in pod.Spec["containers"].Items())
        {
            Container(pod, container, isInit: false);
        }

        PortChecks.CheckHostPorts(pod);
        WindowsChecks.Check(pod);
    }

    private static void Container(PodContext pod, Field container, bool isInit)
    {
        EnvironmentChecks.Check(pod, container);
        PortChecks.Check(pod, container, isInit);
        MountChecks.Check(pod, container);
        ResourceChecks.Check(pod, container["resources"], "container");
        ProbeChecks.Check(pod, container);
        ContainerSecurityChecks.Check(pod, container["securityContext"]);
    }
}
