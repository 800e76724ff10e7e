using System.CommandLine;
using System.Text.Json;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts;
using Rayquest.JobHosts.Files;
using Rayquest.JobHosts.Processes;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Upgrade;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest upgrade</c>: what another version of the program changes, before it is merged.</summary>
internal sealed class UpgradeCommand : IProgramCommand
{
    private static readonly string[] Schemas = ["platform", "images", "quotas", "rules"];

    /// <inheritdoc/>
    public string Name => "upgrade";

    /// <inheritdoc/>
    public bool OnlyReads => true;

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest upgrade --old ./rayquest-0.1.0", "what this program changes, compared with that one"),
        ("rayquest upgrade --old OLD --new NEW", "what NEW changes, compared with OLD"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> old = new("--old")
        {
            Description = "The program in use (default: RAYQUEST_OLD).",
            HelpName = "PROGRAM",
        };
        Option<string?> young = new("--new") { Description = "The other one (default: this).", HelpName = "PROGRAM" };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(
            Name,
            "Say what another version changes: merged manifests (1 when one does), findings, policy keys."
        )
        {
            old,
            young,
            repo,
        };
        command.SetAction(parsed =>
        {
            string root = RepositoryOption.Root(parsed.GetValue(repo), terminal);
            string before =
                Named(parsed.GetValue(old), terminal)
                ?? Named(Environment.GetEnvironmentVariable("RAYQUEST_OLD"), terminal)
                ?? throw new UsageException(
                    "there is nothing to compare with",
                    "name the program in use: --old PROGRAM"
                );
            string after =
                Named(parsed.GetValue(young), terminal)
                ?? Environment.ProcessPath
                ?? throw new UsageException("nobody says which program this is", "name it: --new PROGRAM");
            Task<ProgramSays> ofOld = Task.Run(() => Ask(before, root));
            ProgramSays ofNew = Ask(after, root);
            UpgradeReport report = UpgradeReport.Of(
                ofOld.GetAwaiter().GetResult(),
                ofNew,
                PolicyMigrator.Find(new FolderTree(root), PolicyMigration.All)
            );
            MarkdownText text = report.Write();
            terminal.Out.Write(TerminalMarkdown.Render(text, terminal.Colour, width: terminal.Width));
            if (Environment.GetEnvironmentVariable("GITHUB_STEP_SUMMARY") is { Length: > 0 } summary)
            {
                File.AppendAllText(summary, text.ToString());
            }

            return report.IsSafe ? ExitCodes.Clean : ExitCodes.Findings;
        });
        return command;
    }

    private static string? Named(string? program, Terminal terminal)
    {
        if (string.IsNullOrEmpty(program))
        {
            return null;
        }

        string full = Path.GetFullPath(program, terminal.CurrentFolder);
        return File.Exists(full)
            ? full
            : throw new UsageException($"there is no program {program}", "give the path of a rayquest");
    }

    // Both are asked in the same way, as people ask them: by the command line.
    private static ProgramSays Ask(string program, string root)
    {
        Task<string> lint = Task.Run(() => Run(program, root, "lint", "--format", "json"));
        Task<string> render = Task.Run(() => Run(program, root, "render", "--check"));
        string version = Run(program, root, "--version").Trim();
        List<string> keys = [];
        foreach (string schema in Schemas)
        {
            using JsonDocument document = JsonDocument.Parse(Run(program, root, "schema", schema));
            Keys(document.RootElement, schema, keys);
        }

        List<string> bundle =
        [
            .. Run(program, root, "argocd", "--check")
                .Split('\n')
                .Where(line => line.EndsWith(" is not what the policies say", StringComparison.Ordinal))
                .Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)]),
        ];
        return new ProgramSays(
            version,
            Findings(lint.GetAwaiter().GetResult(), program),
            Rendered(render.GetAwaiter().GetResult()),
            bundle,
            keys
        );
    }

    private static string Run(string program, string root, params string[] arguments)
    {
        // A program that isn't a file of its own is the runtime's.
        string[] whole = program.EndsWith(".dll", StringComparison.Ordinal) ? [program, .. arguments] : arguments;
        ProcessResult result = ChildProcess.Run(
            program.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet" : program,
            whole,
            root,
            new Dictionary<string, string?>
            {
                ["NO_COLOR"] = "1",
                ["RAYQUEST_BIN"] = null,
                ["COLUMNS"] = null,
            },
            TimeSpan.FromMinutes(5)
        );
        return result.ExitCode is ExitCodes.Clean or ExitCodes.Findings or ExitCodes.Usage && !result.TimedOut
            ? result.Text
            : throw new OtherProgramException(
                $"{program} {string.Join(' ', arguments)} failed ({result.ExitCode}): {result.Error.Split('\n')[0]}",
                "see whether it is a rayquest for this machine"
            );
    }

    private static List<ReportedFinding> Findings(string json, string program)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return
            [
                .. document
                    .RootElement.GetProperty("findings")
                    .EnumerateArray()
                    .Select(finding => new ReportedFinding(
                        finding.GetProperty("rule").GetString()!,
                        finding.GetProperty("name").GetString()!,
                        finding.GetProperty("severity").GetString() == "error",
                        finding.GetProperty("file").GetString()!,
                        finding.GetProperty("line").GetInt32(),
                        finding.GetProperty("message").GetString()!
                    )),
            ];
        }
        catch (JsonException)
        {
            throw new OtherProgramException(
                $"{program} lint --format json wrote no JSON",
                "see whether it is a rayquest for this machine"
            );
        }
    }

    // A unified diff: the file in its header, then the lines that would come and go.
    private static Dictionary<string, int> Rendered(string diff)
    {
        Dictionary<string, int> files = new(StringComparer.Ordinal);
        string? file = null;
        foreach (string line in diff.Split('\n'))
        {
            if (line.StartsWith("--- ", StringComparison.Ordinal) || line.StartsWith("+++ ", StringComparison.Ordinal))
            {
                string path = line[4..].Split('\t')[0];
                path =
                    path.StartsWith("a/", StringComparison.Ordinal) || path.StartsWith("b/", StringComparison.Ordinal)
                        ? path[2..]
                        : path;
                file = path == "/dev/null" ? file : path;
                if (file is not null)
                {
                    files.TryAdd(file, 0);
                }
            }
            else if (file is not null && line is ['+' or '-', ..])
            {
                files[file]++;
            }
        }

        return files;
    }

    private static void Keys(JsonElement schema, string path, List<string> keys)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (schema.TryGetProperty("properties", out JsonElement properties))
        {
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                keys.Add($"{path}.{property.Name}");
                Keys(property.Value, $"{path}.{property.Name}", keys);
            }
        }

        if (schema.TryGetProperty("additionalProperties", out JsonElement others))
        {
            Keys(others, $"{path}.*", keys);
        }
    }
}

/// <summary><c>rayquest migrate</c>: policies in the words of this version.</summary>
internal sealed class MigrateCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "migrate";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest migrate", "rewrite policy keys that are called otherwise now; comments stay"),
        ("rayquest migrate --check", "fail when there is something to rewrite"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<bool> check = new("--check") { Description = "Write nothing; fail when something would be written." };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Rewrite policies to the keys of this version, keeping comments and layout.")
        {
            check,
            repo,
        };
        command.SetAction(parsed =>
            Run(
                RepositoryOption.Root(parsed.GetValue(repo), terminal),
                parsed.GetValue(check),
                PolicyMigration.All,
                terminal
            )
        );
        return command;
    }

    /// <summary>Rewrites, or only tells.</summary>
    internal static int Run(string root, bool check, IReadOnlyList<PolicyMigration> migrations, Terminal terminal)
    {
        FolderTree tree = new(root);
        IReadOnlyList<MovedKey> moved = PolicyMigrator.Find(tree, migrations);
        foreach (MovedKey key in moved)
        {
            terminal.Out.WriteLine(
                $"{key.File}:{key.Line}: `{key.Migration.Path}` is called `{key.Migration.To}` since {key.Migration.Since}{(key.IsTaken ? ", and that stands there too: keep one of them" : "")}"
            );
        }

        if (!check)
        {
            foreach ((string path, string text) in PolicyMigrator.Rewrite(tree, migrations))
            {
                AtomicFile.Write(Path.Combine(root, path), text);
                terminal.Out.WriteLine($"wrote {path}");
            }
        }

        if (moved.Count == 0)
        {
            terminal.Out.WriteLine("the policies are in the words of this version");
        }

        return moved.Any(key => check || key.IsTaken) ? ExitCodes.Findings : ExitCodes.Clean;
    }
}

/// <summary>The other version of the program could not be run, or answered with something else than it should.</summary>
internal sealed class OtherProgramException(string cause, string remedy) : HostException(cause, remedy);
