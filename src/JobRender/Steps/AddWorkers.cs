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

        return RayPods.Cluster(span, Tree.Map(span, ("workerGroupSpecs", Tree.List(span, groups))));
    }

    private static YamlMapping Group(WorkerGroupPlan group)
    {
        SourceSpan span = group.Name.Span;
        (ReplicaRange replicas, SourceSpan replicasAt) = (group.Replicas.Value, group.Replicas.Span);
        YamlMapping container = Tree.Map(
            span,
            ("image", Tree.Text(group.Pod.Image)),
            ("resources", PodResources.Of(span, Amounts(group)))
        );
        YamlMapping? pod = group.Gpu is { } gpu ? Placement(gpu, group.Gpus?.Span ?? span) : null;
        return Tree.Map(
            span,
            ("groupName", Tree.Text(group.Name)),
            ("replicas", Tree.Integer(replicasAt, replicas.Min)),
            ("minReplicas", Tree.Integer(replicasAt, replicas.Min)),
            ("maxReplicas", Tree.Integer(replicasAt, replicas.Max)),
            ("numOfHosts", group.NumOfHosts is { Value: > 1 } hosts ? Tree.Integer(hosts.Span, hosts.Value) : null),
            ("template", RayPods.Template(span, RayPods.WorkerContainer, container, pod))
        );
    }

    private static YamlMapping Amounts(WorkerGroupPlan group)
    {
        YamlMapping amounts = Tree.Map(
            group.Name.Span,
            ("cpu", Tree.Amount(group.Cpu)),
            ("memory", Tree.Amount(group.Memory)),
            (PodResources.EphemeralStorage, group.Pod.EphemeralStorage is { } disk ? Tree.Amount(disk) : null)
        );
        return group is { Gpu: { } gpu, Gpus: { } count }
            ? StrategicMerge.Merge(
                amounts,
                Tree.Map(count.Span, (gpu.Resource, Tree.Text(count.Span, count.Value.ToString())))
            )
            : amounts;
    }

    private static YamlMapping Placement(GpuType gpu, SourceSpan span)
    {
        List<YamlEntry> labels = new(gpu.NodeSelector.Count);
        foreach ((string key, string value) in gpu.NodeSelector)
        {
            labels.Add(Tree.Entry(key, Tree.Text(span, value)));
        }

        return Tree.Map(
            span,
            ("nodeSelector", labels.Count == 0 ? null : new YamlMapping(span, [.. labels], isFlow: false)),
            ("tolerations", gpu.Tolerations.Count == 0 ? null : Tree.List(span, gpu.Tolerations))
        );
    }
}
