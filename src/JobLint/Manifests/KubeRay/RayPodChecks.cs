using Rayquest.JobLint.Manifests.Pods;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests.KubeRay;

/// <summary>The pods the operator makes of a cluster spec: the author's templates with what it adds to them.</summary>
internal static class RayPodChecks
{
    /// <summary>Checks all pods of a cluster; says in which mode jobs are submitted to it, which may add a container.</summary>
    public static IEnumerable<PodContext> Check(RayClusterContext cluster, string submissionMode)
    {
        List<PodContext> pods = [];
        if (cluster.Head["template"].Exists)
        {
            pods.Add(Head(cluster, submissionMode));
        }

        foreach (Field group in cluster.Groups)
        {
            pods.Add(
                new PodContext(cluster.Faults, group["template"], PodRole.Worker)
                {
                    AddedInitContainers = ["wait-gcs-ready"],
                    AddedVolumes = ["shared-mem"],
                }
            );
        }

        foreach (PodContext pod in pods)
        {
            PodTemplateChecks.Check(pod);
        }

        FixedNames(cluster);
        AutoscalerContainer(cluster);
        return pods;
    }

    private static PodContext Head(RayClusterContext cluster, string submissionMode)
    {
        List<string> containers = [];
        List<string> volumes = ["shared-mem"];
        if (cluster.Autoscaling)
        {
            containers.Add("autoscaler");
            volumes.Add("ray-logs");
        }

        if (submissionMode == "SidecarMode")
        {
            containers.Add("ray-job-submitter");
        }

        return new PodContext(cluster.Faults, cluster.Head["template"], PodRole.Head)
        {
            AddedContainers = containers,
            AddedVolumes = volumes,
        };
    }

    // A name in the template is kept for every pod made from it; the second one of that name is refused.
    private static void FixedNames(RayClusterContext cluster)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (Field group in cluster.Groups.Prepend(cluster.Head))
        {
            Field name = group["template"]["metadata"]["name"];
            if (name.Text is not { Length: > 0 } text)
            {
                continue;
            }

            long pods =
                Math.Max(group["replicas"].Integer ?? 0, group["minReplicas"].Integer ?? 0)
                * Math.Max(group["numOfHosts"].Integer ?? 1, 1);
            if (pods > 1)
            {
                cluster.Add(
                    PodRules.TemplateMetadata,
                    name,
                    $"all {pods} pods of the group would be named `{Names.Shorten(text)}`; remove the name"
                );
            }
            else if (!taken.Add(text))
            {
                cluster.Add(
                    PodRules.TemplateMetadata,
                    name,
                    $"pods of another group are named `{Names.Shorten(text)}` already; remove the name"
                );
            }
        }
    }

    // The options are merged into the container `autoscaler` of the head pod.
    private static void AutoscalerContainer(RayClusterContext cluster)
    {
        Field options = cluster.Spec["autoscalerOptions"];
        if (!cluster.Autoscaling || !options.Exists)
        {
            return;
        }

        PodContext pod = new(cluster.Faults, cluster.Head["template"], PodRole.Head)
        {
            AddedVolumes = ["shared-mem", "ray-logs"],
        };
        ContainerChecks.ImageText(pod, options["image"]);
        pod.OneOf(options["imagePullPolicy"], "Always", "IfNotPresent", "Never");
        EnvironmentChecks.Variables(pod, options["env"]);
        EnvironmentChecks.From(pod, options["envFrom"]);
        MountChecks.Check(pod, options);
        ResourceChecks.Check(pod, options["resources"], "container");
        ContainerSecurityChecks.Check(pod, options["securityContext"]);
    }
}
