using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>
/// The head: image, CPU, memory and nodes. No ports are declared, since KubeRay then adds all of its own, the dashboard's
/// included (X2).
/// </summary>
internal static class AddHead
{
    public static YamlMapping? From(JobPlan plan)
    {
        if (plan.Cluster is not null)
        {
            return null;
        }

        SourceSpan span = plan.Request.Head?.Span ?? plan.Anchor;
        YamlMapping container = Tree.Map(
            span,
            ("image", Tree.Text(plan.Image)),
            (
                "resources",
                PodResources.Of(
                    span,
                    Tree.Map(
                        span,
                        ("cpu", Tree.Amount(plan.Head.Cpu)),
                        ("memory", Tree.Amount(plan.Head.Memory)),
                        (
                            PodResources.EphemeralStorage,
                            plan.Head.Pod.EphemeralStorage is { } disk ? Tree.Amount(disk) : null
                        )
                    )
                )
            )
        );
        return RayPods.Cluster(
            span,
            Tree.Map(
                span,
                (
                    "headGroupSpec",
                    Tree.Map(
                        span,
                        (
                            "template",
                            RayPods.Template(
                                span,
                                RayPods.HeadContainer,
                                container,
                                PodPlacement.Of(gpu: null, span, plan.Head.Pod.NodePool)
                            )
                        )
                    )
                )
            )
        );
    }
}
