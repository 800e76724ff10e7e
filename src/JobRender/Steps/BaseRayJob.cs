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
                ManifestNodes.Map(
                    anchor,
                    ("entrypoint", plan.Entrypoint is { } entrypoint ? ManifestNodes.Text(entrypoint) : null),
                    (
                        "submissionMode",
                        mode == SubmissionMode.K8sJobMode
                            ? null
                            : ManifestNodes.Text(plan.SubmissionMode.Span, mode.ToString())
                    ),
                    (
                        "rayClusterSpec",
                        plan.Cluster is null && plan.RayVersion is { } version
                            ? ManifestNodes.Map(anchor, ("rayVersion", ManifestNodes.Text(version)))
                            : null
                    )
                )
            )
        );
    }
}
