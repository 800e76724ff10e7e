using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The priority: Kueue's and Volcano's by label on the job, everyone else's by the pods' priority class.</summary>
internal static class AddPriority
{
    public static YamlMapping? From(JobPlan plan)
    {
        if (
            plan.PriorityClass is not { } priority
            || plan.Cluster is not null
            || plan.Platform.Target == DeliveryTarget.Volcano
        )
        {
            return null;
        }

        return plan.Platform.Scheduler switch
        {
            // A label of a RayCronJob reaches none of its runs.
            SchedulerKind.Kueue or SchedulerKind.Volcano when plan.Schedule is not null => null,
            SchedulerKind.Kueue => RayPods.Labels(
                priority.Span,
                ("kueue.x-k8s.io/priority-class", ManifestNodes.Text(priority))
            ),
            SchedulerKind.Volcano => RayPods.Labels(
                priority.Span,
                ("ray.io/priority-class-name", ManifestNodes.Text(priority))
            ),
            _ => RayPods.Every(
                plan,
                priority.Span,
                container: null,
                ManifestNodes.Map(priority.Span, ("priorityClassName", ManifestNodes.Text(priority)))
            ),
        };
    }
}
