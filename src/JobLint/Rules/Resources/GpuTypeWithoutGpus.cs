namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2025: a GPU type and no GPUs.</summary>
public sealed class GpuTypeWithoutGpus : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2025", "gpu-type-without-gpus", Severity.Error, "A GPU type is named, but `gpus` is 0.")
        {
            Category = RuleCategory.Resources,
            Why = "The group would get no GPU and no GPU node. One of the two is not meant.",
            Facts = "X12",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: a100, gpus: 0}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: a100, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Request is { Gpu: { } gpu, Gpus: { Value: 0 } gpus })
            {
                yield return At(gpus, $"names `gpu: {gpu.Value}` but asks for 0 of them; raise `gpus`, or remove both");
            }
        }
    }
}
