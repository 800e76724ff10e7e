using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>How a pass is run.</summary>
public sealed record StatusPassOptions
{
    public StatusPageOptions Page { get; init; } = new();

    /// <summary>Name of a team's Argo CD Application.</summary>
    public Func<string, string> ApplicationOf { get; init; } = team => $"ray-{team}";

    /// <summary>Only this object (its name); everything when null.</summary>
    public string? Only { get; init; }

    /// <summary>Works everything out and writes nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Believe the cluster even when most jobs are gone at once.</summary>
    public bool TrustCluster { get; init; }

    /// <summary>The page's times are refreshed this often although nothing changed.</summary>
    public TimeSpan RefreshPage { get; init; } = TimeSpan.FromHours(1);
    public int LogLines { get; init; } = LogTail.DefaultLines;

    /// <summary>
    /// Pull requests told in one pass, so that one storm of changes cannot use up the hour's budget of GitHub; the rest is
    /// owed and told by the next passes.
    /// </summary>
    public int MostPulls { get; init; } = 150;
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>What a pass did.</summary>
public sealed record StatusPassResult
{
    public required LedgerView View { get; init; }
    public ImmutableArray<StatusChange> Changes { get; init; } = [];
    public int PullsTold { get; init; }
    public int PullsOwed { get; init; }
    public ImmutableArray<ObservedJob> Unknown { get; init; } = [];

    /// <summary>For the platform team: what could not be seen or done.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The fault that kept the pass from doing all of its work; null when all was done.</summary>
    public HostFault? Fault { get; init; }
}

/// <summary>
/// One pass of the status sync. What is seen is written to the ledger first, then the pull requests are told, then the
/// ledger notes that they were: killed anywhere in between, the next pass tells what is still owed and nothing twice.
/// </summary>
public sealed class StatusPass(
    ClusterReader reader,
    ICluster cluster,
    LedgerStore ledger,
    IStatusDesk desk,
    StatusPassOptions options
)
{
    public const string PageFile = "status.html";
    public const string DataFile = "status.json";

    /// <summary>Runs the pass. Faults of the world end up in the result when something could still be done, else they are thrown.</summary>
    public StatusPassResult Run()
    {
        var now = options.Time.GetUtcNow();
        var before = ledger.Read();
        ClusterSight sight;
        try
        {
            sight = reader.Read();
        }
        catch (ClusterFault fault)
        {
            return Blind(before, fault, now);
        }

        var plan = StatusPlan.Of(View(before), sight, options.ApplicationOf, now);
        if (options.TrustCluster && plan.Suspicion is not null)
        {
            plan = StatusPlan.Of(View(before), sight, options.ApplicationOf, now, trust: true);
        }

        ImmutableArray<string> notes =
        [
            .. sight.Notes,
            .. before.Unreadable.Select(fault => $"{fault.Path}: {fault.Message}"),
            .. plan.Suspicion is { } suspicion ? new[] { $"{suspicion}; run with --trust-cluster if it is true" } : [],
        ];
        var result = new StatusPassResult
        {
            View = before.View,
            Changes = [.. plan.Changes.Select(item => item.Change)],
            Unknown = plan.Unknown,
            Notes = notes,
        };
        if (options.DryRun)
        {
            return result;
        }

        // What has been seen, before anybody is told of it.
        var changed = plan.Changes.ToDictionary(item => item.Run.Record.Path, StringComparer.Ordinal);
        var stale = before.Written is not { } written || now - written >= options.RefreshPage;
        var seen = ledger.Commit(
            [
                .. plan.Changes.Select(item =>
                    item.Run.Record.With(StateEvent.Of(item.Run.Record, item.Change.After, now))
                ),
            ],
            Message(plan.Changes),
            view => Pages(view, null, now),
            alwaysPages: stale,
            before
        );

        return Tell(seen, changed, plan, result, now);
    }

    private LedgerView View(LedgerSnapshot snapshot) =>
        options.Only is { } only
            ? new LedgerView(
                snapshot.Records.Values.Where(record => string.Equals(record.Name, only, StringComparison.Ordinal))
            )
            : snapshot.View;

    private StatusPassResult Tell(
        LedgerSnapshot seen,
        Dictionary<string, PlannedState> changed,
        StatusPlan plan,
        StatusPassResult result,
        DateTimeOffset now
    )
    {
        var owedBefore = plan.Owed.Select(run => run.Record.Path).ToHashSet(StringComparer.Ordinal);
        var pulls = seen
            .View.Runs.Where(run => run.OwesReport && run.Merged is not null)
            .Where(run => changed.ContainsKey(run.Record.Path) || owedBefore.Contains(run.Record.Path))
            .GroupBy(run => run.Merged!.Pull)
            // Who has waited longest comes first.
            .OrderBy(group => group.Min(run => run.LastStateAt))
            .ThenBy(group => group.Key)
            .ToList();
        var byPull = seen.View.Runs.Where(run => run.Merged is not null).ToLookup(run => run.Merged!.Pull);
        var events = new Dictionary<int, List<JobRecord>>();
        var files = new List<(string Path, byte[] Bytes)>();
        HostFault? fault = null;
        foreach (var group in pulls.Take(options.MostPulls))
        {
            try
            {
                var news = new PullNews
                {
                    Pull = group.Key,
                    Runs = [.. byPull[group.Key]],
                    News = [.. group.Select(run => News(run, changed))],
                    CommentId = byPull[group.Key].Select(run => run.CommentId).FirstOrDefault(id => id is not null),
                    ReviewPart = ledger.Text(seen, ReviewFile(group.Key)),
                    Uncertain = group.Any(run => !changed.ContainsKey(run.Record.Path)),
                };
                var answer = desk.Tell(news, now);
                events[group.Key] = [.. group.Select(run => Noted(run, answer, now))];
                if (answer.ReviewPart is { } part && news.ReviewPart is null)
                {
                    files.Add((ReviewFile(group.Key), Encoding.UTF8.GetBytes(part)));
                }
            }
            catch (GitHubRefused refusal)
            {
                // This one pull request will not have it (a locked conversation, a deleted repository); the others may.
                fault = refusal;
            }
            catch (HostFault trouble) when (trouble is not GitFault)
            {
                // The desk is closed; what it has taken so far is noted, the rest stays owed.
                fault = trouble;
                break;
            }
        }

        var settlement = desk.Settle();
        fault ??= settlement.Fault;
        foreach (var pull in settlement.Unsettled)
        {
            events.Remove(pull);
        }

        var told = events.Count;
        var after = ledger.Commit(
            [.. events.Values.SelectMany(records => records)],
            string.Create(CultureInfo.InvariantCulture, $"Told {told} pull request{(told == 1 ? "" : "s")}"),
            _ => files,
            alwaysPages: false,
            seen
        );
        return result with { View = after.View, PullsTold = told, PullsOwed = pulls.Count - told, Fault = fault };
    }

    private NewsOfRun News(JobRun run, Dictionary<string, PlannedState> changed)
    {
        var state = run.LastState!;
        // The last state before this one that the pull request has heard of.
        var before = run
            .States.SkipLast(1)
            .Where(item => run.Reported.Contains((item.At, item.State.Fingerprint)))
            .Select(item => item.State)
            .LastOrDefault();
        var planned = changed.GetValueOrDefault(run.Record.Path);
        var badly = new StatusChange(run.Expectation, before, state).JustEndedBadly;
        return new NewsOfRun(run, state, before, badly ? Log(planned?.Observed ?? Shell(run)) : null);
    }

    /// <summary>The log of a run whose object was not looked at in this pass (an owed report).</summary>
    private static ObservedJob Shell(JobRun run) =>
        new()
        {
            Kind = run.Record.Kind,
            Namespace = run.Record.Namespace,
            Name = run.Record.Name,
            RayClusterName = run.LastState?.RayClusterName ?? "",
        };

    /// <summary>A log that cannot be had is no reason to keep back that a job has failed.</summary>
    private LogTail? Log(ObservedJob job)
    {
        try
        {
            return LogTail.Of(cluster.Log(job, options.LogLines));
        }
        catch (ClusterFault)
        {
            return null;
        }
    }

    private static JobRecord Noted(JobRun run, DeskAnswer answer, DateTimeOffset now)
    {
        var events = new List<LedgerEvent>
        {
            new(run.LastStateAt!.Value, EventKind.Reported, run.LastState!.Fingerprint),
        };
        if (answer.CommentId is { } comment && run.CommentId != comment)
        {
            events.Add(Desk("comment", comment));
        }

        if (answer.Deployments.TryGetValue(run.Record.Path, out var deployment) && run.DeploymentId != deployment)
        {
            events.Add(Desk("deployment", deployment));
        }

        return run.Record.With(events);

        LedgerEvent Desk(string key, long id) =>
            new(now, EventKind.Desk, key, [KeyValuePair.Create("id", id.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>Nothing can be seen: pull requests are left alone, the page says since when.</summary>
    private StatusPassResult Blind(LedgerSnapshot before, ClusterFault fault, DateTimeOffset now)
    {
        var since = UnreachableSince(before) ?? now;
        if (!options.DryRun)
        {
            ledger.Commit(
                [],
                "The cluster cannot be asked",
                view => Pages(view, since, now),
                alwaysPages: true,
                before
            );
        }

        return new StatusPassResult
        {
            View = before.View,
            Notes = [$"the cluster could not be asked since {LedgerEvent.Time(since)}"],
            Fault = fault,
        };
    }

    private DateTimeOffset? UnreachableSince(LedgerSnapshot snapshot)
    {
        try
        {
            using var page = JsonDocument.Parse(ledger.Text(snapshot, DataFile) ?? "{}");
            return
                page.RootElement.TryGetProperty("clusterUnreachableSince", out var since)
                && since.TryGetDateTimeOffset(out var time)
                ? time
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private IReadOnlyList<(string Path, byte[] Bytes)> Pages(
        LedgerView view,
        DateTimeOffset? unreachableSince,
        DateTimeOffset now
    )
    {
        var page = options.Page with { UnreachableSince = unreachableSince };
        return
        [
            (PageFile, Encoding.UTF8.GetBytes(StatusPage.Page(view, page, now))),
            (DataFile, StatusPage.Json(view, page, now)),
            // GitHub Pages would otherwise look for a site generator's files.
            (".nojekyll", []),
        ];
    }

    private static string ReviewFile(int pull) => string.Create(CultureInfo.InvariantCulture, $"comments/{pull}.md");

    private static string Message(ImmutableArray<PlannedState> changes) =>
        changes.Length == 0
            ? "Refresh the status page"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Note {changes.Length} change{(changes.Length == 1 ? "" : "s")}\n\n{string.Concat(changes.Take(50).Select(item => $"{item.Run.Record.Name}: {item.Change.Before?.Phase.ToString() ?? "-"} > {item.Change.After.Phase}\n"))}"
            );
}
