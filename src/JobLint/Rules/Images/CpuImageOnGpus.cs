namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3004: GPUs for an image that can't use them.</summary>
public sealed class CpuImageOnGpus : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3004", "cpu-image-on-gpus", Severity.Error, "The workers ask for GPUs, but the image has no CUDA.")
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "`rayproject/ray` tags that end with `-cpu`, or name no platform, hold no CUDA libraries: the job would hold its GPUs and compute on CPUs, or fail at the first `cuda()`.",
            Facts = "5.1",
            Bad = Example.Request(
                "name: train\nimage: ray\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: a100, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: a100, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        HashSet<SourceSpan>? reported = null;
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (
                group is not { GpusPerPod: > 0, MaxPods: > 0, IsTpu: false, Gpu: not null }
                || context.ImageOf(group.Request) is not { } image
                || !HasNoCuda(image)
            )
            {
                continue;
            }

            SourceSpan place = group.Request.Image?.Span ?? context.Request.Image?.Span ?? group.GpuSpan;
            // The request's own image is told once, however many groups run it.
            if (group.Request.Image is null && !(reported ??= []).Add(context.Request.Image?.Span ?? context.Anchor))
            {
                continue;
            }

            Message better = Accelerators.Aliases(context, i => i.HasCuda == true);
            yield return At(
                place,
                $"the image {image.Text} has no CUDA, but {group.GpusPerPod * group.MaxPods} {group.GpuName} are asked for{better}"
            );
        }
    }

    /// <summary>Whether an image is known to hold no CUDA.</summary>
    internal static bool HasNoCuda(ImageFacts image) => image.HasCuda == false;
}
