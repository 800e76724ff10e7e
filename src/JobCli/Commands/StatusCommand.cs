using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobReport.Argo;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest status</c>: one pass of the status sync.</summary>
internal sealed class StatusCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "status";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest status", "read the cluster, report to the pull requests what changed, archive what has finished"),
        ("rayquest status --dry-run", "show what would be reported, and write nothing"),
        ("rayquest status --job resnet-1f0c3", "look at one job only, and say how it stands"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> job = new("--job") { Description = "Only this job.", HelpName = "NAME" };
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would be done and write nothing." };
        Option<bool> trust = new("--trust-cluster") { Description = "Believe it when most jobs are gone at once." };
        Option<bool> keepAll = new("--no-archive") { Description = "Leave finished jobs on the main branch." };
        Option<bool> fetch = new("--fetch")
        {
            Description = "Read the repository from GitHub into the folder --repo names; there is no clone.",
        };
        Option<string?> repo = RepositoryOption.Option();
        ClusterOptions cluster = new();
        Command command = new(Name, "One pass of the status sync: cluster to ledger to pull requests.")
        {
            job,
            dryRun,
            trust,
            keepAll,
            fetch,
            repo,
        };
        cluster.AddTo(command);
        command.SetAction(parsed =>
        {
            using CommandServices world = new(parsed, repo, cluster, terminal, parsed.GetValue(fetch));
            world.RequireCurrentRun();
            PlatformPolicy platform = world.Platform;
            bool dry = parsed.GetValue(dryRun);
            if (world.GitHub is null && !dry)
            {
                throw new UsageException(
                    "there is no way to report to the pull requests",
                    "set GITHUB_TOKEN (or RAYQUEST_APP_ID, RAYQUEST_APP_INSTALLATION_ID and RAYQUEST_APP_PRIVATE_KEY), or use --dry-run"
                );
            }

            if (!dry)
            {
                // A merge that nobody noted is noted now.
                LedgerCommand.CatchUp(world, platform.ArgoCd.Revision);
            }

            string? only = parsed.GetValue(job) is { } asked ? JobLookupOf(world, asked) : null;
            KubectlCluster kubectl = world.Kubectl;
            StatusPass pass = new(
                world.Reader(kubectl),
                kubectl,
                world.Ledger,
                dry
                    ? new SilentSink()
                    : new GitHubStatusSink(
                        world.GitHub!,
                        new GitHubStatusSinkOptions
                        {
                            Links = new StatusLinks(platform.DashboardLink ?? "", platform.LogsLink ?? ""),
                            SourceOf = new RequestLineFinder(world.Git, world.PageUrl).Of,
                            LanguageOf = world.Policies.LanguageOf,
                        }
                    ),
                new StatusPassOptions
                {
                    Only = only,
                    DryRun = dry,
                    TrustCluster = parsed.GetValue(trust),
                    ApplicationOf = team => ArgoBundle.ApplicationOf(platform, team),
                    Page = new StatusPageOptions { RepositoryUrl = world.PageUrl },
                }
            );
            StatusPassResult result = pass.Run();
            Print(result, terminal);
            if (only is not null)
            {
                PrintOnly(result, only, terminal);
            }

            if (result.Fault is null && !dry && !parsed.GetValue(keepAll) && only is null)
            {
                Archive(world, kubectl, terminal);
            }

            if (
                result.Fault is null
                && !dry
                && world.Ledger.Compact(TimeProvider.System.GetUtcNow()) is > 0 and var moved
            )
            {
                terminal.Out.WriteLine($"put {moved} runs of past months together");
            }

            if (result.Fault is { } fault)
            {
                terminal.Fault(fault.Cause, fault.Remedy);
                return ExitCodes.World;
            }

            return ExitCodes.Clean;
        });
        return command;
    }

    private static void Archive(CommandServices world, KubectlCluster kubectl, Terminal terminal)
    {
        PlatformPolicy platform = world.Platform;
        ArchiveResult result = new Archiver(
            world.Git,
            world.Ledger,
            kubectl,
            new ArchiverOptions
            {
                Reference = $"refs/heads/{platform.ArgoCd.Revision}",
                Remote = world.Remote,
                Credential = world.PushCredential,
                Limits = new ArchiveLimits(platform.Archive.MaxJobs, platform.Archive.MaxPercent),
                DefaultKeep = TimeSpan.FromSeconds(platform.Defaults.Keep.Seconds),
            },
            world.Remote is null ? null : world.GitHub
        ).Run();
        ReportAlive(result.Plan, terminal);
        int count = result.Plan.Runs.Length;
        if (result.Commit is { } made)
        {
            terminal.Out.WriteLine(
                $"archived {count} finished jobs in {made.Short}{(result.Plan.Waiting > 0 ? $"; {result.Plan.Waiting} files wait for the next pass" : "")}"
            );
            world.StartMergeWorkflow(CancellationToken.None).GetAwaiter().GetResult();
        }
        else if (result.Refusal is { } refusal)
        {
            terminal.Error.WriteLine(TerminalText.Line($"{refusal.Cause}: {refusal.Remedy}"));
            terminal.Out.WriteLine(
                result.Pull is { } pull
                    ? $"{count} finished jobs wait to be archived by pull request {pull}"
                    : $"{count} finished jobs wait to be archived: main moved, the next pass asks for it"
            );
        }
    }

    /// <summary>The object that is meant by a name: its own, or its request's.</summary>
    private static string JobLookupOf(CommandServices world, string asked)
    {
        LedgerView view = world.Ledger.ReadRecent().View;
        return JobLookup.Find(view, asked) switch
        {
            [var run] => run.Record.Name,
            [] => throw new UsageException(
                $"the ledger knows no job `{asked}`{DidYouMean.Phrase(asked, JobLookup.Names(view))}",
                "`rayquest jobs` lists the live ones"
            ),
            var several => throw new UsageException(
                $"`{asked}` could be {string.Join(" or ", several.Take(5).Select(JobLookup.FullName))}",
                $"say which, for example `rayquest status --job {several[0].Record.Name}`"
            ),
        };
    }

    /// <summary>Who asks for one job hears how it stands, news or not.</summary>
    private static void PrintOnly(StatusPassResult result, string only, Terminal terminal)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach (JobRun run in result.View.Runs.Where(run => run.Record.Name == only))
        {
            JobState state =
                result.Changes.LastOrDefault(change => change.Expected.Id == run.Record.Id)?.After
                ?? run.LastState
                ?? new JobState(JobPhase.NotSynced) { Since = run.MergedAt };
            StateText words = RunText.Of(run, state, result.View.RunsOf(run), now);
            terminal.Out.WriteLine(TerminalText.Line($"{run.Record.Id}: {words.Line}"));
            if (words.Next.Length > 0)
            {
                terminal.Out.WriteLine(TerminalText.Line($"  → {words.Next}"));
            }
        }
    }

    private static void ReportAlive(ArchivePlan plan, Terminal terminal)
    {
        foreach (JobRun run in plan.Alive)
        {
            terminal.Error.WriteLine(
                TerminalText.Line(
                    $"{run.Record.Id}: not archived; the ledger calls it {run.LastState?.Phase}, and the cluster shows it alive"
                )
            );
        }
    }

    private static void Print(StatusPassResult result, Terminal terminal)
    {
        foreach (StatusChange change in result.Changes)
        {
            string before = change.Before?.Phase.ToString() ?? "new";
            terminal.Out.WriteLine(
                $"{change.Expected.Id}: {before} > {TerminalText.Line(StateText.Timeless(change.After).Line)}"
            );
        }

        foreach (ObservedJob stray in result.Unknown.Take(20))
        {
            terminal.Out.WriteLine(
                $"{stray.Id}: not in the ledger; `rayquest ledger rebuild` looks for it in the history of the main branch"
            );
        }

        foreach (string note in result.Notes)
        {
            terminal.Error.WriteLine(TerminalText.Line(note));
        }

        terminal.Out.WriteLine(
            $"{result.Changes.Length} changes, {result.PullsReported} pull requests reported to{(result.PullsPending > 0 ? $", {result.PullsPending} left to the next pass" : "")}"
        );
    }

    /// <summary>Nobody is told anything in a dry run; it does not come to that either.</summary>
    private sealed class SilentSink : IStatusSink
    {
        public int Created => 0;
        public DateTimeOffset? ClosedUntil => null;

        public void Expect(IReadOnlyList<ExpectedPull> pulls) { }

        public void Remind(int pull, string marker, string text) { }

        public ReportReceipt Report(PullNews news, DateTimeOffset now) =>
            new(
                news.Comment,
                System.Collections.Immutable.ImmutableDictionary<string, GitHubObjectRef>.Empty,
                news.ReviewPart
            );
    }
}
