using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;
using Rayquest.JobRender.Steps;

namespace Rayquest.JobRender.Targets;

/// <summary>What requests of one kind are rendered to.</summary>
/// <param name="Kind">The kind of request.</param>
/// <param name="Steps">What makes the manifest of one job; each part is merged over those before.</param>
/// <param name="Shared">Documents that all jobs of the request share, such as the ConfigMap of its code.</param>
public sealed record RenderTarget(
    JobKind Kind,
    IReadOnlyList<RenderStep> Steps,
    IReadOnlyList<Func<RequestPlan, YamlMapping?>> Shared
)
{
    /// <summary>What is done to the whole, the profile in it.</summary>
    public IReadOnlyList<FinishingStep> Finish { get; init; } = [];
}

/// <summary>
/// Every target there is. The cluster is built the same way for all, as a job has it; a target that is no job brings it to where
/// its kind has it, when the profile lies under it.
/// </summary>
public static class RenderTargets
{
    /// <summary>What makes the cluster, whatever is to run on it.</summary>
    private static readonly RenderStep[] Cluster =
    [
        AddHead.From,
        AddWorkers.From,
        AddAutoscaling.From,
        MountCode.From,
        AddEnvironment.From,
        MountSecrets.From,
        AddEnvFrom.From,
        MountVolumes.From,
        SizeSharedMemory.From,
        SetStartParams.From,
        LabelPods.From,
        SetServiceAccount.From,
        AddPullSecrets.From,
        AddQueueLabels.From,
        AddPriority.From,
        AddOwnership.From,
    ];

    /// <summary>What makes a job: its cluster, and what runs there.</summary>
    private static readonly RenderStep[] Job =
    [
        BaseRayJob.From,
        .. Cluster,
        SelectCluster.From,
        AddRuntimeEnv.From,
        SetDeadlines.From,
        SetRetries.From,
    ];

    /// <summary>KubeRay's RayJob.</summary>
    public static RenderTarget RayJob { get; } = new(JobKind.RayJob, Job, [MountCode.ConfigMap]);

    /// <summary>KubeRay's RayCronJob.</summary>
    public static RenderTarget RayCronJob { get; } =
        new(JobKind.RayCronJob, [.. Job, SetSchedule.From], [MountCode.ConfigMap]) { Finish = [StandAlone.CronJob] };

    /// <summary>KubeRay's RayCluster.</summary>
    public static RenderTarget RayCluster { get; } =
        new(
            JobKind.RayCluster,
            [BaseRayCluster.From, .. Cluster, SetLease.From, SetSuspend.From],
            [MountCode.ConfigMap]
        )
        {
            Finish = [StandAlone.Cluster, RecreateOnChange.Of],
        };

    /// <summary>KubeRay's RayService.</summary>
    public static RenderTarget RayService { get; } =
        new(JobKind.RayService, [BaseRayCluster.From, BaseRayService.From, .. Cluster], [MountCode.ConfigMap])
        {
            Finish = [StandAlone.Service],
        };

    /// <summary>Volcano's Job, with Ray started by its plugin.</summary>
    public static RenderTarget VolcanoJob { get; } =
        new(JobKind.RayJob, Job, [MountCode.ConfigMap]) { Finish = [AsVolcanoJob.Of] };

    /// <summary>All targets.</summary>
    public static IReadOnlyList<RenderTarget> All { get; } = [RayJob, RayCluster, RayService, RayCronJob, VolcanoJob];

    /// <summary>The target of a kind on a platform, or null when requests of that kind can't be rendered there.</summary>
    public static RenderTarget? Of(JobKind kind, DeliveryTarget delivery)
    {
        if (delivery == DeliveryTarget.Volcano)
        {
            return kind == JobKind.RayJob ? VolcanoJob : null;
        }

        foreach (RenderTarget target in All)
        {
            if (target.Kind == kind)
            {
                return target;
            }
        }

        return null;
    }
}
