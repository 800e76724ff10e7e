using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ3063: a quote that nothing closes.</summary>
public sealed class UnbalancedQuotes : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3063", "unbalanced-quotes", Severity.Error, "A quote in the `entrypoint` is not closed.")
        {
            Category = RuleCategory.Entrypoint,
            MayBeIgnored = true,
            Why =
                "Every submission mode hands the entrypoint to a shell in the end, which refuses it; in `K8sJobMode` the submitter's whole script becomes a syntax error.",
            Facts = "2.9",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --name \"first try\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py --name \"first try\"\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        EntrypointText.Of(context, anyMode: true) is ({ } text, { } shell) ? Check(text, shell) : [];

    /// <summary>The faults of an entrypoint, wherever it is written.</summary>
    internal IEnumerable<Finding> Check(Located<string> text, ShellText shell) =>
        shell.OpenQuote >= 0
            ?
            [
                At(
                    SpanLocator.Within(text, shell.OpenQuote, 1),
                    $"nothing closes this `{text.Value[shell.OpenQuote]}`; add the other one"
                ),
            ]
        : shell.EndsInBackslash
            ?
            [
                At(
                    text,
                    "the backslash at the end escapes nothing, and would join the submitter's next line; remove it"
                ),
            ]
        : [];
}
