using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobReport.Ledger;

/// <summary>One thing wrong with the ledger.</summary>
/// <param name="IsRebuildable">True when writing the record again (or rebuilding) fixes it without losing anything.</param>
public sealed record LedgerFault(string Path, string Message, bool IsRebuildable);

/// <summary>Finds faults in the ledger's files; a sound ledger yields none.</summary>
public static class LedgerCheck
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);

    /// <summary>Reads every file and says what is wrong, by path.</summary>
    public static IEnumerable<LedgerFault> Verify(
        IEnumerable<(string Path, ReadOnlyMemory<byte> Bytes)> files,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(files);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, bytes) in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            if (FinishedMonth.Of(path) is { } month)
            {
                foreach (var wrong in Lines(month, bytes, names, now))
                {
                    yield return wrong;
                }

                continue;
            }

            var (record, fault) = JobRecord.Read(bytes);
            if (record is null)
            {
                yield return new LedgerFault(path, fault ?? "it cannot be read", IsRebuildable: false);
                continue;
            }

            if (!string.Equals(record.Path, path, StringComparison.Ordinal))
            {
                yield return new LedgerFault(path, $"it belongs at {record.Path}", IsRebuildable: true);
            }

            if (!bytes.Span.SequenceEqual(record.Write()))
            {
                yield return new LedgerFault(
                    path,
                    "its bytes are not canonical: edited by hand, or merged by something else",
                    IsRebuildable: true
                );
            }

            if (names.TryGetValue(record.Id, out var other))
            {
                yield return new LedgerFault(path, $"{record.Id} is told by {other} too", IsRebuildable: false);
            }

            names[record.Id] = path;
            foreach (var message in Faults(record, now))
            {
                yield return new LedgerFault(path, message, IsRebuildable: false);
            }
        }
    }

    private static IEnumerable<LedgerFault> Lines(
        FinishedMonth month,
        ReadOnlyMemory<byte> bytes,
        Dictionary<string, string> names,
        DateTimeOffset now
    )
    {
        var line = 0;
        foreach (var (record, fault) in LedgerCompaction.Read(bytes))
        {
            line++;
            if (record is null)
            {
                yield return Fault(fault ?? "it cannot be read");
                continue;
            }

            if (!string.Equals(record.Team, month.Team, StringComparison.Ordinal))
            {
                yield return Fault($"{record.Id} belongs to team {record.Team}");
            }

            if (names.TryGetValue(record.Id, out var other))
            {
                yield return Fault($"{record.Id} is told by {other} too");
            }

            names[record.Id] = month.Path;
            foreach (var message in Faults(record, now))
            {
                yield return Fault(message);
            }
        }

        LedgerFault Fault(string message) => new(month.Path, $"line {line}: {message}", IsRebuildable: false);
    }

    private static IEnumerable<string> Faults(JobRecord record, DateTimeOffset now)
    {
        var run = JobRun.Of(record);
        if (run.Merged is null)
        {
            yield return "it has no merged event with a pull request: run `rayquest ledger rebuild`";
        }

        if (record.Namespace.Length == 0 || record.Kind.Length == 0)
        {
            yield return "it has no namespace or kind: run `rayquest ledger rebuild`";
        }

        if (record.Events.FirstOrDefault(item => item.At > now + ClockSkew) is { } future)
        {
            yield return $"its {future.Kind} event lies in the future ({LedgerEvent.Time(future.At)})";
        }

        foreach (
            var item in record.Events.Where(item =>
                string.Equals(item.Kind, EventKind.State, StringComparison.Ordinal) && StateEvent.Read(item) is null
            )
        )
        {
            yield return $"its state event of {LedgerEvent.Time(item.At)} names no known phase";
        }

        // Without any state it is a record made anew from history, where states are not to be had.
        if (run.ArchivedAt is { } archived && run.LastState is { IsFinal: false })
        {
            yield return $"it was archived ({LedgerEvent.Time(archived)}) without being recorded as finished";
        }

        var end = run.States.FirstOrDefault(item => item.State.IsFinal);
        if (end.State is not null && run.States[^1].State is { IsFinal: false } after)
        {
            yield return $"it was {after.Phase} again after it had {end.State.Phase}: the same object ran twice, or that end was not true";
        }
    }
}
