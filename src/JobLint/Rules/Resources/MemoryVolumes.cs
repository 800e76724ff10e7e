namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2048: more in memory than there is memory.</summary>
public sealed class MemoryVolumes : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2048", "memory-volumes", Severity.Error, "`shm` and volumes in memory are larger than the pod's memory.")
        {
            Category = RuleCategory.Resources,
            Why =
                "What is written into `/dev/shm` and into volumes with `medium: Memory` counts as the memory of the container that wrote it. It is killed (`OOMKilled`) before they are full.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 16Gi, shm: 32Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 64Gi, shm: 32Gi}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        VolumeRequest[] volumes = [.. (context.Request.Volumes?.Value ?? []).Select(v => v.Value)];
        Quantity scratch = JobPlan.Scratch(volumes, inMemory: true);
        SourceSpan? place = volumes.LastOrDefault(v => v.Medium is not null)?.EmptyDir?.Span;
        foreach (PodAmounts pod in PodAmounts.Of(context))
        {
            Quantity sum = scratch + (pod.Request?.Shm?.Value ?? Quantity.Zero);
            if (sum > pod.Memory && (pod.Request?.Shm?.Span ?? place) is { } at)
            {
                yield return At(
                    at,
                    $"{pod.Who} may put {sum} into memory and has {pod.Memory} of it; lower `shm` and the volumes in memory, or raise `memory`"
                );
            }
        }
    }
}
