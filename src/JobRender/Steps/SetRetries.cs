using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>How often a failed job is tried again, and how often its submitter.</summary>
internal static class SetRetries
{
    public static YamlMapping? From(JobPlan plan)
    {
        // Only K8sJobMode has a submitter pod (J19).
        Located<int>? submitter = plan.SubmissionMode.Value == SubmissionMode.K8sJobMode ? plan.SubmitterRetries : null;
        return plan.Retries == 0 && submitter is null
            ? null
            : RayPods.Spec(
                plan.Anchor,
                (
                    "backoffLimit",
                    plan.Retries > 0
                        ? ManifestNodes.Integer(plan.Request.Retries?.Span ?? plan.Anchor, plan.Retries)
                        : null
                ),
                (
                    "submitterConfig",
                    submitter is null
                        ? null
                        : ManifestNodes.Map(
                            submitter.Span,
                            ("backoffLimit", ManifestNodes.Integer(submitter.Span, submitter.Value))
                        )
                )
            );
    }
}
