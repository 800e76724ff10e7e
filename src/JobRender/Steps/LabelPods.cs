using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The request's labels, on head and workers.</summary>
internal static class LabelPods
{
    public static YamlMapping? From(JobPlan plan) => RayPods.Each(plan, pod => Of(pod, plan));

    private static RayPods.Part? Of(PodPlan pod, JobPlan plan)
    {
        SourceSpan span = plan.Request.Labels?.Span ?? plan.Anchor;
        return pod.Labels.Count == 0
            ? null
            : new RayPods.Part(span, Container: null, Pod: null)
            {
                Labels = new YamlMapping(
                    span,
                    [.. pod.Labels.Select(l => ManifestNodes.Entry(l.Key.Value, ManifestNodes.Text(l.Value)))],
                    isFlow: false
                ),
            };
    }
}
