using System.CommandLine;
using Rayquest.JobCli.Console;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest render</c>.</summary>
internal sealed class RenderCommand : IProgramCommand
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
        [
            ("rayquest render", "write jobs/ for every request that changed"),
            ("rayquest render --check", "fail, and show the difference, when jobs/ is not what it should be"),
            ("rayquest render --stdout jobs-requests/vision/mnist.yaml", "print one request's manifest"),
        ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Command command = new("render", "Write the manifests of the requests under jobs/.");
        command.SetAction(_ => ExitCodes.Usage);
        return command;
    }
}
