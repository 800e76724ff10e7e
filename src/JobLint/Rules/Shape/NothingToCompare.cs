namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0118: results are compared, and there is one job.</summary>
public sealed class NothingToCompare : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0118",
            "nothing-to-compare",
            Severity.Warning,
            "`results` compares the jobs of a request that makes one."
        )
        {
            Category = RuleCategory.Shape,
            MayBeIgnored = true,
            Why =
                "`results` sorts the jobs of a sweep on the pull request and marks the best one. The results of a single job are shown without it.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nresults: {best: max accuracy}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py --lr ${sweep.lr}\nsweep: {lr: [0.1, 0.01]}\nresults: {best: max accuracy}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request is { Results: { } results, Sweep: null })
        {
            yield return At(
                results,
                "this compares the jobs of a sweep, but the request makes one job; its results are shown without `results`: remove it, or add a `sweep`"
            );
        }
    }
}
