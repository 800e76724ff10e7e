namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3005: TPUs for an image without TPU support.</summary>
public sealed class ImageWithoutTpu : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3005",
            "image-without-tpu",
            Severity.Warning,
            "The workers ask for TPUs, but the image is built for something else."
        )
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "Ray's images with `-tpu` hold libtpu and JAX. Another one works only if the job installs them by itself.",
            Facts = "5.1",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nprofile: tpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: tpu-v6e, gpus: 4}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-tpu\nprofile: tpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: tpu-v6e, gpus: 4}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        HashSet<SourceSpan>? reported = null;
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (
                group is not { GpusPerPod: > 0, IsTpu: true }
                || context.ImageOf(group.Request) is not { RayTag: { Platform: not "tpu" } } image
                || (
                    group.Request.Image is null && !(reported ??= []).Add(context.Request.Image?.Span ?? context.Anchor)
                )
            )
            {
                continue;
            }

            yield return At(
                group.Request.Image?.Span ?? context.Request.Image?.Span ?? group.GpuSpan,
                $"the image {image.Text} is not built for TPUs, but {group.GpuName} is asked for{Accelerators.Aliases(context, i => i.RayTag?.Platform == "tpu")}"
            );
        }
    }
}
