namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4518: keeping what is never deleted.</summary>
public sealed class KeepWithoutEffect : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4518", "keep-without-effect", Severity.Warning, "`keep` has no effect on an existing cluster.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "`keep` says how long the job's own cluster stays after the end. An existing cluster is never deleted by a job.",
            Facts = "2.7",
            Bad = Example.Request("name: train\nentrypoint: python train.py\ncluster: shared-dev\nkeep: 1h\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\ncluster: shared-dev\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request is { Cluster: { } cluster, Keep: { } keep }
            ? [At(keep, $"{cluster.Value} stays whatever the job does; remove `keep`")]
            : [];
}
