using System.CommandLine;
using Rayquest.JobCli.Console;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest check</c>: everything an adopter's own files are held to, in one call.</summary>
internal sealed class CheckCommand : IProgramCommand
{
    // In the order in which a later one makes sense of an earlier one.
    private static readonly string[][] Steps =
    [
        ["schema", "--check"],
        ["lint"],
        ["render", "--check"],
        ["argocd", "--check"],
    ];

    /// <inheritdoc/>
    public string Name => "check";

    /// <inheritdoc/>
    public bool OnlyReads => true;

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [("rayquest check", "schemas, requests, jobs/ and argocd/, each against the policies")];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(
            Name,
            "Lint the requests, and compare jobs/, argocd/ and policies/schema/ with what this version writes."
        )
        {
            repo,
        };
        command.SetAction(parsed =>
        {
            string root = RepositoryOption.Root(parsed.GetValue(repo), terminal);
            int worst = ExitCodes.Clean;
            foreach (string[] step in Steps)
            {
                terminal.Out.WriteLine($"$ rayquest {string.Join(' ', step)}");
                worst = Math.Max(worst, CommandLine.Run([.. step, "--repo", root], terminal));
            }

            return worst;
        });
        return command;
    }
}
