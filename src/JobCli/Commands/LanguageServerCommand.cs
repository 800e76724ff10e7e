using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobCli.LanguageServer;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest lsp</c>: the findings, pages and values in any editor with a client of the Language Server Protocol.</summary>
internal sealed class LanguageServerCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "lsp";

    /// <inheritdoc/>
    public bool OnlyReads => true;

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [("rayquest lsp", "what an editor's client starts; it speaks over standard input and output")];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> repo = RepositoryOption.Option();
        // Clients say it by habit; there is no other way.
        Option<bool> stdio = new("--stdio") { Description = "Speak over standard input and output; it always does." };
        Command command = new(Name, "Serve editors over the Language Server Protocol.") { stdio, repo };
        command.SetAction(parsed =>
        {
            string root = RepositoryOption.Root(parsed.GetValue(repo), terminal);
            using Stream input = System.Console.OpenStandardInput();
            using Stream output = System.Console.OpenStandardOutput();
            try
            {
                return new LanguageServerSession(new JsonRpcStream(input, output), root, terminal.Language).Run();
            }
            catch (InvalidDataException fault)
            {
                throw new UsageException(fault.Message, "an editor's client starts this; it is nothing to type into");
            }
        });
        return command;
    }
}
