using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ3065: a submission inside the submission.</summary>
public sealed class NestedSubmission : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3065", "nested-submission", Severity.Error, "The `entrypoint` submits or starts Ray by itself.")
        {
            Category = RuleCategory.Entrypoint,
            Why =
                "KubeRay starts the cluster and submits the entrypoint. `ray job submit` inside it makes a second job whose end and logs nobody follows; `ray start` and `ray stop` break the cluster that is there.",
            Bad = Example.Request(
                "name: train\nentrypoint: ray job submit -- python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Entrypoint is { } entrypoint ? Check(entrypoint, context.EntrypointShell) : [];

    /// <summary>The faults of an entrypoint, wherever it is written.</summary>
    internal IEnumerable<Finding> Check(Located<string> entrypoint, ShellText shell)
    {
        if (!entrypoint.Value.Contains("ray ", StringComparison.Ordinal))
        {
            return [];
        }

        if (EntrypointText.IsShellCommand(shell) && shell.Tokens.Count > 2)
        {
            shell = ShellText.Read(shell.Tokens[2].Text);
        }

        bool first = true;
        for (int i = 0; i < shell.Tokens.Count; i++)
        {
            ShellToken token = shell.Tokens[i];
            if (
                first
                && token is { Kind: ShellTokenKind.Word, Text: "ray" }
                && i + 1 < shell.Tokens.Count
                && shell.Tokens[i + 1].Text is "start" or "stop" or "submit" or "up" or "down" or "job"
            )
            {
                string command = $"ray {shell.Tokens[i + 1].Text}";
                return
                [
                    At(
                        entrypoint,
                        $"`{command}` is KubeRay's part; write only the command that does the work, such as `python train.py`"
                    ),
                ];
            }

            first = token.Kind != ShellTokenKind.Word;
        }

        return [];
    }
}
