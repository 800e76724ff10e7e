using Rayquest.JobReport.Status;

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

/// <summary>An object that keeps its name and whose request a commit on main changed.</summary>
public sealed record EditedJob(string Team, string Name, DateTimeOffset At, MergedFacts Facts);

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
        IEnumerable<JobRecord> existing,
        IEnumerable<EditedJob>? edited = null
    )
    {
        var records = new SortedDictionary<string, JobRecord>(StringComparer.Ordinal);
        foreach (var record in existing)
        {
            Put(record);
        }

        // In their order: what keeps its name may come, be edited, go and come again.
        var changes = added
            .Select(job => (job.At, Apply: (Action)(() => Add(job))))
            .Concat((edited ?? []).Select(job => (job.At, Apply: (Action)(() => Edit(job)))))
            .Concat(removed.Select(job => (job.At, Apply: (Action)(() => Remove(job)))));
        foreach (var (_, apply) in changes.OrderBy(item => item.At))
        {
            apply();
        }

        return [.. records.Values];

        void Add(AddedJob job)
        {
            // A rebuild must not tell a merge twice when the ledger still has it with the workflow's own clock.
            var known = records.GetValueOrDefault(JobRecord.PathOf(job.Team, job.Name));
            if (known is null || JobRun.Of(known).Merged is null || IsAnotherLife(known, job))
            {
                Put(new JobRecord(job.Team, job.Name, job.Kind, job.Namespace, [job.Facts.ToEvent(job.At)]));
            }
        }

        void Edit(EditedJob job)
        {
            if (
                records.TryGetValue(JobRecord.PathOf(job.Team, job.Name), out var record)
                && !record.Events.Any(item => item.Kind is EventKind.Edited && item.Key == job.Facts.Sha)
            )
            {
                Put(record.With(job.Facts.ToEvent(job.At, EventKind.Edited)));
            }
        }

        void Remove(RemovedJob job)
        {
            if (!records.TryGetValue(JobRecord.PathOf(job.Team, job.Name), out var record))
            {
                return;
            }

            // A message can say anything: what the ledger has seen alive and never ended was taken back.
            var run = JobRun.Of(record);
            var kind =
                job.Archive && run.LastState is not { IsFinal: false } ? EventKind.Archived : EventKind.Withdrawn;
            var isNoted = EngineKind.KeepsName(record.Kind)
                ? record.Events.Any(item =>
                    item.Kind is EventKind.Archived or EventKind.Withdrawn && item.Key == job.Sha
                )
                    || (run.WithdrawnAt ?? run.ArchivedAt) is not null
                    || job.At < run.MergedAt
                : record.Events.Any(item => string.Equals(item.Kind, kind, StringComparison.Ordinal));
            if (!isNoted)
            {
                Put(record.With(new LedgerEvent(job.At, kind, job.Sha)));
            }
        }

        static bool IsAnotherLife(JobRecord known, AddedJob job) =>
            EngineKind.KeepsName(known.Kind)
            && JobRun.Of(known) is var run
            && (run.WithdrawnAt ?? run.ArchivedAt) < job.At
            && !known.Events.Any(item => item.Kind is EventKind.Merged && item.Key == job.Facts.Sha);

        void Put(JobRecord record) =>
            records[record.Path] = records.TryGetValue(record.Path, out var there)
                ? JobRecord.Merge(there, record)
                : record;
    }
}
