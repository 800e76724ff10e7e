using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobLint.Output;
using Rayquest.Rehearsal.Story;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest rehearse</c>: the life of requests on this machine, offline, with the real program in it.</summary>
internal sealed class RehearseCommand : IProgramCommand
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest rehearse", "seven pull requests, from good to hostile, on an emulated GitHub"),
        ("rayquest rehearse --out story", "keep the comments as pages for a browser"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> folder = new("--out")
        {
            Description = "Where the comments are left as HTML (default: a new temporary folder).",
            HelpName = "DIR",
        };
        Command command = new("rehearse", "Play the whole life of requests on this machine, offline.") { folder };
        command.SetAction(
            async (parsed, cancel) =>
            {
                string target = parsed.GetValue(folder) ?? Directory.CreateTempSubdirectory("rayquest-story-").FullName;
                StoryResult result = await new PullRequestStory(
                    terminal.Out,
                    terminal.Colour,
                    Path.GetFullPath(target, terminal.CurrentFolder)
                ).Play(cancel);
                bool delivered = await Deliver(Path.GetFullPath(target, terminal.CurrentFolder), terminal, cancel);
                return result.IsAsTold && delivered ? ExitCodes.Clean : ExitCodes.World;
            }
        );
        return command;
    }

    /// <summary>The other half: delivery, status and archive, for which kubectl talks to an emulated cluster.</summary>
    private static async Task<bool> Deliver(string target, Terminal terminal, CancellationToken cancel)
    {
        string program = Environment.GetEnvironmentVariable("RAYQUEST_KUBECTL") is { Length: > 0 } named
            ? named
            : "kubectl";
        bool there =
            File.Exists(program)
            || (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .Any(entry => File.Exists(Path.Combine(entry, program)));
        if (!there)
        {
            terminal.Out.WriteLine($"\nFrom the merge to the archive: left out, there is no {program} on this machine");
            return true;
        }

        terminal.Out.WriteLine("\nFrom the merge to the archive");
        string folder = Directory.CreateTempSubdirectory("rayquest-").FullName;
        try
        {
            using DeliveryStory story = new(folder, step => Print(step, terminal), program);
            IReadOnlyList<StoryStep> steps = await story.Tell(cancel);
            Directory.CreateDirectory(target);
            File.Copy(story.StatusPage, Path.Combine(target, "status.html"), overwrite: true);
            return steps.All(step => step.AsItShould);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(StoryStep step, Terminal terminal)
    {
        string mark = step.AsItShould ? terminal.Palette.Green("✓") : terminal.Palette.Red("✗");
        terminal.Out.WriteLine($"{mark} {step.What}: {TerminalText.Line(step.Seen)}");
        terminal.Out.Flush();
    }
}
