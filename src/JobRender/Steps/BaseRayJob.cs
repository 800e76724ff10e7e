using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>What every job has, run once or by a schedule: its kind, its name, its entrypoint and how that is submitted.</summary>
internal static class BaseRayJob
{
    public static YamlMapping From(JobPlan plan)
    {
        SourceSpan anchor = plan.Anchor;
        SubmissionMode mode = plan.SubmissionMode.Value;
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
                Tree.Map(
                    anchor,
                    ("entrypoint", plan.Entrypoint is { } entrypoint ? Tree.Text(entrypoint) : null),
                    (
                        "submissionMode",
                        mode == SubmissionMode.K8sJobMode ? null : Tree.Text(plan.SubmissionMode.Span, mode.ToString())
                    ),
                    (
                        "rayClusterSpec",
                        plan.Cluster is null && plan.RayVersion is { } version
                            ? Tree.Map(anchor, ("rayVersion", Tree.Text(version)))
                            : null
                    )
                )
            )
        );
    }
}
