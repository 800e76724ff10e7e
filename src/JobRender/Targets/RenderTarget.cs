using Rayquest.JobModel.Plans;
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
);

/// <summary>Every target there is.</summary>
public static class RenderTargets
{
    /// <summary>KubeRay's RayJob.</summary>
    public static RenderTarget RayJob { get; } =
        new(
            JobKind.RayJob,
            [
                BaseRayJob.From,
                AddHead.From,
                AddWorkers.From,
                AddAutoscaling.From,
                SelectCluster.From,
                MountCode.From,
                AddRuntimeEnv.From,
                AddEnvironment.From,
                MountSecrets.From,
                AddEnvFrom.From,
                MountVolumes.From,
                SizeSharedMemory.From,
                SetStartParams.From,
                LabelPods.From,
                SetServiceAccount.From,
                AddPullSecrets.From,
                SetDeadlines.From,
                SetRetries.From,
                AddQueueLabels.From,
                AddPriority.From,
                AddOwnership.From,
            ],
            [MountCode.ConfigMap]
        );

    /// <summary>All targets.</summary>
    public static IReadOnlyList<RenderTarget> All { get; } = [RayJob];

    /// <summary>The target of a kind, or null when requests of that kind can't be rendered.</summary>
    public static RenderTarget? Of(JobKind kind)
    {
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
