using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobReport.Doctor.Checks;
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

    public int LogLines { get; init; } = LogTail.DefaultLines;

    /// <summary>
    /// Pull requests told in one pass, so that one storm of changes cannot use up the hour's budget of GitHub; the rest is
    /// owed and told by the next passes.
    /// </summary>
    public int MostPulls { get; init; } = 150;

    /// <summary>
    /// Comments and Deployments made within an hour, by all passes together. GitHub allows 500 such writes; the reviews
    /// need some of them.
    /// </summary>
    public int MostCreated { get; init; } = 400;

    /// <summary>This pass's name in the lease; no two passes have the same.</summary>
    public string Holder { get; init; } = Guid.NewGuid().ToString("n");
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>What a pass did.</summary>
public sealed record StatusPassResult
{
    public required LedgerView View { get; init; }
    public ImmutableArray<StatusChange> Changes { get; init; } = [];
    public int PullsReported { get; init; }
    public int PullsPending { get; init; }
    public ImmutableArray<ObservedJob> Unknown { get; init; } = [];

    /// <summary>For the platform team: what could not be seen or done.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The fault that kept the pass from doing all of its work; null when all was done.</summary>
    public HostException? Fault { get; init; }
}

/// <summary>
/// One pass of the status sync. What is seen is written to the ledger first, then the pull requests are told, then the
/// ledger notes that they were: killed anywhere in between, the next pass tells what is still owed and nothing twice.
/// </summary>
public sealed class StatusPass(
    ClusterReader reader,
    ICluster cluster,
    LedgerStore ledger,
    IStatusSink sink,
    StatusPassOptions options
)
{
    public const string PageFile = "status.html";
    public const string DataFile = "status.json";

    /// <summary>Runs the pass. Faults of the world end up in the result when something could still be done, else they are thrown.</summary>
    public StatusPassResult Run()
    {
        var now = options.Time.GetUtcNow();
        var before = ledger.ReadRecent();
        ClusterSnapshot snapshot;
        try
        {
            snapshot = reader.Read();
        }
        catch (ClusterException fault)
        {
            return Blind(before, fault, now);
        }

        var plan = StatusPlan.Of(View(before), snapshot, options.ApplicationOf, now);
        if (options.TrustCluster && plan.Suspicion is not null)
        {
            plan = StatusPlan.Of(View(before), snapshot, options.ApplicationOf, now, trust: true);
        }

        ImmutableArray<string> notes =
        [
            .. snapshot.Notes,
            .. plan.Deleted is { } deleted ? [deleted] : Array.Empty<string>(),
            .. before.Unreadable.Select(fault => $"{fault.Path}: {fault.Message}"),
            .. plan.Suspicion is { } suspicion ? new[] { $"{suspicion}; run with --trust-cluster if it is true" } : [],
        ];
        var result = new StatusPassResult
        {
            View = before.View,
            Changes = [.. plan.Changes.Select(item => item.Change)],
            Unknown = options.Only is { } only ? plan.Unknown.RemoveAll(job => job.Name != only) : plan.Unknown,
            Notes = notes,
        };
        if (options.DryRun)
        {
            return result;
        }

        // What has been seen, before anybody is told of it.
        var changed = new Dictionary<string, PlannedState>(StringComparer.Ordinal);
        // The page is written when something changed; a pass that finds nothing new leaves no trace.
        var stale = !before.Has(PageFile) || UnreachableSince(before) is not null;
        DateTimeOffset? until = null;
        var seen = ledger.Commit(
            snapshot =>
            {
                changed.Clear();
                var records = new List<JobRecord>();
                foreach (var item in plan.Changes)
                {
                    if (StillNews(item, snapshot) is { } record)
                    {
                        records.Add(record.With(StateEvent.Of(record, item.Change.After, now)));
                        changed[record.Path] = item;
                    }
                }

                var lease = Lease(snapshot);
                var toReport = changed
                    .Values.Select(item => item.Run)
                    .Concat(View(snapshot).Runs.Where(run => run.HasUnreportedState))
                    .Where(run => run.Merged is { Pull: > 0 })
                    .Select(run => run.Merged!.Pull)
                    .Distinct()
                    .Count();
                toReport += LeaseRule.Reminders(View(snapshot), now).Count;
                until =
                    toReport > 0 && lease.IsFreeFor(options.Holder, now)
                        ? now + ReportTime(Math.Min(toReport, options.MostPulls)) + LeaseMargin
                        : null;
                return new LedgerWrite(records, Message([.. changed.Values]))
                {
                    Files = view =>
                        until is { } end
                            ?
                            [
                                .. Pages(view, null, now),
                                (ReportLease.File, lease.Acquired(options.Holder, end).Write()),
                            ]
                            : Pages(view, null, now),
                    Always = stale || until is not null,
                };
            },
            before
        );

        return Report(seen, changed, snapshot, result, now, until is not null);
    }

    private ReportLease Lease(LedgerSnapshot snapshot) =>
        ReportLease.Read(ledger.Text(snapshot, ReportLease.File) ?? ledger.Text(snapshot, ReportLease.FormerFile));

    // GitHub wants a second between writes; a report takes one to six of them, the most when everything is made anew.
    private static TimeSpan ReportTime(int pulls) => TimeSpan.FromMinutes(1) + (TimeSpan.FromSeconds(6) * pulls);

    /// <summary>No other pass acquires the lease before the last call has surely ended (the client waits five minutes at most).</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromMinutes(6);

    /// <summary>A log that may be had a little later is asked for again so long.</summary>
    private static readonly TimeSpan LogPatience = TimeSpan.FromMinutes(30);

    /// <summary>
    /// The run's record, if what the plan started from is still the ledger's last word. If it isn't, another pass has
    /// looked meanwhile, perhaps later than this one; the next pass sees what is true.
    /// </summary>
    private static JobRecord? StillNews(PlannedState item, LedgerSnapshot snapshot)
    {
        var there = snapshot.Records.GetValueOrDefault(item.Run.Record.Path);
        if (there is null || ReferenceEquals(there, item.Run.Record))
        {
            return item.Run.Record;
        }

        var last = JobRun.Of(there).LastState?.Fingerprint;
        return string.Equals(last, item.Change.Before?.Fingerprint, StringComparison.Ordinal) ? there : null;
    }

    private LedgerView View(LedgerSnapshot snapshot) =>
        options.Only is { } only
            ? new LedgerView(
                snapshot.Records.Values.Where(record => string.Equals(record.Name, only, StringComparison.Ordinal))
            )
            : snapshot.View;

    private StatusPassResult Report(
        LedgerSnapshot seen,
        Dictionary<string, PlannedState> changed,
        ClusterSnapshot snapshot,
        StatusPassResult result,
        DateTimeOffset now,
        bool holdsLease
    )
    {
        var pulls = View(seen)
            .Runs.Where(run => run.HasUnreportedState && run.Merged is not null)
            .GroupBy(run => run.Merged!.Pull)
            // Who has waited longest comes first.
            .OrderBy(group => group.Min(run => run.LastStateAt))
            .ThenBy(group => group.Key)
            .ToList();
        if (!holdsLease)
        {
            return pulls.Count == 0
                ? result with
                {
                    View = seen.View,
                }
                : result with
                {
                    View = seen.View,
                    PullsPending = pulls.Count,
                    Notes = result.Notes.Add(
                        Lease(seen) is { ClosedUntil: { } closed } lease && lease.IsClosed(now)
                            ? $"GitHub's budget is used up until {LedgerEvent.Time(closed)}: the rest is reported then"
                            : "another pass is reporting to the pull requests (or was killed a moment ago)"
                    ),
                };
        }

        var created = Lease(seen).CreatedLately(now);
        var closing = now + ReportTime(Math.Min(pulls.Count, options.MostPulls));
        var byPull = seen.View.Runs.Where(run => run.Merged is not null).ToLookup(run => run.Merged!.Pull);
        var reported = new Dictionary<int, (PullNews News, ReportReceipt Answer)>();
        var files = new List<(string Path, byte[] Bytes)>();
        HostException? fault = null;
        ledger.Bring(seen, pulls.Take(options.MostPulls).Select(group => ReviewFile(group.Key)));
        sink.Expect([
            .. pulls
                .Take(options.MostPulls)
                .Select(group => new ExpectedPull(
                    group.Key,
                    CommentOf(byPull[group.Key]) is { NodeId.Length: > 0 } && seen.Has(ReviewFile(group.Key))
                )),
        ]);
        foreach (var group in pulls.Take(options.MostPulls))
        {
            if (created + sink.Created >= options.MostCreated || options.Time.GetUtcNow() >= closing)
            {
                // The hour's share is used up, or the lease expires soon: the rest is left to the next pass.
                break;
            }

            try
            {
                ImmutableArray<NewsOfRun> fresh = [.. group.Select(run => News(run, changed, snapshot, now))];
                var printed = fresh
                    .Where(item => item.Results is not null)
                    .ToDictionary(item => item.Run.Record.Path, Printed, StringComparer.Ordinal);
                var news = new PullNews
                {
                    Pull = group.Key,
                    Runs =
                    [
                        .. byPull[group.Key]
                            .Select(run =>
                                printed.TryGetValue(run.Record.Path, out var item)
                                    ? JobRun.Of(run.Record.With(item))
                                    : run
                            ),
                    ],
                    News = fresh,
                    Comment = CommentOf(byPull[group.Key]),
                    ReviewPart = ledger.Text(seen, ReviewFile(group.Key)),
                    Uncertain = group.Any(run => !changed.ContainsKey(run.Record.Path)),
                };
                var answer = sink.Report(news, now);
                reported[group.Key] = (news, answer);
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
            catch (HostException failure) when (failure is not GitException)
            {
                // GitHub takes nothing more; what it has taken so far is recorded, the rest is left to the next pass.
                fault = failure;
                break;
            }
        }

        var reminded = new List<JobRun>();
        if (fault is null or GitHubRefused)
        {
            fault = Remind(LeaseRule.Reminders(View(seen), now), created, reminded) ?? fault;
        }

        var after = ledger.Commit(
            snapshot => new LedgerWrite(
                [
                    .. reported
                        .Values.SelectMany(item =>
                            item.News.News.Select(news => Noted(news, item.Answer, snapshot, now))
                        )
                        .Concat(
                            reminded.Select(run =>
                                (snapshot.Records.GetValueOrDefault(run.Record.Path) ?? run.Record).With(
                                    LeaseRule.Reminded(run, now)
                                )
                            )
                        )
                        .GroupBy(record => record.Path, StringComparer.Ordinal)
                        .Select(group => group.Aggregate(JobRecord.Merge)),
                ],
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Told {reported.Count} pull request{(reported.Count == 1 ? "" : "s")}"
                )
            )
            {
                Files = view =>
                    [
                        .. files,
                        // The page was written before anybody had looked into the logs.
                        .. reported.Values.Any(item => item.News.News.Any(news => news.Results is not null))
                            ? Pages(view, null, now)
                            : [],
                        (
                            ReportLease.File,
                            Lease(snapshot)
                                .Released(options.Holder, sink.Created, sink.ClosedUntil, options.Time.GetUtcNow())
                                .Write()
                        ),
                    ],
                Always = true,
            },
            seen
        );
        return result with
        {
            View = after.View,
            PullsReported = reported.Count,
            PullsPending = pulls.Count - reported.Count,
            Fault = fault,
        };
    }

    /// <summary>Tells the pull requests of clusters that their leases end.</summary>
    /// <returns>What kept it from telling all.</returns>
    private HostException? Remind(IReadOnlyList<JobRun> due, int created, List<JobRun> reminded)
    {
        HostException? fault = null;
        foreach (var run in due)
        {
            if (created + sink.Created >= options.MostCreated)
            {
                break;
            }

            try
            {
                sink.Remind(run.Merged!.Pull, LeaseRule.Marker(run), LeaseRule.Reminder(run));
                reminded.Add(run);
            }
            catch (GitHubRefused refusal)
            {
                fault = refusal;
            }
            catch (HostException failure) when (failure is not GitException)
            {
                return failure;
            }
        }

        return fault;
    }

    private NewsOfRun News(
        JobRun run,
        Dictionary<string, PlannedState> changed,
        ClusterSnapshot snapshot,
        DateTimeOffset now
    )
    {
        var state = run.LastState!;
        // The last state before this one that the pull request has heard of.
        var before = run
            .States.SkipLast(1)
            .Where(item => run.Reported.Contains((item.At, item.State.Fingerprint)))
            .Select(item => item.State)
            .LastOrDefault();
        var observed =
            changed.GetValueOrDefault(run.Record.Path)?.Observed
            ?? snapshot.Find(ClusterSnapshot.Key(run.Record.Kind, run.Record.Namespace, run.Record.Name));
        var change = new StatusChange(run.Expectation, before, state);
        var (text, later) = change.JustEnded ? Log(observed ?? Shell(run)) : (null, false);
        var log = change.JustEndedBadly && text is not null ? LogTail.Of(text, options.LogLines) : null;
        return new NewsOfRun(run, state, before, log)
        {
            Results = text is null ? null : JobResults.Of(text),
            // Asked for a second time in any case: by the cluster's clock the end may lie far back.
            LogComesLater =
                later && (changed.ContainsKey(run.Record.Path) || now - (run.LastStateAt ?? now) < LogPatience),
        };
    }

    /// <summary>What a run's log is asked for by when its object is gone.</summary>
    private static ObservedJob Shell(JobRun run) =>
        new()
        {
            Kind = run.Record.Kind,
            Namespace = run.Record.Namespace,
            Name = run.Record.Name,
            RayClusterName = run.LastState?.RayClusterName ?? "",
        };

    /// <summary>A log that cannot be had is no reason to keep back that a job has failed.</summary>
    private (string? Text, bool Later) Log(ObservedJob job)
    {
        try
        {
            return (cluster.Log(job, Math.Max(options.LogLines, JobResults.Lines)), false);
        }
        catch (ClusterException fault)
        {
            return (null, fault.MayPass);
        }
    }

    /// <summary>What the ledger remembers of a report, on top of what it has by now.</summary>
    private static JobRecord Noted(NewsOfRun news, ReportReceipt answer, LedgerSnapshot snapshot, DateTimeOffset now)
    {
        var run =
            snapshot.Records.GetValueOrDefault(news.Run.Record.Path) is { } record && record != news.Run.Record
                ? JobRun.Of(record)
                : news.Run;
        var events = new List<LedgerEvent>();
        var at = news.Run.LastStateAt!.Value;
        if (!news.LogComesLater)
        {
            events.Add(new LedgerEvent(at, EventKind.Reported, news.State.Fingerprint));
        }

        if (news.Results is not null)
        {
            events.Add(Printed(news));
        }

        if (answer.Comment is { } comment && run.Comment != comment)
        {
            events.Add(comment.ToEvent(now, "comment"));
        }

        if (answer.Deployments.TryGetValue(run.Record.Path, out var deployment) && run.Deployment != deployment)
        {
            events.Add(deployment.ToEvent(now, "deployment"));
        }

        return run.Record.With(events);
    }

    private static LedgerEvent Printed(NewsOfRun news) =>
        ResultsEvent.Of(news.Results!, news.Run.LastStateAt!.Value, news.State);

    /// <summary>One comment serves all jobs of a pull request; whichever knows most of it.</summary>
    private static GitHubObjectRef? CommentOf(IEnumerable<JobRun> runs) =>
        runs.Select(run => run.Comment).OfType<GitHubObjectRef>().MaxBy(comment => comment.NodeId.Length > 0);

    /// <summary>Nothing can be seen: pull requests are left alone, the page says since when.</summary>
    private StatusPassResult Blind(LedgerSnapshot before, ClusterException fault, DateTimeOffset now)
    {
        var noted = UnreachableSince(before);
        var since = noted ?? now;
        if (!options.DryRun && noted is null)
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
