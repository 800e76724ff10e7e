namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2021: GPUs of no type.</summary>
public sealed class GpuTypeMissing : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2021", "gpu-type-missing", Severity.Error, "`gpus` is given, but not which `gpu`.")
        {
            Category = RuleCategory.Resources,
            HasFixedSeverity = true,
            Why =
                "The cluster has several types at very different prices and the platform sets no default, so it is open what is meant.",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {a100: {}, l4: {}}\ndefaults: {image: ray-gpu}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {a100: {}, l4: {}}\ndefaults: {image: ray-gpu}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group is { GpusPerPod: > 0, GpuName: null })
            {
                IReadOnlyDictionary<string, GpuType> known = context.Policies.Platform.Gpus;
                yield return At(
                    group.GpuSpan,
                    known.Count == 0
                        ? (Message)
                            $"asks for {MessageText.Count(group.GpusPerPod, "GPU")}, but the platform's catalogue has none; remove `gpus`"
                        : $"asks for {MessageText.Count(group.GpusPerPod, "GPU")} without saying which; add `gpu`: {MessageText.Allowed(known.Keys)}"
                );
            }
        }
    }
}
