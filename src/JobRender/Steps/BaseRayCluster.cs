using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>What everything has that is no job: its kind, its name, the Ray it runs.</summary>
internal static class BaseRayCluster
{
    public static YamlMapping From(JobPlan plan)
    {
        SourceSpan anchor = plan.Anchor;
        return ManifestNodes.Map(
            anchor,
            ("apiVersion", ManifestNodes.Text(anchor, "ray.io/v1")),
            ("kind", ManifestNodes.Text(plan.Request.Kind?.Span ?? anchor, plan.Kind.ToString())),
            (
                "metadata",
                ManifestNodes.Map(
                    anchor,
                    ("name", ManifestNodes.Text(anchor, plan.ObjectName)),
                    ("namespace", ManifestNodes.Text(anchor, plan.Namespace))
                )
            ),
            (
                "spec",
                plan.RayVersion is { } version
                    ? ManifestNodes.Map(
                        anchor,
                        ("rayClusterSpec", ManifestNodes.Map(anchor, ("rayVersion", ManifestNodes.Text(version))))
                    )
                    : null
            )
        );
    }
}
