namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2047: empty volumes that don't fit on the pod's disk.</summary>
public sealed class ScratchOverDisk : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2047",
            "scratch-over-disk",
            Severity.Warning,
            "The empty volumes are larger than the pod's `ephemeralStorage`."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "Empty volumes on disk, logs and what is written into the container count together. The kubelet evicts a pod that goes over its `ephemeralStorage`, long before the volumes are full.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes: [{emptyDir: 200Gi, mount: /scratch}]\nworkers: {replicas: 1, ephemeralStorage: 100Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes: [{emptyDir: 200Gi, mount: /scratch}]\nworkers: {replicas: 1, ephemeralStorage: 220Gi}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        Quantity scratch = JobPlan.Scratch(
            (context.Request.Volumes?.Value ?? []).Select(v => v.Value),
            inMemory: false
        );
        if (scratch.IsZero)
        {
            yield break;
        }

        IEnumerable<PodRequest?> pods = context.Groups.Select(g => (PodRequest)g.Request);
        foreach (PodRequest? pod in pods.Prepend(context.Request.Head?.Value))
        {
            if (pod?.EphemeralStorage is { } disk && scratch > disk.Value)
            {
                yield return At(
                    disk,
                    $"the empty volumes may come to {scratch} in each pod, and this one has {disk.Value} of local disk; raise `ephemeralStorage`, or lower `emptyDir`"
                );
            }
        }
    }
}
