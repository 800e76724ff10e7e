using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The team's queue, in the words of the cluster's scheduler (3.1, 3.2).</summary>
internal static class AddQueueLabels
{
    public static YamlMapping? From(JobPlan plan)
    {
        // A job on an existing cluster makes no pods to queue: Kueue leaves it alone (Q1).
        // A Volcano Job names its queue in its specification, and KubeRay gives the runs of a RayCronJob none of its labels (facts, RayCronJob).
        if (plan.Cluster is not null || plan.Schedule is not null || plan.Platform.Target == DeliveryTarget.Volcano)
        {
            return null;
        }

        SourceSpan anchor = plan.Anchor;
        YamlScalar queue = ManifestNodes.Text(anchor, plan.Platform.QueueOf(plan.Team));
        YamlScalar gang = ManifestNodes.Text(anchor, "true");
        return plan.Platform.Scheduler switch
        {
            SchedulerKind.Kueue => Kueue(plan, queue),
            SchedulerKind.Volcano => RayPods.Labels(anchor, ("volcano.sh/queue-name", queue)),
            SchedulerKind.YuniKorn => RayPods.Labels(
                anchor,
                ("yunikorn.apache.org/queue", queue),
                ("yunikorn.apache.org/app-id", ManifestNodes.Text(anchor, plan.ObjectName)),
                ("ray.io/gang-scheduling-enabled", gang)
            ),
            SchedulerKind.Kai => RayPods.Labels(anchor, ("kai.scheduler/queue", queue)),
            SchedulerKind.SchedulerPlugins => RayPods.Labels(anchor, ("ray.io/gang-scheduling-enabled", gang)),
            _ => null,
        };
    }

    private static YamlMapping Kueue(JobPlan plan, YamlScalar queue)
    {
        YamlMapping labels = RayPods.Labels(plan.Anchor, ("kueue.x-k8s.io/queue-name", queue));
        SourceSpan span = plan.Request.Workers?.Span ?? plan.Anchor;
        // Kueue takes autoscaling jobs only as elastic ones (Q3).
        return plan.IsAutoscaling
            ? StrategicMerge.Merge(
                labels,
                ManifestNodes.Map(
                    span,
                    (
                        "metadata",
                        ManifestNodes.Map(
                            span,
                            (
                                "annotations",
                                ManifestNodes.Map(
                                    span,
                                    ("kueue.x-k8s.io/elastic-job", ManifestNodes.Text(span, "true"))
                                )
                            )
                        )
                    )
                )
            )
            : labels;
    }
}
