namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0108: autoscaler settings while nothing scales.</summary>
public sealed class AutoscalingWithoutRange : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0108",
            "autoscaling-without-range",
            Severity.Warning,
            "`autoscaling` is given, but no group has a range of replicas."
        )
        {
            Category = RuleCategory.Shape,
            MayBeIgnored = true,
            Why =
                "The autoscaler runs when a group has a range (`replicas: {min: 1, max: 8}`). Without one its settings have no effect and the number of workers stays fixed.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 4}\nautoscaling: {idleTimeout: 2m}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: {min: 1, max: 4}}\nautoscaling: {idleTimeout: 2m}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Autoscaling is not { } autoscaling || context.Request.Cluster is not null)
        {
            return [];
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Replicas.Value.IsRange)
            {
                return [];
            }
        }

        return
        [
            At(
                autoscaling,
                "no group has a range of replicas, so this has no effect; write `replicas: {min: 1, max: 8}`, or remove `autoscaling`"
            ),
        ];
    }
}
