using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.Rehearsal.Story;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest rehearse</c>: the life of requests on this machine, offline, with the real program in it.</summary>
internal sealed class RehearseCommand : IProgramCommand
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
        [("rayquest rehearse", "seven pull requests, from good to hostile, on an emulated GitHub"), ("rayquest rehearse --out /tmp/story", "keep the comments as pages for a browser")];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> folder = new("--out") { Description = "Where the comments are left as HTML (default: a new temporary folder).", HelpName = "DIR" };
        Command command = new("rehearse", "Play the whole life of requests on this machine, offline.") { folder };
        command.SetAction(
            async (parsed, cancel) =>
            {
                string target = parsed.GetValue(folder) ?? Directory.CreateTempSubdirectory("rayquest-story-").FullName;
                StoryResult result = await new PullRequestStory(terminal.Out, terminal.Colour, Path.GetFullPath(target, terminal.CurrentFolder)).Play(cancel);
                return result.IsAsTold ? ExitCodes.Clean : ExitCodes.World;
            }
        );
        return command;
    }
}
