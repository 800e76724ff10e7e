namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2038: several hosts to a worker that has no accelerator.</summary>
public sealed class HostsWithoutAccelerator : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2038",
            "hosts-without-accelerator",
            Severity.Warning,
            "`numOfHosts` is given for a group without GPUs or TPUs."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "`numOfHosts` makes one worker of several pods that start and fail together, as a TPU slice needs. Plain workers want more `replicas` instead.",
            Facts = "X9",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, numOfHosts: 4}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 4}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Request.NumOfHosts is { Value: > 1 } hosts && group.GpusPerPod == 0)
            {
                yield return At(
                    hosts,
                    $"a worker of {hosts.Value} hosts is for TPU slices; raise `replicas` by as much, and remove `numOfHosts`"
                );
            }
        }
    }
}
