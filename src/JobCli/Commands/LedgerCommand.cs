using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.Review;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest ledger</c>: look after the ledger branch.</summary>
internal sealed class LedgerCommand : IProgramCommand
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest ledger verify", "say what is wrong with the ledger"),
        ("rayquest ledger rebuild", "make it anew, or complete it, from the history of main"),
        ("rayquest ledger export --format csv", "one row per job run, for a spreadsheet"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> repo = Repository.Option();
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
            using OutsideWorld world = new(parsed, repo, cluster, terminal);
            IReadOnlyList<(string Path, ReadOnlyMemory<byte> Bytes)> files = world.Ledger.Files();
            LedgerFault[] faults = [.. LedgerCheck.Verify(files, TimeProvider.System.GetUtcNow())];
            foreach (LedgerFault fault in faults)
            {
                terminal.Out.WriteLine($"{fault.Path}: {fault.Message}{(fault.Mends ? " (rebuild mends it)" : "")}");
            }

            terminal.Out.WriteLine(
                faults.Length == 0
                    ? $"{files.Count} records, nothing wrong"
                    : $"{files.Count} records, {faults.Length} faults"
            );
            return faults.Length == 0 ? ExitCodes.Clean : ExitCodes.Findings;
        });

        Command rebuild = new("rebuild", "Make the ledger anew, or complete it, from the history of the main branch.")
        {
            repo,
            branch,
        };
        rebuild.SetAction(parsed =>
        {
            using OutsideWorld world = new(parsed, repo, cluster, terminal);
            LedgerSnapshot after = CatchUp(world, parsed.GetValue(branch)!, whole: true);
            terminal.Out.WriteLine($"{after.Records.Count} records at {after.Head?.Short ?? "no commit"}");
            return ExitCodes.Clean;
        });

        Command export = new("export", "Print the ledger, one row per job run.") { repo, format };
        export.SetAction(parsed =>
        {
            using OutsideWorld world = new(parsed, repo, cluster, terminal);
            LedgerView view = world.Ledger.Read().View;
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            terminal.Out.Write(
                parsed.GetValue(format) == "csv" ? LedgerExport.Csv(view, now) : LedgerExport.JsonLines(view, now)
            );
            return ExitCodes.Clean;
        });

        return new Command("ledger", "Check, rebuild or export the record of all job runs.")
        {
            verify,
            rebuild,
            export,
        };
    }

    /// <summary>Notes what main brought since the last time.</summary>
    internal static LedgerSnapshot CatchUp(OutsideWorld world, string branch, bool whole = false)
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
