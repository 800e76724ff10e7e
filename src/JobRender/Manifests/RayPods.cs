using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Manifests;

/// <summary>Puts a part of a pod where KubeRay keeps it: under the head, under a worker group, or under all of them.</summary>
internal static class RayPods
{
    public const string HeadContainer = "ray-head";
    public const string WorkerContainer = "ray-worker";

    /// <summary>The key of a group's parameters of <c>ray start</c>.</summary>
    public const string StartParams = "rayStartParams";

    /// <summary>The part under the head and under every worker group; null where the job has no cluster of its own.</summary>
    public static YamlMapping? Every(JobPlan plan, SourceSpan span, YamlMapping? container, YamlMapping? pod = null)
    {
        if (plan.Cluster is not null)
        {
            return null;
        }

        YamlMapping head = ManifestNodes.Map(span, ("template", Template(span, HeadContainer, container, pod)));
        YamlMapping? template = plan.Workers.Count == 0 ? null : Template(span, WorkerContainer, container, pod);
        List<YamlNode> groups = new(plan.Workers.Count);
        foreach (WorkerGroupPlan group in plan.Workers)
        {
            groups.Add(ManifestNodes.Map(span, ("groupName", ManifestNodes.Text(group.Name)), ("template", template)));
        }

        return Cluster(
            span,
            ManifestNodes.Map(
                span,
                ("headGroupSpec", head),
                ("workerGroupSpecs", groups.Count == 0 ? null : ManifestNodes.List(span, groups))
            )
        );
    }

    /// <summary>A part of one pod.</summary>
    public sealed record Part(SourceSpan Span, YamlMapping? Container, YamlMapping? Pod)
    {
        /// <summary>What stands beside the template, in the group.</summary>
        public YamlMapping? StartParams { get; init; }

        /// <summary>Labels of the pod.</summary>
        public YamlMapping? Labels { get; init; }
    }

    /// <summary>The part of each pod of its own; null where none has one, or the job has no cluster of its own.</summary>
    public static YamlMapping? Each(JobPlan plan, Func<PodPlan, Part?> partOf)
    {
        if (plan.Cluster is not null)
        {
            return null;
        }

        Part? head = partOf(plan.Head.Pod);
        List<YamlNode> groups = [];
        SourceSpan span = head?.Span ?? plan.Anchor;
        foreach (WorkerGroupPlan group in plan.Workers)
        {
            if (partOf(group.Pod) is { } part)
            {
                span = head?.Span ?? part.Span;
                groups.Add(
                    ManifestNodes.Map(
                        part.Span,
                        ("groupName", ManifestNodes.Text(group.Name)),
                        (StartParams, part.StartParams),
                        ("template", TemplateOf(part, WorkerContainer))
                    )
                );
            }
        }

        return head is null && groups.Count == 0
            ? null
            : Cluster(
                span,
                ManifestNodes.Map(
                    span,
                    (
                        "headGroupSpec",
                        head is null
                            ? null
                            : ManifestNodes.Map(
                                head.Span,
                                (StartParams, head.StartParams),
                                ("template", TemplateOf(head, HeadContainer))
                            )
                    ),
                    ("workerGroupSpecs", groups.Count == 0 ? null : ManifestNodes.List(span, groups))
                )
            );
    }

    private static YamlMapping? TemplateOf(Part part, string container)
    {
        YamlMapping? labels = part.Labels is null ? null : ManifestNodes.Map(part.Span, ("labels", part.Labels));
        return part is { Container: null, Pod: null, Labels: null } ? null
            : part is { Container: null, Pod: null } ? ManifestNodes.Map(part.Span, ("metadata", labels))
            : StrategicMerge.Merge(
                ManifestNodes.Map(part.Span, ("metadata", labels)),
                Template(part.Span, container, part.Container, part.Pod)
            );
    }

    /// <summary>A pod template with the parts of the Ray container and of the pod.</summary>
    public static YamlMapping Template(SourceSpan span, string name, YamlMapping? container, YamlMapping? pod)
    {
        List<YamlEntry> entries = new((pod?.Entries.Length ?? 0) + 1);
        if (container is not null)
        {
            List<YamlEntry> parts = new(container.Entries.Length + 1)
            {
                ManifestNodes.Entry("name", ManifestNodes.Text(span, name)),
            };
            parts.AddRange(container.Entries);
            entries.Add(
                ManifestNodes.Entry(
                    "containers",
                    ManifestNodes.List(span, [new YamlMapping(container.Span, [.. parts], isFlow: false)])
                )
            );
        }

        if (pod is not null)
        {
            entries.AddRange(pod.Entries);
        }

        return ManifestNodes.Map(span, ("spec", new YamlMapping(span, [.. entries], isFlow: false)));
    }

    /// <summary>The part under <c>spec.rayClusterSpec</c>.</summary>
    public static YamlMapping Cluster(SourceSpan span, YamlMapping cluster) => Spec(span, ("rayClusterSpec", cluster));

    /// <summary>The part under <c>spec</c>.</summary>
    public static YamlMapping Spec(SourceSpan span, params ReadOnlySpan<(string Key, YamlNode? Value)> entries) =>
        ManifestNodes.Map(span, ("spec", ManifestNodes.Map(span, entries)));

    /// <summary>Labels of the RayJob; KubeRay copies them to its RayCluster (X13).</summary>
    public static YamlMapping Labels(SourceSpan span, params ReadOnlySpan<(string Key, YamlNode? Value)> labels) =>
        ManifestNodes.Map(span, ("metadata", ManifestNodes.Map(span, ("labels", ManifestNodes.Map(span, labels)))));
}
