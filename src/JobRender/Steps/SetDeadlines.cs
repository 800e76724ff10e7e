using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>How long the job may run and wait, and how long its cluster stays afterwards.</summary>
internal static class SetDeadlines
{
    public static YamlMapping From(JobPlan plan) =>
        RayPods.Spec(
            plan.Anchor,
            ("activeDeadlineSeconds", Seconds(plan.Timeout)),
            ("preRunningDeadlineSeconds", Seconds(plan.QueueTimeout)),
            // A cluster that others use is never shut down (2.7, J3).
            ("shutdownAfterJobFinishes", plan.Cluster is null ? ManifestNodes.True(plan.Keep.Span) : null),
            ("ttlSecondsAfterFinished", plan.Cluster is null ? Seconds(plan.Keep) : null)
        );

    private static YamlScalar? Seconds(Located<Duration>? duration) =>
        duration is { Value.Seconds: > 0 } some ? ManifestNodes.Integer(some.Span, some.Value.Seconds) : null;
}
