namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2053: a cluster on which no task is ever placed.</summary>
public sealed class NoCpusForTasks : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2053", "no-cpus-for-tasks", Severity.Warning, "`num-cpus: 0` everywhere: no task is ever placed.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "`num-cpus: 0` keeps tasks and actors off the head. Where no worker has CPUs for them either, each that asks for one (as all do that say nothing) waits for ever, and the job runs into its timeout.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nhead: {rayStartParams: {num-cpus: 0}}\n"),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nhead: {rayStartParams: {num-cpus: 0}}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request is { Cluster: null, Head.Value.RayStartParams.Value.NumCpus: { Value: 0 } none }
        && context.Groups.All(g => g.MaxPods == 0 || g.Request.RayStartParams?.Value.NumCpus is { Value: 0 })
            ?
            [
                At(
                    none,
                    "no worker has CPUs for tasks, and the head keeps them off; add `workers`, or leave `num-cpus` of the head out"
                ),
            ]
            : [];
}
