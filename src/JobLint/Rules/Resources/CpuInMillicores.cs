namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2030: CPUs that must be thousandths.</summary>
public sealed class CpuInMillicores : Rule
{
    private static readonly Quantity Implausible = Quantity.FromInteger(1000);

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2030",
            "cpu-in-millicores",
            Severity.Error,
            "The CPUs of one pod are so many that an `m` must be missing."
        )
        {
            Category = RuleCategory.Resources,
            Why =
                "`cpu: 4000` is four thousand CPUs to Kubernetes; four are `4` or `4000m`. No node has that many, and the pod would stay pending for ever.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, cpu: 4000}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, cpu: 4}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Head?.Value.Cpu is { } head && head.Value >= Implausible)
        {
            yield return Of(head);
        }

        foreach (Located<WorkerGroupRequest> group in context.Request.Workers?.Value ?? [])
        {
            if (group.Value.Cpu is { } cpu && cpu.Value >= Implausible)
            {
                yield return Of(cpu);
            }
        }
    }

    private Finding Of(Located<Quantity> cpu)
    {
        long whole = cpu.Value.Truncated();
        string better = whole % 1000 == 0 ? $"{whole / 1000}" : $"{whole}m";
        return At(
            cpu,
            $"asks for {MessageText.Cpus(cpu.Value)} CPUs in one pod, which no node has; write `{better}` if thousandths are meant",
            Replace($"Write `{better}`", cpu.Span, better, FixSafety.Unsafe)
        );
    }
}
