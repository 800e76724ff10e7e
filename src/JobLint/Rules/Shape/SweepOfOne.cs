namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0112: a sweep that makes one job.</summary>
public sealed class SweepOfOne : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0112", "sweep-of-one", Severity.Warning, "A key of the `sweep` has a single value.")
        {
            Category = RuleCategory.Shape,
            MayBeIgnored = true,
            Why = "It makes no further job; the value reads better where it is used.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --lr ${sweep.lr}\nsweep: {lr: [0.1]}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request("name: train\nentrypoint: python train.py --lr 0.1\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Sweep is not { } sweep)
        {
            return [];
        }

        List<Finding> findings = [];
        foreach ((Located<string> key, Located<IReadOnlyList<Located<string>>> values) in sweep.Value)
        {
            if (values.Value.Count == 1)
            {
                findings.Add(
                    At(
                        key,
                        $"`{key.Value}` has the single value `{MessageText.Shorten(values.Value[0].Value)}`; write it where it is used, or add values"
                    )
                );
            }
        }

        return findings;
    }
}
