namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2024: CPU or memory run out before the node's GPUs do.</summary>
public sealed class WorkerStrandsGpus : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2024",
            "worker-strands-gpus",
            Severity.Warning,
            "Workers take so much CPU or memory that GPUs of their node stay unused."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "GPUs are the dear part of a node. When the workers' CPU or memory runs out first, the node's other GPUs can be used by nobody, but are paid for.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 8, cpu: 30, memory: 64Gi, gpu: a100, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 8, cpu: 11, memory: 64Gi, gpu: a100, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            GpuType? type = group.Gpu;
            if (type is null)
            {
                continue;
            }

            long byGpu = type.PerNode / group.GpusPerPod;
            long byCpu = Fit(type.NodeCpu, group.Cpu.Value);
            long byMemory = Fit(type.NodeMemory, group.Memory.Value);
            long fit = Math.Min(byCpu, byMemory);
            if (fit < 1 || fit >= byGpu)
            {
                continue;
            }

            bool cpuIsShort = byCpu <= byMemory;
            Message most = cpuIsShort
                ? (Message)$"at most {type.NodeCpu!.Value.DividedBy(byGpu)} CPUs a worker"
                : $"at most {(long)(type.NodeMemory!.Value.ToDouble() / byGpu / (1L << 30))}Gi a worker";
            yield return At(
                (cpuIsShort ? group.Request.Cpu?.Span : group.Request.Memory?.Span) ?? group.Span,
                fit == 1
                    ? (Message)
                        $"1 such worker fills the {(Message)(cpuIsShort ? "CPUs" : "memory")} of a node, so {type.PerNode - (fit * group.GpusPerPod)} of its {type.PerNode} {group.GpuName} stay unused: ask for {most}"
                    : $"{fit} such workers fill the {(Message)(cpuIsShort ? "CPUs" : "memory")} of a node, so {type.PerNode - (fit * group.GpusPerPod)} of its {type.PerNode} {group.GpuName} stay unused: ask for {most}"
            );
        }
    }

    private static long Fit(Quantity? node, Quantity worker) =>
        node is { } offered && worker > Quantity.Zero ? offered.TimesContained(worker) : long.MaxValue;
}
