using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ5014: a download that is run at once.</summary>
public sealed class DownloadIntoShell : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5014", "download-into-shell", Severity.Warning, "The `entrypoint` runs what it downloads.")
        {
            Category = RuleCategory.Security,
            Why =
                "`curl … | bash` runs whatever the other side sends today, with the team's secrets and volumes. Put the script beside the request (`code.files`), or into the image.",
            Bad = Example.Request(
                "name: train\nentrypoint: bash -c 'curl -s https://example.com/setup.sh | bash && python train.py'\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: bash -c 'bash setup.sh && python train.py'\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Entrypoint is { } entrypoint ? Check(entrypoint, context.EntrypointShell) : [];

    /// <summary>The faults of an entrypoint, wherever it is written.</summary>
    internal IEnumerable<Finding> Check(Located<string> entrypoint, ShellText shell)
    {
        if (!entrypoint.Value.Contains('|', StringComparison.Ordinal))
        {
            return [];
        }

        if (EntrypointText.IsShellCommand(shell) && shell.Tokens.Count > 2)
        {
            shell = ShellText.Read(shell.Tokens[2].Text);
        }

        bool downloads = false;
        for (int i = 0; i < shell.Tokens.Count; i++)
        {
            ShellToken token = shell.Tokens[i];
            if (token.Kind == ShellTokenKind.Word)
            {
                downloads |= token.Text is "curl" or "wget";
            }
            else if (
                token.Text is "|" or "|&"
                && downloads
                && i + 1 < shell.Tokens.Count
                && shell.Tokens[i + 1].Text is "bash" or "sh" or "python" or "python3" or "sudo"
            )
            {
                return
                [
                    At(
                        entrypoint,
                        $"what is downloaded goes straight into `{shell.Tokens[i + 1].Text}`; ship the script with the request instead"
                    ),
                ];
            }
            else if (token.Kind != ShellTokenKind.Operator || token.Text is not ("|" or "|&"))
            {
                downloads = false;
            }
        }

        return [];
    }
}
