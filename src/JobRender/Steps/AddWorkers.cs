using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The worker groups: how many pods of what shape, on which nodes.</summary>
internal static class AddWorkers
{
    public static YamlMapping? From(JobPlan plan)
    {
        if (plan.Workers.Count == 0)
        {
            return null;
        }

        SourceSpan span = plan.Request.Workers?.Span ?? plan.Anchor;
        List<YamlNode> groups = new(plan.Workers.Count);
        foreach (WorkerGroupPlan group in plan.Workers)
        {
            groups.Add(Group(group));
        }

        return RayPods.Cluster(span, ManifestNodes.Map(span, ("workerGroupSpecs", ManifestNodes.List(span, groups))));
    }

    private static YamlMapping Group(WorkerGroupPlan group)
    {
        SourceSpan span = group.Name.Span;
        (ReplicaRange replicas, SourceSpan replicasAt) = (group.Replicas.Value, group.Replicas.Span);
        YamlMapping container = ManifestNodes.Map(
            span,
            ("image", ManifestNodes.Text(group.Pod.Image)),
            ("resources", PodResources.Of(span, Amounts(group)))
        );
        YamlMapping? pod = PodPlacement.Of(group.Gpu, group.Gpus?.Span ?? span, group.Pod.NodePool);
        return ManifestNodes.Map(
            span,
            ("groupName", ManifestNodes.Text(group.Name)),
            ("replicas", ManifestNodes.Integer(replicasAt, replicas.Min)),
            ("minReplicas", ManifestNodes.Integer(replicasAt, replicas.Min)),
            ("maxReplicas", ManifestNodes.Integer(replicasAt, replicas.Max)),
            (
                "numOfHosts",
                group.NumOfHosts is { Value: > 1 } hosts ? ManifestNodes.Integer(hosts.Span, hosts.Value) : null
            ),
            ("template", RayPods.Template(span, RayPods.WorkerContainer, container, pod))
        );
    }

    private static YamlMapping Amounts(WorkerGroupPlan group)
    {
        YamlMapping amounts = ManifestNodes.Map(
            group.Name.Span,
            ("cpu", ManifestNodes.Amount(group.Cpu)),
            ("memory", ManifestNodes.Amount(group.Memory)),
            (PodResources.EphemeralStorage, group.Pod.EphemeralStorage is { } disk ? ManifestNodes.Amount(disk) : null)
        );
        return group is { Gpu: { } gpu, Gpus: { } count }
            ? StrategicMerge.Merge(
                amounts,
                ManifestNodes.Map(count.Span, (gpu.Resource, ManifestNodes.Text(count.Span, count.Value.ToString())))
            )
            : amounts;
    }
}
