namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4502: retries on an existing cluster.</summary>
public sealed class RetriesWithCluster : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4502", "retries-with-cluster", Severity.Error, "`retries` can't be used with an existing cluster.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Each retry is a new RayCluster, which an existing one can't be: the operator refuses the RayJob, and a RayJob that failed its validation never recovers.",
            Facts = "J17",
            Bad = Example.Request("name: train\nentrypoint: python train.py\ncluster: shared-dev\nretries: 2\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\ncluster: shared-dev\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request is { Retries: { Value: > 0 } retries, Cluster: { } cluster }
            ?
            [
                At(
                    retries,
                    $"a retry makes a new cluster, but the job runs on {cluster.Value}; remove `retries`, or `cluster`"
                ),
            ]
            : [];
}
