namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0114: a sweep placeholder in a field that isn't filled.</summary>
public sealed class SweepPlaceholderNotFilled : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0114",
            "sweep-placeholder-not-filled",
            Severity.Error,
            "A `${sweep.…}` stands where sweep values aren't filled in."
        )
        {
            Category = RuleCategory.Shape,
            Why =
                "Values are filled into `entrypoint`, `env` and `runtimeEnv` only, so that all jobs of a sweep have the same shape and one quota decision covers them. Elsewhere the text would stay as it is.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --size ${sweep.size}\nsweep: {size: [s, m]}\nimage: ghcr.io/example/vision-${sweep.size}:1.0.0\nrayVersion: 2.52.0\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py --size ${sweep.size}\nsweep: {size: [s, m]}\nimage: ghcr.io/example/vision-all:1.0.0\nrayVersion: 2.52.0\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        YamlMapping? root = SweepText.MayHoldPlaceholder(context) ? context.Document.Root : null;
        foreach (YamlEntry entry in root?.Entries ?? [])
        {
            if (entry.Key.Value is "entrypoint" or "env" or "runtimeEnv" or "description")
            {
                continue;
            }

            foreach (YamlScalar scalar in SpanLocator.Scalars(entry.Value))
            {
                if (scalar.Value.Contains(Sweep.Open, StringComparison.Ordinal))
                {
                    yield return At(
                        scalar.Span,
                        $"sweep values are not filled in under `{entry.Key.Value}`, only in `entrypoint`, `env` and `runtimeEnv`; write the value itself"
                    );
                }
            }
        }
    }
}
