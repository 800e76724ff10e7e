namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3006: a CUDA image where nothing has a GPU.</summary>
public sealed class GpuImageWithoutGpus : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3006",
            "gpu-image-without-gpus",
            Severity.Warning,
            "The image is built for GPUs, but nothing asks for one."
        )
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "CUDA images are several gigabytes larger, which every node has to pull before the job starts. Or the GPUs were forgotten.",
            Facts = "5.1",
            Bad = Example.Request("name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nimage: ray\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Image is not { } image || context.Image is not { HasCuda: true })
        {
            return [];
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.GpusPerPod > 0)
            {
                return [];
            }
        }

        return
        [
            At(
                image,
                $"the image {context.Image.Text} is built for GPUs, but nothing asks for one; add `gpu` and `gpus`, or use an image without CUDA"
            ),
        ];
    }
}
