using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobEngines.Ray;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>The pods the operator makes of a cluster spec: the author's templates with what it adds to them.</summary>
public static class RayPodChecks
{
    // Labels every Ray pod has, whatever its template says.
    private static readonly string[] Labels =
    [
        "ray.io/is-ray-node",
        "ray.io/cluster",
        "ray.io/node-type",
        "ray.io/group",
        "ray.io/identifier",
        "app.kubernetes.io/name",
        "app.kubernetes.io/created-by",
    ];

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
                    AddedInitRequests = [("cpu", Parsed("200m")), ("memory", Parsed("256Mi"))],
                    AddedLabels = Labels,
                    AddedVolumes = ["shared-mem"],
                    IsLatent = !cluster.Autoscaling && Wanted(group) == 0,
                    NeverRestarted = cluster.Autoscaling && cluster.IsV2,
                }
            );
        }

        foreach (PodContext pod in pods)
        {
            cluster.Faults.IsLatent = pod.IsLatent;
            PodTemplateChecks.Check(pod);
        }

        cluster.Faults.IsLatent = false;

        AutoscalerContainer(cluster);
        CollectorContainer(cluster);
        HeadEnvironment(cluster);
        AgentPorts(cluster);
        return pods;
    }

    // From Ray 2.53 on the default probes ask the agent by HTTP, and a probe's port must be one.
    private static void AgentPorts(RayClusterContext cluster)
    {
        if (
            cluster.Spec["rayVersion"].Text is not { } version
            || RayVersion.Parse(version) is not { } parsed
            || !RayVersion.IsAtLeast(parsed, 2, 53)
        )
        {
            return;
        }

        foreach (Field group in cluster.HeadAndGroups)
        {
            Field container = group["template"]["spec"]["containers"].ItemAt(0);
            Field port = group["rayStartParams"]["dashboard-agent-listen-port"];
            if (
                int.TryParse(
                    port.Text,
                    System.Globalization.NumberStyles.AllowLeadingSign,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out int number
                )
                && number is < 1 or > 65535
                && !(container["livenessProbe"].Exists && container["readinessProbe"].Exists)
            )
            {
                cluster.Add(
                    PodRules.Probe,
                    port,
                    $"the pod's probes would ask port {number}, but ports are 1 to 65535; choose another"
                );
            }
        }
    }

    // How many pods the operator makes of a group; what the schema fills in counts.
    private static long Wanted(Field group)
    {
        long least = group["minReplicas"].Integer ?? 0;
        long most = group["maxReplicas"].Integer ?? int.MaxValue;
        long replicas = Math.Min(Math.Max(group["replicas"].Integer ?? 0, least), most);
        return group["suspend"].IsTrue ? 0 : Math.Max(replicas, 0) * (group["numOfHosts"].Integer ?? 1);
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
            AddedLabels = Labels,
            AddedRequests =
            [
                .. cluster.Autoscaling ? AutoscalerRequests(cluster) : [],
                .. submissionMode == "SidecarMode"
                    ? new[] { ("cpu", Parsed("500m")), ("memory", Parsed("200Mi")) }
                    : [],
            ],
            AddedVolumes = volumes,
            NeverRestarted = submissionMode == "SidecarMode" || (cluster.Autoscaling && cluster.IsV2),
        };
    }

    private static IReadOnlyList<(string Resource, Quantity Amount)> AutoscalerRequests(RayClusterContext cluster)
    {
        Field own = cluster.Spec["autoscalerOptions"]["resources"];
        if (!own.Exists)
        {
            return [("cpu", Parsed("500m")), ("memory", Parsed("512Mi"))];
        }

        List<(string Resource, Quantity Amount)> requests = [];
        foreach (string side in new[] { "requests", "limits" })
        {
            foreach ((YamlScalar key, Field amount) in own[side].Entries())
            {
                if (
                    !requests.Exists(r => r.Resource == key.Value)
                    && amount.Json?.Text is { } text
                    && Quantity.TryParse(text, out Quantity quantity)
                )
                {
                    requests.Add((key.Value, quantity));
                }
            }
        }

        return requests;
    }

    private static Quantity Parsed(string text) =>
        Quantity.TryParse(text, out Quantity quantity) ? quantity : throw new FormatException(text);

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

    private static void CollectorContainer(RayClusterContext cluster)
    {
        Field options = cluster.Spec["historyServerOptions"]["collectorOptions"];
        if (!options.Exists || !cluster.Gates.IsOn("RayClusterHistoryServer"))
        {
            return;
        }

        PodContext pod = new(cluster.Faults, cluster.Head["template"], PodRole.Head);
        ContainerChecks.ImageText(pod, options["image"]);
        pod.OneOf(options["imagePullPolicy"], "Always", "IfNotPresent", "Never");
        EnvironmentChecks.Variables(pod, options["env"]);
        ResourceChecks.Check(pod, options["resources"], "container");
    }

    // Redis' credentials and the token become variables of the head's container.
    private static void HeadEnvironment(RayClusterContext cluster)
    {
        PodContext pod = new(cluster.Faults, cluster.Head["template"], PodRole.Head);
        Field storage = cluster.Spec["gcsFaultToleranceOptions"];
        EnvironmentChecks.ValueOrSource(pod, storage["redisUsername"]);
        EnvironmentChecks.ValueOrSource(pod, storage["redisPassword"]);
        Field auth = cluster.Spec["authOptions"];
        if (auth["mode"].Text == "token" && !auth["enableK8sTokenAuth"].IsTrue)
        {
            pod.Name(KubeRayRules.BadAuth, auth["secretName"], NameGrammar.Subdomain, "Secret's name");
        }
    }
}
