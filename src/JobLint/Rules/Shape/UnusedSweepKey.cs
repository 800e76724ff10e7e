namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0110: values of a sweep that nothing uses.</summary>
public sealed class UnusedSweepKey : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0110", "unused-sweep-key", Severity.Error, "A key of the `sweep` is used nowhere.")
        {
            Category = RuleCategory.Shape,
            Why =
                "Every combination becomes a job of its own. A key that nothing uses multiplies identical jobs, and their cost.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --lr ${sweep.lr}\nsweep: {lr: [0.1, 0.01], batch: [64, 128]}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py --lr ${sweep.lr} --batch ${sweep.batch}\nsweep: {lr: [0.1, 0.01], batch: [64, 128]}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Sweep is null || context.Document.File.IsPartial)
        {
            yield break;
        }

        HashSet<string> used = [.. SweepText.Uses(context).Select(u => u.Name)];
        foreach (
            (Located<string> key, Located<IReadOnlyList<Located<string>>> values) in context.Request.Sweep?.Value ?? []
        )
        {
            if (!used.Contains(key.Value))
            {
                yield return At(
                    key,
                    $"nothing uses `${{sweep.{key.Value}}}`, so its {MessageText.Count(values.Value.Count, "value")} would make identical jobs; use it in `entrypoint`, `env` or `runtimeEnv`, or remove it"
                );
            }
        }
    }
}
