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
        return Tree.Map(
            anchor,
            ("apiVersion", Tree.Text(anchor, "ray.io/v1")),
            ("kind", Tree.Text(plan.Request.Kind?.Span ?? anchor, plan.Kind.ToString())),
            (
                "metadata",
                Tree.Map(
                    anchor,
                    ("name", Tree.Text(anchor, plan.ObjectName)),
                    ("namespace", Tree.Text(anchor, plan.Namespace))
                )
            ),
            (
                "spec",
                plan.RayVersion is { } version
                    ? Tree.Map(anchor, ("rayClusterSpec", Tree.Map(anchor, ("rayVersion", Tree.Text(version)))))
                    : null
            )
        );
    }
}
