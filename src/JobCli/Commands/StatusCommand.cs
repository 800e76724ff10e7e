using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Policies;
using Rayquest.JobReport.Argo;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest status</c>: one pass of the status sync.</summary>
internal sealed class StatusCommand : IProgramCommand
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest status", "read the cluster, tell the pull requests what changed, archive what has finished"),
        ("rayquest status --dry-run", "say what would be told, and write nothing"),
        ("rayquest status --job resnet-1f0c3", "look at one job only"),
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
        Option<string?> repo = Repository.Option();
        ClusterOptions cluster = new();
        Command command = new("status", "One pass of the status sync: cluster to ledger to pull requests.")
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
            using OutsideWorld world = new(parsed, repo, cluster, terminal, parsed.GetValue(fetch));
            world.RequireCurrentRun();
            PlatformPolicy platform = world.Platform;
            bool dry = parsed.GetValue(dryRun);
            if (world.GitHub is null && !dry)
            {
                throw new UsageFault(
                    "there is no way to tell the pull requests",
                    "set GITHUB_TOKEN (or RAYQUEST_APP_ID, RAYQUEST_APP_INSTALLATION_ID and RAYQUEST_APP_PRIVATE_KEY), or use --dry-run"
                );
            }

            if (!dry)
            {
                // A merge that nobody noted is noted now.
                LedgerCommand.CatchUp(world, platform.ArgoCd.Revision);
            }

            KubectlCluster kubectl = world.Kubectl;
            StatusPass pass = new(
                world.Reader(kubectl),
                kubectl,
                world.Ledger,
                dry
                    ? new SilentDesk()
                    : new GitHubStatusDesk(
                        world.GitHub!,
                        new GitHubStatusDeskOptions
                        {
                            Links = new StatusLinks(platform.DashboardLink ?? "", platform.LogsLink ?? ""),
                            PlaceOf = new RequestPlaces(world.Git, world.PageUrl).Of,
                        }
                    ),
                new StatusPassOptions
                {
                    Only = parsed.GetValue(job),
                    DryRun = dry,
                    TrustCluster = parsed.GetValue(trust),
                    ApplicationOf = team => ArgoBundle.ApplicationOf(platform, team),
                    Page = new StatusPageOptions { RepositoryUrl = world.PageUrl },
                }
            );
            StatusPassResult result = pass.Run();
            Print(result, terminal);
            if (result.Fault is null && !dry && !parsed.GetValue(keepAll) && parsed.GetValue(job) is null)
            {
                Archive(world, terminal);
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

    private static void Archive(OutsideWorld world, Terminal terminal)
    {
        PlatformPolicy platform = world.Platform;
        (JobHosts.Git.ObjectId? commit, ArchivePlan plan) = new Archiver(
            world.Git,
            world.Ledger,
            new ArchiverOptions
            {
                Reference = $"refs/heads/{platform.ArgoCd.Revision}",
                Remote = world.Remote,
                Credential = world.PushCredential,
                Limits = new ArchiveLimits(platform.Archive.MaxJobs, platform.Archive.MaxPercent),
                DefaultKeep = TimeSpan.FromSeconds(platform.Defaults.Keep.Seconds),
            }
        ).Run();
        if (commit is { } made)
        {
            terminal.Out.WriteLine(
                $"archived {plan.Runs.Length} finished jobs in {made.Short}{(plan.Waiting > 0 ? $"; {plan.Waiting} files wait for the next pass" : "")}"
            );
            world.StartMergeWorkflow(CancellationToken.None).GetAwaiter().GetResult();
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
            $"{result.Changes.Length} changes, {result.PullsTold} pull requests told{(result.PullsOwed > 0 ? $", {result.PullsOwed} owed to the next pass" : "")}"
        );
    }

    /// <summary>Nobody is told anything in a dry run; it does not come to that either.</summary>
    private sealed class SilentDesk : IStatusDesk
    {
        public int Created => 0;
        public DateTimeOffset? ClosedUntil => null;

        public void Expect(IReadOnlyList<ExpectedPull> pulls) { }

        public DeskAnswer Tell(PullNews news, DateTimeOffset now) =>
            new(
                news.Comment,
                System.Collections.Immutable.ImmutableDictionary<string, DeskObject>.Empty,
                news.ReviewPart
            );
    }
}
