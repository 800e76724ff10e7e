using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ3060: shell syntax that the submitter's shell takes for its own.</summary>
public sealed class EntrypointShellSyntax : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3060",
            "entrypoint-shell-syntax",
            Severity.Error,
            "Shell syntax in the `entrypoint` ends the command that is submitted."
        )
        {
            Category = RuleCategory.Entrypoint,
            MayBeIgnored = true,
            Why =
                "In `K8sJobMode` and `SidecarMode` KubeRay puts the entrypoint unquoted into a shell command of the submitter: `ray job submit … -- <entrypoint> ; fi`. After `&&`, `;`, `|` or a line break the rest runs in the submitter's pod, without GPUs, volumes and code, and `&` or `>` act there too. Wrap the whole as `bash -c '…'`.",
            Facts = "2.9",
            Bad = Example.Request(
                "name: train\nentrypoint: pip install torch && python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: bash -c 'pip install torch && python train.py'\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        EntrypointText.Of(context) is ({ } text, { } shell) ? Check(text, shell) : [];

    /// <summary>The faults of an entrypoint that the submitter's shell reads, wherever it is written.</summary>
    internal IEnumerable<Finding> Check(Located<string> text, ShellText shell)
    {
        // Blank lines at the ends, as block scalars have them, separate nothing.
        int last = shell.Tokens.Count - 1;
        while (last >= 0 && shell.Tokens[last].Kind == ShellTokenKind.LineBreak)
        {
            last--;
        }

        bool begun = false;
        for (int i = 0; i <= last; i++)
        {
            ShellToken token = shell.Tokens[i];
            begun |= token.Kind == ShellTokenKind.Word;
            if (token.Kind == ShellTokenKind.Operator || (token.Kind == ShellTokenKind.LineBreak && begun))
            {
                bool lineBreak = token.Kind == ShellTokenKind.LineBreak;
                Message what = lineBreak ? (Message)"the line break" : $"`{token.Text}`";
                Message effect =
                    lineBreak || token.Text is "&&" or "||" or ";" or "|" or "|&" or "&"
                        ? (Message)$"only what stands before {what} is submitted; the rest runs in the submitter's pod"
                        : $"{what} acts in the submitter's pod, not where the job runs";
                yield return At(
                    lineBreak ? text.Span : SpanLocator.Within(text, token.Start, token.End - token.Start),
                    $"{effect}: wrap the whole as `bash -c '…'`, or put it into a script",
                    token.Text == "&" ? null : EntrypointText.Wrap(text)
                );
                yield break;
            }
        }
    }
}
