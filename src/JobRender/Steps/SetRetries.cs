using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>How often a failed job is tried again.</summary>
internal static class SetRetries
{
    public static YamlMapping? From(JobPlan plan) =>
        plan.Retries > 0
            ? RayPods.Spec(
                plan.Anchor,
                ("backoffLimit", Tree.Integer(plan.Request.Retries?.Span ?? plan.Anchor, plan.Retries))
            )
            : null;
}
