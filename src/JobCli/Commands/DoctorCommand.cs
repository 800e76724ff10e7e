using System.CommandLine;
using System.Globalization;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Doctor;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobLint.Output;
using Rayquest.JobReport.Doctor;
using Rayquest.JobReport.Doctor.Checks;
using Rayquest.JobReport.Output;
using Rayquest.JobScaffold;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest doctor</c>: read the settings that the gate leans on, and say what their lack lets through.</summary>
internal sealed class DoctorCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "doctor";

    /// <inheritdoc/>
    public bool OnlyReads => true;

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest doctor", "ask GitHub (GITHUB_TOKEN of an administrator reads everything)"),
        ("rayquest doctor --offline", "look at CODEOWNERS and the workflow files of this working tree alone"),
        ("rayquest doctor --format json", "every finding, those that are fine too"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> repo = RepositoryOption.Option();
        Option<bool> offline = new("--offline") { Description = "Look at the working tree alone, and ask nobody." };
        Option<string> format = new("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        Option<long?> app = new("--app")
        {
            Description =
                "The number of the pipeline's App (default: RAYQUEST_APP_ID, then the repository's variable).",
            HelpName = "NUMBER",
        };
        Command command = new(
            Name,
            "Read the repository's settings on GitHub, change none, and say what gets past the gate (1), what could not be read (3)."
        )
        {
            repo,
            offline,
            format,
            app,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                using CommandServices world = new(parsed, repo, new ClusterOptions(), terminal) { IsReading = true };
                DoctorFacts facts = parsed.GetValue(offline)
                    ? Facts("main", TreeReader.ReadWorkTree(world.Git), null)
                    : await Ask(world, parsed.GetValue(app), cancel);
                IReadOnlyList<DoctorFinding> findings = Diagnosis.Evaluate(facts);
                if (parsed.GetValue(format) == "json")
                {
                    terminal.Out.Write(DoctorJson.Write(facts, findings));
                }
                else
                {
                    Print(facts, findings, terminal);
                }

                return Diagnosis.LetsPast(findings) ? ExitCodes.Findings
                    : Diagnosis.IsUnsure(findings) ? ExitCodes.World
                    : ExitCodes.Clean;
            }
        );
        return command;
    }

    // A repository that uses the action is compared with what `rayquest init` writes for it.
    private static DoctorFacts Facts(string branch, TreeFacts tree, RepositorySettings? settings) =>
        new DoctorFacts(branch, tree, settings) is var facts && ActionWorkflows.Of(tree.Workflows) is { } written
            ? facts with
            {
                Shipped = written,
            }
            : facts;

    private static async Task<DoctorFacts> Ask(CommandServices world, long? app, CancellationToken cancel)
    {
        GitHubClient github =
            world.GitHub
            ?? throw new UsageException(
                "there is no token to ask GitHub with",
                "set GITHUB_TOKEN (an administrator's reads everything: GITHUB_TOKEN=$(gh auth token) rayquest doctor), or look at the working tree alone with `--offline`"
            );
        long? named = long.TryParse(
            Environment.GetEnvironmentVariable("RAYQUEST_APP_ID"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long number
        )
            ? number
            : null;
        try
        {
            (string branch, RepositorySettings settings) = await new DoctorReader(
                github,
                new DoctorOptions(app ?? named, world.IsApp)
            ).Read(cancel);
            return Facts(branch, TreeReader.Read(world.Git, world.Default.Tip), settings);
        }
        catch (GitHubUnavailable fault)
        {
            throw new GitHubUnavailable(
                $"the settings can't be read: {fault.Cause}",
                $"{fault.Remedy}; `rayquest doctor --offline` looks at the working tree alone"
            );
        }
    }

    private static void Print(DoctorFacts facts, IReadOnlyList<DoctorFinding> findings, Terminal terminal)
    {
        terminal.Out.WriteLine(
            TerminalText.Line(
                facts.Settings is { } settings
                    ? $"{settings.Repository}, {facts.DefaultBranch}"
                    : "the working tree alone; GitHub was not asked"
            )
        );
        int width = findings.Max(finding => finding.Check.Name.Length);
        foreach (DoctorFinding finding in findings.OrderByDescending(finding => finding.State))
        {
            string word = DoctorJson.Word(finding.State).PadRight("warning".Length);
            terminal.Out.WriteLine(
                $"{Coloured(finding.State, word, terminal)}  {finding.Check.Name.PadRight(width)}  {TerminalText.Line(finding.Message)}"
            );
            if (finding.Remedy is { } remedy)
            {
                terminal.Out.WriteLine($"{new string(' ', word.Length + width + 4)}→ {TerminalText.Line(remedy)}");
            }
        }

        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Count(DoctorState.Error)} let somebody past the gate, {Count(DoctorState.Unread)} could not be read, {Count(DoctorState.Warning)} to fix, {Count(DoctorState.Fine)} fine"
            )
        );

        int Count(DoctorState state) => findings.Count(finding => finding.State == state);
    }

    private static string Coloured(DoctorState state, string word, Terminal terminal) =>
        state switch
        {
            DoctorState.Error => terminal.Palette.Red(word),
            DoctorState.Fine => terminal.Palette.Green(word),
            _ => terminal.Palette.Bold(word),
        };
}
