using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>Whether a cluster rests. <c>false</c> is written, too: the operator takes a missing field for what it was.</summary>
internal static class SetSuspend
{
    public static YamlMapping? From(JobPlan plan) =>
        plan.Request.Suspend is { } suspend
            ? RayPods.Cluster(
                suspend.Span,
                ManifestNodes.Map(
                    suspend.Span,
                    ("suspend", suspend.Value ? ManifestNodes.True(suspend.Span) : ManifestNodes.False(suspend.Span))
                )
            )
            : null;
}
