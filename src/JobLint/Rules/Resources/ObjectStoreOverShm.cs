namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2049: an object store larger than the shared memory it lies in.</summary>
public sealed class ObjectStoreOverShm : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2049", "object-store-over-shm", Severity.Warning, "`shm` is smaller than Ray's object store.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "Ray makes its object store of 30 % of the memory and wants it in `/dev/shm`. Where that is smaller the store lies in a file under `/tmp`, on the disk, which is much slower; Ray only logs it.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 64Gi, shm: 8Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 64Gi, shm: 24Gi}\n"
            ),
        };

    // Ray's own share.
    private const double Share = 0.3;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (PodAmounts pod in PodAmounts.Of(context))
        {
            RayStartParamsRequest? said = pod.Request?.RayStartParams?.Value;
            if (
                pod.Request?.Shm is not { } shm
                || shm.Value < MemorySizes.SmallestVolume
                || said?.PlasmaDirectory is not null
            )
            {
                continue;
            }

            // One of more than 10 GB that was asked for is an error (RQ2050).
            if (said?.ObjectStoreMemory is { } store)
            {
                if (store.Value > shm.Value && store.Value.ToDouble() <= 1e10)
                {
                    yield return At(
                        shm,
                        $"the object store of {store.Value} doesn't fit into {shm.Value}; raise `shm`, or lower `object-store-memory`"
                    );
                }
            }
            else if (shm.Value.ToDouble() < pod.Memory.ToDouble() * Share)
            {
                yield return At(
                    shm,
                    $"Ray's object store takes 30 % of the memory, {Math.Ceiling(pod.Memory.ToDouble() * Share / (1L << 30)):0}Gi, which don't fit into {shm.Value}; raise `shm`"
                );
            }
        }
    }
}
