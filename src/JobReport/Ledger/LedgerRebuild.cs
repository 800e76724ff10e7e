namespace Rayquest.JobReport.Ledger;

/// <summary>A rendered job that a commit on main added.</summary>
public sealed record AddedJob(
    string Team,
    string Kind,
    string Namespace,
    string Name,
    DateTimeOffset At,
    MergedFacts Facts
);

/// <summary>A rendered job that a commit on main removed.</summary>
/// <param name="Archive">True for the archiving commit of our own, false when a person took the request back.</param>
public sealed record RemovedJob(string Team, string Name, DateTimeOffset At, string Sha, bool Archive);

/// <summary>Writes the ledger anew from Git's history and GitHub's answers, or completes what is left of it.</summary>
public static class LedgerRebuild
{
    /// <summary>
    /// Records for every job the history tells of, united with what is still there. States come back with the next
    /// status pass as far as the cluster still shows them.
    /// </summary>
    public static IReadOnlyList<JobRecord> Of(
        IEnumerable<AddedJob> added,
        IEnumerable<RemovedJob> removed,
        IEnumerable<JobRecord> existing
    )
    {
        var records = new SortedDictionary<string, JobRecord>(StringComparer.Ordinal);
        foreach (var record in existing)
        {
            Put(record);
        }

        foreach (var job in added)
        {
            // A rebuild must not tell a merge twice when the ledger still has it with the workflow's own clock.
            var known = records.GetValueOrDefault(JobRecord.PathOf(job.Team, job.Name));
            if (known is null || JobRun.Of(known).Merged is null)
            {
                Put(new JobRecord(job.Team, job.Name, job.Kind, job.Namespace, [job.Facts.ToEvent(job.At)]));
            }
        }

        foreach (var job in removed)
        {
            if (records.TryGetValue(JobRecord.PathOf(job.Team, job.Name), out var record))
            {
                // A message can say anything: what the ledger has seen alive and never ended was taken back.
                var alive = JobRun.Of(record).LastState is { IsFinal: false };
                var kind = job.Archive && !alive ? EventKind.Archived : EventKind.Withdrawn;
                if (!record.Events.Any(item => string.Equals(item.Kind, kind, StringComparison.Ordinal)))
                {
                    Put(record.With(new LedgerEvent(job.At, kind, job.Sha)));
                }
            }
        }

        return [.. records.Values];

        void Put(JobRecord record) =>
            records[record.Path] = records.TryGetValue(record.Path, out var there)
                ? JobRecord.Merge(there, record)
                : record;
    }
}
