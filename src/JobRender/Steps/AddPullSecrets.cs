using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The Secrets with which each pod pulls its image, as the platform has them for its registry.</summary>
internal static class AddPullSecrets
{
    public static YamlMapping? From(JobPlan plan) => RayPods.Each(plan, Of);

    private static RayPods.Part? Of(PodPlan pod)
    {
        SourceSpan span = pod.Image.Span;
        return pod.PullSecrets.Count == 0
            ? null
            : new RayPods.Part(
                span,
                Container: null,
                ManifestNodes.Map(
                    span,
                    (
                        "imagePullSecrets",
                        ManifestNodes.List(
                            span,
                            [
                                .. pod.PullSecrets.Select(s =>
                                    ManifestNodes.Map(span, ("name", ManifestNodes.Text(span, s)))
                                ),
                            ]
                        )
                    )
                )
            );
    }
}
