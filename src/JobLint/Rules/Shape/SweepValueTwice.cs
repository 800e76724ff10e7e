namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0113: the same value twice in a sweep.</summary>
public sealed class SweepValueTwice : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0113", "sweep-value-twice", Severity.Error, "A key of the `sweep` lists a value twice.")
        {
            Category = RuleCategory.Shape,
            Why = "The same combination would run twice, at twice the cost, under two names.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --lr ${sweep.lr}\nsweep: {lr: [0.1, 0.01, 0.1]}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py --lr ${sweep.lr}\nsweep: {lr: [0.1, 0.01]}\nworkers: {replicas: 1}\n"
            ),
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
            Dictionary<string, SourceSpan> seen = new(StringComparer.Ordinal);
            foreach (Located<string> value in values.Value)
            {
                if (!seen.TryAdd(value.Value, value.Span))
                {
                    findings.Add(
                        At(value, $"`{key.Value}` lists `{MessageText.Shorten(value.Value)}` twice; remove one") with
                        {
                            Related = [new RelatedLocation(seen[value.Value], "first listed here")],
                        }
                    );
                }
            }
        }

        return findings;
    }
}
