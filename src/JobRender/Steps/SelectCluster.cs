using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The existing RayCluster a job runs on, where it has none of its own (J15, J16).</summary>
internal static class SelectCluster
{
    public static YamlMapping? From(JobPlan plan) =>
        plan.Cluster is { } cluster
            ? RayPods.Spec(
                cluster.Span,
                ("clusterSelector", ManifestNodes.Map(cluster.Span, ("ray.io/cluster", ManifestNodes.Text(cluster))))
            )
            : null;
}
