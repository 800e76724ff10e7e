namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0109: a placeholder no sweep fills.</summary>
public sealed class UnknownSweepPlaceholder : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0109",
            "unknown-sweep-placeholder",
            Severity.Error,
            "A `${sweep.…}` names a value the sweep doesn't have."
        )
        {
            Category = RuleCategory.Shape,
            Why =
                "The text would stay in the command as it stands; a shell takes it for a malformed variable and the job fails after the cluster has come up.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --lr ${sweep.rate}\nsweep: {lr: [0.1, 0.01]}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py --lr ${sweep.lr}\nsweep: {lr: [0.1, 0.01]}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        HashSet<string> known = [.. (context.Request.Sweep?.Value ?? []).Select(s => s.Key.Value)];
        foreach ((Located<string> text, string name, int offset) in SweepText.Uses(context))
        {
            if (!known.Contains(name))
            {
                SourceSpan place = SpanLocator.Within(text, offset, Sweep.Open.Length + name.Length + 1);
                yield return At(
                    place,
                    known.Count == 0
                        ? (Message)
                            $"`${{sweep.{MessageText.Shorten(name)}}}` is used, but there is no `sweep`; add `sweep: {{{MessageText.Shorten(name)}: […]}}`, or write the value"
                        : $"the sweep has no `{MessageText.Shorten(name)}`{MessageText.Unknown(name, known)}",
                    DidYouMean.Suggest(name, known) is { } near && place.Text == $"${{sweep.{name}}}"
                        ? Replace($"Write `${{sweep.{near}}}`", place, $"${{sweep.{near}}}", FixSafety.Unsafe)
                        : null
                );
            }
        }
    }
}
