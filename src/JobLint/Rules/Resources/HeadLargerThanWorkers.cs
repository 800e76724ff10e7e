namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2027: a head larger than all workers together.</summary>
public sealed class HeadLargerThanWorkers : Rule
{
    private static readonly Quantity Modest = Quantity.FromInteger(8);

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2027",
            "head-larger-than-workers",
            Severity.Warning,
            "The head asks for more CPUs than all workers together."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "The head coordinates; the work belongs on workers, which can be retried and scaled. A large head holds its machine for the whole life of the job.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nhead: {cpu: 32, memory: 64Gi}\nworkers: {replicas: 2, cpu: 8}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nhead: {cpu: 2, memory: 8Gi}\nworkers: {replicas: 4, cpu: 8}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Head?.Value.Cpu is not { } head || head.Value <= Modest || context.Groups.Count == 0)
        {
            return [];
        }

        Quantity workers = Quantity.Zero;
        foreach (WorkerGroupPlan group in context.Groups)
        {
            workers += group.Cpu.Value * group.MaxPods;
        }

        return head.Value > workers
            ?
            [
                At(
                    head,
                    $"the head asks for {MessageText.Cpus(head.Value)} CPUs, all workers together for {MessageText.Cpus(workers)}; move the work to workers, or ask for less"
                ),
            ]
            : [];
    }
}
