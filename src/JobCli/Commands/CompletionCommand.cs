using System.CommandLine;
using Rayquest.JobCli.Console;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest completion</c>: a script that teaches a shell our words.</summary>
internal sealed class CompletionCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "completion";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("source <(rayquest completion bash)", "complete in this bash"),
        ("rayquest completion zsh > ~/.zfunc/_rayquest", "complete in every zsh"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string> shell = new("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Command command = new(Name, "Print a completion script for a shell.") { shell };
        command.SetAction(parsed =>
        {
            terminal.Out.Write(
                parsed.GetValue(shell) switch
                {
                    "bash" =>
                        "_rayquest() { COMPREPLY=( $(compgen -W \"$(rayquest \"[suggest:${COMP_POINT}]\" \"${COMP_LINE}\" 2>/dev/null)\" -- \"${COMP_WORDS[COMP_CWORD]}\") ); }\ncomplete -o default -F _rayquest rayquest\n",
                    "zsh" =>
                        "#compdef rayquest\n_rayquest() { local -a words; words=(${(f)\"$(rayquest \"[suggest:${CURSOR}]\" \"${BUFFER}\" 2>/dev/null)\"}); compadd -a words; _files; }\ncompdef _rayquest rayquest\n",
                    _ =>
                        "complete -c rayquest -a '(rayquest \"[suggest:\"(commandline -C)\"]\" (commandline) 2>/dev/null)'\n",
                }
            );
            return ExitCodes.Clean;
        });
        return command;
    }
}
