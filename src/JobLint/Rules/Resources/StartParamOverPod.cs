namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2050: a parameter of ray start that the pod can't hold.</summary>
public sealed class StartParamOverPod : Rule
{
    // Ray's own least (75 MiB).
    private const long Least = 75L << 20;

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2050",
            "start-param-over-pod",
            Severity.Error,
            "`rayStartParams` promise more memory than the pod has, or less than Ray takes."
        )
        {
            Category = RuleCategory.Resources,
            Why =
                "Ray gives out what it is told it has. With more than the container's memory tasks are placed where they are killed (`OOMKilled`); an object store of less than 75Mi ends `ray start` with an error, and so one of more than 10 GB that doesn't fit into `/dev/shm`.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 16Gi, rayStartParams: {object-store-memory: 20Gi}}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 64Gi, rayStartParams: {object-store-memory: 20Gi}}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (PodAmounts pod in PodAmounts.Of(context))
        {
            if (pod.Request?.RayStartParams?.Value is not { } said)
            {
                continue;
            }

            if (said.Memory is { } memory && memory.Value > pod.Memory)
            {
                yield return At(
                    memory,
                    $"{pod.Who} has {pod.Memory} of memory, not {memory.Value}; lower it, or raise `memory`"
                );
            }

            if (said.ObjectStoreMemory is not { } store)
            {
                continue;
            }

            if (store.Value.ToDouble() < Least)
            {
                yield return At(store, $"Ray takes no object store of less than 75Mi; raise it, or leave it out");
            }
            else if (store.Value > pod.Memory)
            {
                yield return At(
                    store,
                    $"{pod.Who} has {pod.Memory} of memory, not {store.Value}; lower it, or raise `memory`"
                );
            }
            else if (
                said.PlasmaDirectory is null
                && pod.Request.Shm is { } shm
                && store.Value > shm.Value
                && store.Value.ToDouble() > 1e10
            )
            {
                yield return At(
                    store,
                    $"an object store of {store.Value} doesn't fit into `shm`, {shm.Value}, and Ray refuses to start; raise `shm`"
                );
            }
        }
    }
}
