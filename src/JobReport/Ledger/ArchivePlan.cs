using System.Collections.Immutable;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>How many finished jobs may leave main at once.</summary>
/// <param name="MaxJobs">Most jobs one commit may remove; a sweep's count one by one.</param>
/// <param name="MaxPercent">Largest share of the live request files, in percent.</param>
/// <remarks>One file may always go, so that neither a large sweep nor a small team waits for ever.</remarks>
public sealed record ArchiveLimits(int MaxJobs = 50, int MaxPercent = 25);

/// <summary>What one archiving commit removes.</summary>
/// <param name="Paths">Request files and rendered files.</param>
/// <param name="Runs">The runs that are archived by it.</param>
/// <param name="Waiting">Request files that are due and have to wait for the next pass.</param>
public sealed record ArchivePlan(ImmutableArray<string> Paths, ImmutableArray<JobRun> Runs, int Waiting)
{
    /// <summary>Runs that the ledger calls finished and the cluster shows alive; their files stay.</summary>
    public ImmutableArray<JobRun> Alive { get; init; } = [];

    /// <summary>Of the runs those that live, and whose lease has ended.</summary>
    public ImmutableArray<JobRun> LeaseEnded { get; init; } = [];

    /// <summary>
    /// Chooses the files of jobs that ended longer than their keep ago, the oldest first. A file goes only when every job
    /// it holds is recorded as finished; a job the ledger does not know keeps its file for ever.
    /// </summary>
    /// <param name="jobsOf">Object names in each rendered file that is on main now, by the request's path.</param>
    /// <param name="digestOf">The digest of the request on main now, by its path: a lease that was just renewed hasn't ended, whatever the ledger knows of it.</param>
    /// <param name="renderedOf">Path of a request's rendered file.</param>
    public static ArchivePlan Of(
        LedgerView view,
        IReadOnlyDictionary<string, IReadOnlyList<string>> jobsOf,
        Func<string, string?> digestOf,
        Func<string, string> renderedOf,
        ArchiveLimits limits,
        TimeSpan defaultKeep,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(jobsOf);
        ArgumentNullException.ThrowIfNull(digestOf);
        ArgumentNullException.ThrowIfNull(renderedOf);
        ArgumentNullException.ThrowIfNull(limits);
        var byName = view
            .Runs.Where(run => run.Merged is not null)
            .ToLookup(run => (run.Merged!.Request, run.Record.Name));
        var due = new List<(string Request, DateTimeOffset Ended, JobRun[] Runs)>();
        foreach (var (request, names) in jobsOf)
        {
            JobRun?[] runs = [.. names.Select(name => byName[(request, name)].FirstOrDefault())];
            DateTimeOffset?[] ends = [.. runs.Select(run => run is null ? null : Ended(run, request))];
            if (runs.Length > 0 && ends.All(end => end is not null))
            {
                due.Add((request, ends.Max()!.Value, [.. runs.Select(run => run!)]));
            }
        }

        var files = Math.Max(1, jobsOf.Count * limits.MaxPercent / 100);
        var jobs = 0;
        var chosen = due.OrderBy(item => item.Ended)
            .ThenBy(item => item.Request, StringComparer.Ordinal)
            .Take(files)
            .TakeWhile((item, index) => (jobs += item.Runs.Length) <= limits.MaxJobs || index == 0)
            .ToArray();
        return new ArchivePlan(
            [.. chosen.SelectMany(item => new[] { item.Request, renderedOf(item.Request) })],
            [.. chosen.SelectMany(item => item.Runs)],
            due.Count - chosen.Length
        )
        {
            LeaseEnded = [.. chosen.SelectMany(item => item.Runs).Where(run => run.EndedAt is null)],
        };

        DateTimeOffset? Ended(JobRun run, string request) =>
            run.EndedAt is { } ended ? (now - ended >= (run.Merged?.Keep ?? defaultKeep) ? ended : null)
            : LeaseRule.HasEnded(run, now) && digestOf(request) == run.Facts!.Digest ? run.LeaseEnds
            : null;
    }

    /// <summary>
    /// The plan without the files that hold a job which the cluster shows alive, whatever the ledger says of it.
    /// </summary>
    /// <param name="seen">What the cluster shows of a run right now; null for nothing of that name.</param>
    public ArchivePlan Confirmed(Func<JobRun, ObservedJob?> seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var alive = Runs.Where(run =>
                !LeaseEnded.Contains(run) && seen(run) is { } job && !JobStateMapper.Present(job).IsFinal
            )
            .ToImmutableArray();
        if (alive.IsEmpty)
        {
            return this;
        }

        var kept = alive.Select(run => run.Merged!.Request).ToHashSet(StringComparer.Ordinal);
        var files = kept.Concat(kept.Select(RequestPath.JobOf)).ToHashSet(StringComparer.Ordinal);
        return new ArchivePlan(
            Paths.RemoveAll(files.Contains),
            Runs.RemoveAll(run => kept.Contains(run.Merged!.Request)),
            Waiting
        )
        {
            Alive = alive,
            LeaseEnded = LeaseEnded,
        };
    }
}
