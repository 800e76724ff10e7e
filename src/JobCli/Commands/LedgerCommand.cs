using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.Review;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Policies;
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
        ("rayquest ledger rebuild --dry-run", "say what that would write, and where, and write nothing"),
        ("rayquest ledger rebuild --since COMMIT", "count from a commit on, for a repository that began as a copy"),
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
        Option<string?> since = new("--since")
        {
            Description = "Count what came after this commit; nothing before it is this repository's.",
            HelpName = "COMMIT",
        };
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would be written and where; write nothing." };
        Option<bool> allTeams = new("--all-teams")
        {
            Description = "Count teams that policies/quotas.yaml doesn't list too, such as those that are gone.",
        };
        Command rebuild = new("rebuild", "Make the ledger anew, or complete it, from the history of the main branch.")
        {
            repo,
            branch,
            since,
            allTeams,
            dryRun,
            adopt,
        };
        rebuild.SetAction(parsed =>
        {
            using CommandServices world = new(parsed, repo, cluster, terminal);
            bool dry = parsed.GetValue(dryRun);
            if (!dry)
            {
                Restore(world, parsed.GetValue(adopt), terminal);
            }

            ObjectId head = Head(world, parsed.GetValue(branch)!);
            QuotasPolicy quotas = world.Policies.Quotas;
            HistoryScope scope = new(
                parsed.GetValue(since) is { } from ? world.Git.Resolve(from) : null,
                parsed.GetValue(allTeams)
                || quotas.Teams.Count == 0
                || quotas.Teams.ContainsKey(QuotasPolicy.DefaultTeam)
                    ? _ => true
                    : quotas.Teams.ContainsKey
            );
            HistoryPreview preview = History(world).Preview(world.Ledger, head, scope);
            string where = world.Remote is { } remote ? $"the branch ledger of {remote}" : "the local branch ledger";
            terminal.Out.WriteLine(
                TerminalText.Line(
                    $"{(dry ? "would write" : "writing")} to {where}: {Jobs(preview.Added)} added, {preview.Gone} ended"
                )
            );
            if (preview.LeftOut.Count > 0)
            {
                terminal.Out.WriteLine(
                    TerminalText.Line(
                        $"left out, of teams that policies/quotas.yaml doesn't list (--all-teams counts them): {Jobs(preview.LeftOut)}"
                    )
                );
            }

            if (dry)
            {
                return ExitCodes.Clean;
            }

            LedgerSnapshot after = History(world).CatchUp(world.Ledger, head, scope);
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
    internal static LedgerSnapshot CatchUp(CommandServices world, string branch) =>
        History(world).CatchUp(world.Ledger, Head(world, branch));

    private static MainHistory History(CommandServices world) =>
        new(world.Git, commit => world.GitHub is { } github ? MergedPull.Of(github, commit) : null);

    private static string Jobs(IReadOnlyDictionary<string, int> byTeam) =>
        byTeam.Count == 0
            ? "no job"
            : $"{byTeam.Values.Sum()} job{(byTeam.Values.Sum() == 1 ? "" : "s")} ({string.Join(", ", byTeam.Select(pair => $"{pair.Key} {pair.Value}"))})";

    private static ObjectId Head(CommandServices world, string branch)
    {
        if (world.Remote is { } remote)
        {
            const string local = "refs/rayquest/main";
            world.Git.Fetch(
                remote,
                $"+refs/heads/{branch}:{local}",
                world.GitHub is null ? null : world.PushCredential
            );
            return world.Git.Resolve(local);
        }

        return world.Git.Resolve($"refs/heads/{branch}");
    }
}
