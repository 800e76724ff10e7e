namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2023: more CPU or memory for one worker than its node offers.</summary>
public sealed class WorkerOverNode : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2023",
            "worker-over-node",
            Severity.Error,
            "One worker asks for more CPU or memory than the nodes of its GPU type offer."
        )
        {
            Category = RuleCategory.Resources,
            Why =
                "The GPU type picks the node. A pod that asks for more than such a node offers stays pending for ever, and the GPUs it waits for are held by no one and used by no one.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, cpu: 64, memory: 64Gi, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, cpu: 11, memory: 40Gi, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Gpu?.NodeCpu is { } cpu && group.Cpu.Value > cpu)
            {
                yield return At(
                    group.Request.Cpu?.Span ?? group.Span,
                    $"asks for {MessageText.Cpus(group.Cpu.Value)} CPUs in one worker, but a node with {group.GpuName} offers {MessageText.Cpus(cpu)}; lower `cpu`"
                );
            }

            if (group.Gpu?.NodeMemory is { } memory && group.Memory.Value > memory)
            {
                yield return At(
                    group.Request.Memory?.Span ?? group.Span,
                    $"asks for {group.Memory.Value} of memory in one worker, but a node with {group.GpuName} offers {memory}; lower `memory`"
                );
            }
        }
    }
}
