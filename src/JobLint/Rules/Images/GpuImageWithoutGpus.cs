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
        // A group with an image of its own answers for itself; the others' may be one for all.
        bool anyGpus = context.Groups.Any(g => g.GpusPerPod > 0);
        foreach (NamedImage named in context.NamedImages)
        {
            WorkerGroupPlan? own = context.Groups.FirstOrDefault(g => g.Request.Image == named.Word);
            if (named.Facts.HasCuda == true && !(own is null ? anyGpus : own.GpusPerPod > 0))
            {
                yield return At(
                    named.Word,
                    $"the image {named.Facts.Text} is built for GPUs, but {(own is null ? "nothing" : $"the group `{own.Name.Value}` never")} asks for one; add `gpu` and `gpus`, or use an image without CUDA"
                );
            }
        }
    }
}
