namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3004: GPUs for an image that can't use them.</summary>
public sealed class CpuImageOnGpus : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3004", "cpu-image-on-gpus", Severity.Error, "The workers ask for GPUs, but the image can't use them.")
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "`rayproject/ray` tags that end with `-cpu`, or name no platform, hold no CUDA libraries: the job would hold its GPUs and compute on CPUs, or fail at the first `cuda()`. None of Ray's images holds anything for devices of other makers (`amd.com/gpu`, `habana.ai/gaudi` …), and one that is built for CUDA finds no device there; an image of your own, with `cuda: false` in `images.yaml` where it is an alias, is taken at its word.",
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
                || image.UnfitFor(group.Gpu.Resource) is not { } unfit
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

            string resource = group.Gpu.Resource;
            string better = Accelerators.Aliases(
                context,
                i => ImageFacts.IsOtherDevice(resource) ? i is { RayTag: null, HasCuda: false } : i.HasCuda == true
            );
            yield return At(
                place,
                $"the image {image.Text} {unfit}, but {group.GpusPerPod * group.MaxPods} {group.GpuName} are asked for{better}"
            );
        }
    }
}
