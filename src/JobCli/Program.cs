using Rayquest.JobCli.Console;

namespace Rayquest.JobCli;

internal static class Program
{
    private static int Main(string[] arguments) => CommandLine.Run(arguments, Terminal.System());
}
