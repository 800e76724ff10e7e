using System.Collections.Immutable;
using Rayquest.JobModel.Plans;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>GPU time of a team on one type in one calendar month (UTC).</summary>
/// <param name="Month">The first day of the month.</param>
/// <param name="Seconds">GPUs × seconds of running time.</param>
public sealed record GpuUse(string Team, string GpuType, DateOnly Month, double Seconds)
{
    public double Hours => Seconds / 3600;
}

/// <summary>Everything the ledger can answer; built once from all records.</summary>
public sealed class LedgerView : IRecordedNames
{
    private Dictionary<(string Team, string Name), string>? names;
    private readonly ImmutableArray<GpuUse> past;

    /// <param name="past">GPU time of runs that are not among the records.</param>
    public LedgerView(IEnumerable<JobRecord> records, IEnumerable<GpuUse>? past = null)
    {
        this.past = [.. past ?? []];
        Runs = [.. records.OrderBy(record => record.Path, StringComparer.Ordinal).Select(JobRun.Of)];
        ById = Runs.GroupBy(run => run.Record.Id, StringComparer.Ordinal)
            .ToImmutableDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
    }

    /// <summary>All runs by path.</summary>
    public ImmutableArray<JobRun> Runs { get; }

    /// <summary>By namespace/name, as the cluster knows them.</summary>
    public ImmutableDictionary<string, JobRun> ById { get; }

    /// <inheritdoc/>
    public string? DigestOf(string team, string name) =>
        (
            names ??= Runs.GroupBy(run => (run.Record.Team, run.Record.Name))
                .ToDictionary(group => group.Key, group => group.First().Merged?.Digest ?? "")
        ).GetValueOrDefault((team, name));

    public IEnumerable<JobRun> Live => Runs.Where(run => run.IsLive);

    /// <summary>Finished runs, the newest first.</summary>
    public IEnumerable<JobRun> Finished =>
        Runs.Where(run => run.EndedAt is not null)
            .OrderByDescending(run => run.EndedAt)
            .ThenBy(run => run.Record.Path, StringComparer.Ordinal);

    /// <summary>Runs of a request file, the oldest first: its history.</summary>
    public IEnumerable<JobRun> History(string request) =>
        Runs.Where(run => string.Equals(run.Merged?.Request, request, StringComparison.Ordinal))
            .OrderBy(run => run.MergedAt)
            .ThenBy(run => run.Record.Path, StringComparer.Ordinal);

    /// <summary>The runs of a schedule, the newest first.</summary>
    public IEnumerable<JobRun> RunsOf(JobRun schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return ScheduledRunsOf(schedule, Runs);
    }

    /// <summary>The runs of a schedule among some, the newest first.</summary>
    public static IEnumerable<JobRun> ScheduledRunsOf(JobRun schedule, IEnumerable<JobRun> runs)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return schedule.Record.Kind != EngineKind.RayCronJob
            ? []
            : runs.Where(run =>
                    run.ScheduledBy == schedule.Record.Name && run.Record.Namespace == schedule.Record.Namespace
                )
                .OrderByDescending(run => run.MergedAt)
                .ThenByDescending(run => run.Record.Name, StringComparer.Ordinal);
    }

    /// <summary>GPUs of a type that live jobs of a team hold or may come to hold.</summary>
    public int LiveGpus(string team, string gpuType) =>
        Live.Where(run => string.Equals(run.Record.Team, team, StringComparison.Ordinal))
            .Sum(run => run.Gpus.GetValueOrDefault(gpuType));

    /// <summary>GPU time by team, type and month until <paramref name="now"/>; only running time counts, waiting is free.</summary>
    public IReadOnlyList<GpuUse> GpuUse(DateTimeOffset now)
    {
        var sums = new SortedDictionary<(string Team, string Type, DateOnly Month), double>();
        foreach (var use in past)
        {
            var key = (use.Team, use.GpuType, use.Month);
            sums[key] = sums.GetValueOrDefault(key) + use.Seconds;
        }

        foreach (var run in Runs)
        {
            foreach (var (type, count) in run.Gpus)
            {
                foreach (var time in run.RunningTimes)
                {
                    foreach (var (from, to) in Split(time.From, time.To ?? now, Month))
                    {
                        var key = (run.Record.Team, type, DateOnly.FromDateTime(Month(from).UtcDateTime));
                        sums[key] = sums.GetValueOrDefault(key) + (count * (to - from).TotalSeconds);
                    }
                }
            }
        }

        return [.. sums.Select(pair => new GpuUse(pair.Key.Team, pair.Key.Type, pair.Key.Month, pair.Value))];
    }

    /// <summary>GPU-hours of a team on a type in the month of <paramref name="now"/>.</summary>
    public double GpuHoursThisMonth(string team, string gpuType, DateTimeOffset now)
    {
        var month = DateOnly.FromDateTime(Month(now).UtcDateTime);
        return GpuUse(now)
            .Where(use =>
                use.Month == month
                && string.Equals(use.Team, team, StringComparison.Ordinal)
                && string.Equals(use.GpuType, gpuType, StringComparison.Ordinal)
            )
            .Sum(use => use.Hours);
    }

    /// <summary>GPU-hours per team and day for the last days, today last; teams sorted, all types together.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<double>> GpuHoursByDay(DateTimeOffset now, int days)
    {
        var first = Day(now).AddDays(1 - days);
        var sums = new SortedDictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var run in Runs)
        {
            var gpus = run.Gpus.Values.Sum();
            if (gpus == 0)
            {
                continue;
            }

            foreach (var time in run.RunningTimes)
            {
                var start = time.From > first ? time.From : first;
                foreach (var (from, to) in Split(start, time.To ?? now, Day))
                {
                    var index = (Day(from) - first).Days;
                    if (index >= 0 && index < days)
                    {
                        if (!sums.TryGetValue(run.Record.Team, out var row))
                        {
                            sums[run.Record.Team] = row = new double[days];
                        }

                        row[index] += gpus * (to - from).TotalHours;
                    }
                }
            }
        }

        return sums.ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => pair.Value.ToImmutableArray(),
            StringComparer.Ordinal
        );
    }

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Split(
        DateTimeOffset from,
        DateTimeOffset to,
        Func<DateTimeOffset, DateTimeOffset> floor
    )
    {
        var isMonth = floor == Month;
        while (from < to)
        {
            var next = isMonth ? floor(from).AddMonths(1) : floor(from).AddDays(1);
            var end = next < to ? next : to;
            yield return (from, end);
            from = end;
        }
    }

    private static DateTimeOffset Month(DateTimeOffset time) =>
        new(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset Day(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}
