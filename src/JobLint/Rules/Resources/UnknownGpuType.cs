namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2020: a GPU type the catalogue doesn't have.</summary>
public sealed class UnknownGpuType : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2020", "unknown-gpu-type", Severity.Error, "The GPU type is not in the platform's catalogue.")
        {
            Category = RuleCategory.Resources,
            HasFixedSeverity = true,
            Why =
                "A type stands for an extended resource, the nodes that have it, and a price. A pod that asks for hardware the cluster doesn't have stays pending for ever, and a RayJob waits for all its pods.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: a10, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: a100, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        IReadOnlyDictionary<string, GpuType> known = context.Policies.Platform.Gpus;
        foreach (Located<WorkerGroupRequest> group in context.Request.Workers?.Value ?? [])
        {
            if (group.Value.Gpu is { } gpu && !known.ContainsKey(gpu.Value))
            {
                yield return At(
                    gpu,
                    $"there is no GPU type `{gpu.Value}`{MessageText.Unknown(gpu.Value, known.Keys)}",
                    MessageText.Rename(gpu.Span, gpu.Value, known.Keys)
                );
            }
        }
    }
}
