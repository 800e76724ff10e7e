using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.Review;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobLint.Output;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest ledger</c>: look after the ledger branch.</summary>
internal sealed class LedgerCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "ledger";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest ledger verify", "say what is wrong with the ledger"),
        ("rayquest ledger rebuild", "make it anew, or complete it, from the history of main"),
        ("rayquest ledger rebuild --adopt", "and take over what stands there, whoever wrote it"),
        ("rayquest ledger export --format csv", "one row per job run, for a spreadsheet"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> repo = RepositoryOption.Option();
        ClusterOptions cluster = new();
        Option<string> format = new("--format") { Description = "jsonl or csv.", DefaultValueFactory = _ => "jsonl" };
        format.AcceptOnlyFromAmong("jsonl", "csv");
        Option<string> branch = new("--branch")
        {
            Description = "The branch that holds the jobs.",
            DefaultValueFactory = _ => "main",
        };

        Command verify = new("verify", "Say what is wrong with the ledger.") { repo };
        verify.SetAction(parsed =>
        {
            using CommandServices world = new(parsed, repo, cluster, terminal);
            IReadOnlyList<(string Path, ReadOnlyMemory<byte> Bytes)> files = world.Ledger.Files();
            LedgerFault[] faults = [.. LedgerCheck.Verify(files, TimeProvider.System.GetUtcNow())];
            foreach (LedgerFault fault in faults)
            {
                terminal.Out.WriteLine(
                    $"{fault.Path}: {fault.Message}{(fault.IsRebuildable ? " (rebuild fixes it)" : "")}"
                );
            }

            terminal.Out.WriteLine(
                faults.Length == 0
                    ? $"{files.Count} records, nothing wrong"
                    : $"{files.Count} records, {faults.Length} faults"
            );
            return faults.Length == 0 ? ExitCodes.Clean : ExitCodes.Findings;
        });

        Option<bool> adopt = new("--adopt")
        {
            Description = "Believe what stands on the branch, whoever wrote it: for a ledger of an earlier version.",
        };
        Command rebuild = new("rebuild", "Make the ledger anew, or complete it, from the history of the main branch.")
        {
            repo,
            branch,
            adopt,
        };
        rebuild.SetAction(parsed =>
        {
            using CommandServices world = new(parsed, repo, cluster, terminal);
            Restore(world, parsed.GetValue(adopt), terminal);
            LedgerSnapshot after = CatchUp(world, parsed.GetValue(branch)!, whole: true);
            terminal.Out.WriteLine($"{after.Records.Count} records at {after.Head?.Short ?? "no commit"}");
            return ExitCodes.Clean;
        });

        Command export = new("export", "Print the ledger, one row per job run.") { repo, format };
        export.SetAction(parsed =>
        {
            using CommandServices world = new(parsed, repo, cluster, terminal);
            bool csv = parsed.GetValue(format) == "csv";
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            terminal.Out.Write(csv ? LedgerExport.CsvHeader : "");
            foreach (IReadOnlyList<JobRecord> records in world.Ledger.ReadInPortions())
            {
                IEnumerable<JobRun> runs = records.Select(JobRun.Of);
                terminal.Out.Write(csv ? LedgerExport.CsvRows(runs, now) : LedgerExport.JsonLines(runs, now));
            }

            return ExitCodes.Clean;
        });

        return new Command(Name, "Check, rebuild or export the record of all job runs.") { verify, rebuild, export };
    }

    /// <summary>Puts back what we wrote last where somebody else has written since.</summary>
    private static void Restore(CommandServices world, bool adopt, Terminal terminal)
    {
        try
        {
            world.Ledger.Read();
        }
        catch (LedgerNotTrustedException fault)
        {
            terminal.Error.WriteLine(TerminalText.Line(fault.Cause));
            ObjectId? content = world.Ledger.Restore(adopt);
            terminal.Out.WriteLine(
                content is { } commit
                    ? $"{(adopt ? "took over" : "put back")} the ledger as of {commit.Short}"
                    : "nothing of ours was left on the branch: it begins anew"
            );
        }
    }

    /// <summary>Notes what main brought since the last time.</summary>
    internal static LedgerSnapshot CatchUp(CommandServices world, string branch, bool whole = false)
    {
        ObjectId head;
        if (world.Remote is { } remote)
        {
            const string local = "refs/rayquest/main";
            world.Git.Fetch(
                remote,
                $"+refs/heads/{branch}:{local}",
                world.GitHub is null ? null : world.PushCredential
            );
            head = world.Git.Resolve(local);
        }
        else
        {
            head = world.Git.Resolve($"refs/heads/{branch}");
        }

        return new MainHistory(
            world.Git,
            commit => world.GitHub is { } github ? MergedPull.Of(github, commit) : null
        ).CatchUp(world.Ledger, head, whole);
    }
}
