using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ3061: a comment that swallows the submitter's script.</summary>
public sealed class EntrypointComment : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3061", "entrypoint-comment", Severity.Error, "The `entrypoint` holds a shell comment.")
        {
            Category = RuleCategory.Entrypoint,
            MayBeIgnored = true,
            Why =
                "KubeRay writes the submitter's script on one line behind the entrypoint: a `#` makes all of it a comment, `; fi` included, and the submitter fails with a syntax error. Comments belong behind a `#` of YAML, outside the quotes.",
            Facts = "2.9",
            Bad = Example.Request("name: train\nentrypoint: \"python train.py # first try\"\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py # first try\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        EntrypointText.Of(context) is ({ } text, { } shell) ? Check(text, shell) : [];

    /// <summary>The faults of an entrypoint that the submitter's shell reads, wherever it is written.</summary>
    internal IEnumerable<Finding> Check(Located<string> text, ShellText shell)
    {
        foreach (ShellToken token in shell.Tokens)
        {
            if (token.Kind == ShellTokenKind.Comment)
            {
                return
                [
                    At(
                        SpanLocator.Within(text, token.Start, token.End - token.Start),
                        "the comment would swallow the rest of the submitter's script; remove it, or quote the `#`"
                    ),
                ];
            }
        }

        return [];
    }
}
