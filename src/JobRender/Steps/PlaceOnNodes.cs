using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The node pool of each pod that has one: the labels and tolerations it stands for, beside those of a GPU type.</summary>
internal static class PlaceOnNodes
{
    public static YamlMapping? From(JobPlan plan) => RayPods.Each(plan, Of);

    private static RayPods.Part? Of(PodPlan pod)
    {
        if (pod.NodePool is not { } named)
        {
            return null;
        }

        SourceSpan span = named.Name.Span;
        YamlEntry[] labels =
        [
            .. named.Pool.NodeSelector.Select(label => Tree.Entry(label.Key, Tree.Text(span, label.Value))),
        ];
        return new RayPods.Part(
            span,
            Container: null,
            Tree.Map(
                span,
                ("nodeSelector", labels.Length == 0 ? null : new YamlMapping(span, [.. labels], isFlow: false)),
                ("tolerations", named.Pool.Tolerations.Count == 0 ? null : Tree.List(span, named.Pool.Tolerations))
            )
        );
    }
}
