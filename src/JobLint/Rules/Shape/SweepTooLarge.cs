namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0111: more combinations than one file may make.</summary>
public sealed class SweepTooLarge : Rule
{
    // Counted no further: a few lists of a few values are more jobs than a long can hold.
    private const long Countless = 1_000_000_000_000;

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0111", "sweep-too-large", Severity.Error, "The `sweep` makes more jobs than one request may.")
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why =
                "The number of jobs is the product of the lists. A request is one quota decision that a person can oversee; a search over hundreds of points belongs into Ray Tune, which runs them on one cluster.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py ${sweep.a} ${sweep.b} ${sweep.c}\nsweep:\n  a: [1, 2, 3, 4, 5, 6, 7, 8]\n  b: [1, 2, 3, 4, 5, 6, 7, 8]\n  c: [1, 2, 3, 4, 5]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py ${sweep.a} ${sweep.b}\nsweep:\n  a: [1, 2, 3, 4]\n  b: [1, 2, 3, 4]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        Located<IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>>? sweep = context
            .Request
            .Sweep;
        if (sweep is null)
        {
            return [];
        }

        long jobs = 1;
        List<int> counts = [];
        foreach ((_, Located<IReadOnlyList<Located<string>>> values) in sweep.Value)
        {
            counts.Add(values.Value.Count);
            jobs = Math.Min(jobs * values.Value.Count, Countless);
        }

        return jobs > JobRequestFormat.MaxSweepJobs
            ?
            [
                At(
                    sweep,
                    $"the sweep makes {(jobs < Countless ? Message.None : (Message)"at least ")}{jobs:N0} jobs ({string.Join(" × ", counts)}), at most {JobRequestFormat.MaxSweepJobs} are taken; shorten the lists, or search with Ray Tune inside one job"
                ),
            ]
            : [];
    }
}
