using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The autoscaler, where a group has a range of replicas.</summary>
internal static class AddAutoscaling
{
    public static YamlMapping? From(JobPlan plan)
    {
        if (!plan.IsAutoscaling)
        {
            return null;
        }

        SourceSpan span = plan.Request.Autoscaling?.Span ?? plan.Request.Workers?.Span ?? plan.Anchor;
        YamlMapping options = Tree.Map(
            span,
            (
                "version",
                plan.AutoscalerVersion is { } version
                    ? Tree.Text(plan.Request.Autoscaling?.Value.Version?.Span ?? span, version)
                    : null
            ),
            (
                "idleTimeoutSeconds",
                plan.IdleTimeout is { } idle
                    ? Tree.Integer(plan.Request.Autoscaling?.Value.IdleTimeout?.Span ?? span, idle.Seconds)
                    : null
            )
        );
        YamlMapping cluster = RayPods.Cluster(
            span,
            Tree.Map(
                span,
                ("enableInTreeAutoscaling", Tree.True(span)),
                ("autoscalerOptions", options.Entries.Length == 0 ? null : options)
            )
        );
        // Autoscaler v2 replaces pods, so KubeRay refuses those that restart by themselves (C15).
        return plan.AutoscalerVersion == "v2"
            ? StrategicMerge.Merge(
                cluster,
                RayPods.Every(plan, span, container: null, Tree.Map(span, ("restartPolicy", Tree.Text(span, "Never"))))!
            )
            : cluster;
    }
}
