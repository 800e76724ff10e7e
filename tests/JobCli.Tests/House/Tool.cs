using System.Diagnostics;

namespace Rayquest.JobCli.Tests.House;

/// <summary>Runs a tool to its end and hands back all it said.</summary>
internal static class Tool
{
    public static (int Code, string Output, string Errors) Run(string program, params string[] arguments) =>
        Run(program, arguments, RepositoryFiles.Root, []);

    public static (int Code, string Output, string Errors) Run(
        string program,
        string[] arguments,
        string folder,
        Dictionary<string, string> environment
    )
    {
        var start = new ProcessStartInfo(ProgramPath.Of(program) ?? program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What is tested must not take the run that tests it for its own.
        start.Environment.Remove("GITHUB_ACTIONS");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
