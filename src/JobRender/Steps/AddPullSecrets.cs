using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The Secrets with which head and workers pull the image, as the platform has them for its registry.</summary>
internal static class AddPullSecrets
{
    public static YamlMapping? From(JobPlan plan) =>
        plan.PullSecrets.Count == 0
            ? null
            : RayPods.Every(
                plan,
                plan.Image.Span,
                container: null,
                Tree.Map(
                    plan.Image.Span,
                    (
                        "imagePullSecrets",
                        Tree.List(
                            plan.Image.Span,
                            [
                                .. plan.PullSecrets.Select(s =>
                                    Tree.Map(plan.Image.Span, ("name", Tree.Text(plan.Image.Span, s)))
                                ),
                            ]
                        )
                    )
                )
            );
}
