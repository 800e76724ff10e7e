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
        YamlMapping container = ManifestNodes.Map(
            span,
            ("image", ManifestNodes.Text(plan.Image)),
            (
                "resources",
                PodResources.Of(
                    span,
                    ManifestNodes.Map(
                        span,
                        ("cpu", ManifestNodes.Amount(plan.Head.Cpu)),
                        ("memory", ManifestNodes.Amount(plan.Head.Memory)),
                        (
                            PodResources.EphemeralStorage,
                            plan.Head.Pod.EphemeralStorage is { } disk ? ManifestNodes.Amount(disk) : null
                        )
                    )
                )
            )
        );
        return RayPods.Cluster(
            span,
            ManifestNodes.Map(
                span,
                (
                    "headGroupSpec",
                    ManifestNodes.Map(
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
