namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2026: CPUs that Ray rounds up.</summary>
public sealed class FractionalCpu : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2026", "fractional-cpu", Severity.Warning, "A fraction of a CPU is rounded up by Ray.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "KubeRay starts Ray with `num-cpus` rounded up from the CPU limit: `500m` becomes 1. Ray then schedules more tasks than the container has CPUs for, and they are throttled.",
            Facts = "X12",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, cpu: 1500m}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, cpu: 2}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Head?.Value.Cpu is { } head && IsFraction(head.Value))
        {
            yield return Of(head);
        }

        foreach (Located<WorkerGroupRequest> group in context.Request.Workers?.Value ?? [])
        {
            if (group.Value.Cpu is { } cpu && IsFraction(cpu.Value))
            {
                yield return Of(cpu);
            }
        }
    }

    private static bool IsFraction(Quantity cpu) => !cpu.IsWhole;

    private Finding Of(Located<Quantity> cpu) =>
        At(
            cpu,
            $"Ray counts {cpu.Value.Ceiling()} CPUs for `{cpu.Span.Text}`; write whole CPUs",
            Replace($"Write `{cpu.Value.Ceiling()}`", cpu.Span, $"{cpu.Value.Ceiling()}", FixSafety.Unsafe)
        );
}
