using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Policies;
using Rayquest.JobRehearsal.Story;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest rehearse</c>: the life of requests on this machine, offline, with the real program in it.</summary>
internal sealed class RehearseCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "rehearse";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest rehearse", "six pull requests, from good to hostile, one job's whole life, and the other kinds"),
        ("rayquest rehearse --out story", "keep the comments as pages for a browser"),
        ("rayquest rehearse --repo .", "a request's life by this repository's own policies and people"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> folder = new("--out")
        {
            Description = "Where the comments are left as HTML (default: a new temporary folder).",
            HelpName = "DIR",
        };
        Option<string?> repo = new("--repo")
        {
            Description = "Play one request's life by the policies of this repository, which is only read.",
            HelpName = "DIR",
        };
        Command command = new(Name, "Play the whole life of requests on this machine, offline.") { folder, repo };
        command.SetAction(
            async (parsed, cancel) =>
            {
                if (parsed.GetValue(repo) is { } own)
                {
                    return parsed.GetValue(folder) is null
                        ? await PlayOwn(RepositoryOption.Root(own, terminal), terminal, cancel)
                        : throw new UsageException(
                            "`--out` keeps the comments of the story that is always the same",
                            "leave it out with `--repo`"
                        );
                }

                long start = Stopwatch.GetTimestamp();
                string target = Path.GetFullPath(
                    parsed.GetValue(folder) ?? Directory.CreateTempSubdirectory("rayquest-story-").FullName,
                    terminal.CurrentFolder
                );
                PrintText(
                    terminal,
                    "Six pull requests, one job's whole life and the other kinds, played on this machine. GitHub and the cluster are emulated; the reviewer, git and kubectl are the real ones. Nothing leaves the machine."
                );
                StoryResult result = await new PullRequestStory(
                    terminal.Out,
                    terminal.Colour,
                    target,
                    terminal.Width
                ).Play(cancel);
                bool asExpected =
                    await Examine(terminal, cancel) & await Deliver(target, terminal, cancel) && result.IsAsExpected;
                string summary = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(asExpected ? "Everything ended as expected" : "NOT everything ended as expected")}: {result.Steps} reviews, {result.Calls} calls of GitHub's API, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s."
                );
                terminal.Out.WriteLine();
                terminal.Out.WriteLine(asExpected ? terminal.Palette.Green(summary) : terminal.Palette.Red(summary));
                terminal.Out.WriteLine($"The comments as a browser shows them: {Path.Combine(target, "index.html")}");
                return asExpected ? ExitCodes.Clean : ExitCodes.World;
            }
        );
        return command;
    }

    /// <summary>A request's life by a repository's own policies.</summary>
    private static async Task<int> PlayOwn(string root, Terminal terminal, CancellationToken cancel)
    {
        FolderTree tree = new(root);
        LoadedPolicies loaded = PolicyLoader.Load(tree);
        if (loaded.IsBroken)
        {
            throw new UsageException(
                "the platform's policies are broken",
                "run `rayquest lint` to see where, and fix them first"
            );
        }

        string team =
            RepositoryStory.TeamOf(loaded.Policies.Quotas)
            ?? throw new UsageException(
                "policies/quotas.yaml lists no team with a member by name",
                "list one under `members`: the story is told of them"
            );
        PrintText(
            terminal,
            $"One request's life by the policies of {root}. GitHub is emulated; the reviewer and git are the real ones. Nothing leaves the machine, and nothing is written there."
        );
        terminal.Out.WriteLine();
        string folder = Directory.CreateTempSubdirectory("rayquest-").FullName;
        try
        {
            using RepositoryStory story = new(tree, folder, step => Print(step, terminal));
            IReadOnlyList<StoryStep> steps = await story.Run(loaded.Policies, team, cancel);
            bool asExpected = steps.All(step => step.AsItShould);
            string summary = asExpected
                ? $"Everything ended as expected: {steps.Count} steps."
                : "NOT everything ended as expected: `rayquest lint` says more of a request, the guide more of policies.";
            terminal.Out.WriteLine();
            terminal.Out.WriteLine(asExpected ? terminal.Palette.Green(summary) : terminal.Palette.Red(summary));
            return asExpected ? ExitCodes.Clean : ExitCodes.Findings;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What <c>rayquest doctor</c> says of a repository that is set up well, and of one that isn't.</summary>
    private static async Task<bool> Examine(Terminal terminal, CancellationToken cancel)
    {
        terminal.Out.WriteLine(terminal.Palette.Bold("━━ What the settings let through"));
        PrintText(terminal, "   rayquest doctor reads the settings of two repositories, and changes nothing.");
        terminal.Out.WriteLine();
        string folder = Directory.CreateTempSubdirectory("rayquest-").FullName;
        try
        {
            IReadOnlyList<StoryStep> steps = await new DoctorStory(folder, step => Print(step, terminal)).Run(cancel);
            terminal.Out.WriteLine();
            return steps.All(step => step.AsItShould);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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

        terminal.Out.WriteLine(terminal.Palette.Bold("━━ From the merge to the archive"));
        PrintText(terminal, "   Another job, on an emulated cluster with the real kubectl. Hours pass in seconds.");
        terminal.Out.WriteLine();
        string folder = Directory.CreateTempSubdirectory("rayquest-").FullName;
        try
        {
            using DeliveryStory story = new(folder, step => Print(step, terminal), program);
            IReadOnlyList<StoryStep> steps = await story.Run(cancel);
            Directory.CreateDirectory(target);
            File.Copy(story.StatusPage, Path.Combine(target, "status.html"), overwrite: true);

            terminal.Out.WriteLine();
            terminal.Out.WriteLine(terminal.Palette.Bold("━━ Clusters, services, schedules, Volcano"));
            PrintText(terminal, "   The kinds that stay, for a team that may hold eight GPUs.");
            terminal.Out.WriteLine();
            IReadOnlyList<StoryStep> kinds = await new KindsStory(
                Path.Combine(folder, "kinds"),
                step => Print(step, terminal),
                program
            ).Run(cancel);
            return steps.Concat(kinds).All(step => step.AsItShould);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void PrintText(Terminal terminal, string text)
    {
        foreach (string line in TerminalMarkdown.Wrap(text, terminal.Width, text.StartsWith(' ') ? "     " : ""))
        {
            terminal.Out.WriteLine(line);
        }
    }

    private static void Print(StoryStep step, Terminal terminal)
    {
        string mark = step.AsItShould ? terminal.Palette.Green("✓") : terminal.Palette.Red("✗");
        PrintText(terminal, $"   {mark} {step.What}: {TerminalText.Line(step.Seen)}");
        terminal.Out.Flush();
    }
}
