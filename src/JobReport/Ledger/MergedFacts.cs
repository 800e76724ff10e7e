using System.Collections.Immutable;
using System.Globalization;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobReport.Ledger;

/// <summary>What is known of a job at its merge, and never changes afterwards.</summary>
public sealed record MergedFacts
{
    /// <summary>The pull request's number.</summary>
    public required int Pull { get; init; }
    public required string Author { get; init; }

    /// <summary>Path of the request file at the merge.</summary>
    public required string Request { get; init; }

    /// <summary>The merge commit.</summary>
    public required string Sha { get; init; }

    /// <summary>The digest of the request, of which the object's name has a few digits; empty where it was not noted.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Path of the rendered manifest.</summary>
    public string Manifest { get; init; } = "";

    /// <summary>GPUs by type, at most (the upper end of an autoscaled range).</summary>
    public ImmutableSortedDictionary<string, int> Gpus { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Kubernetes quantities of the whole job, at most.</summary>
    public string Cpu { get; init; } = "";
    public string Memory { get; init; } = "";

    /// <summary>What it can cost at most, in the platform's currency; null when no price or no timeout is known.</summary>
    public decimal? MaxCost { get; init; }
    public TimeSpan? Timeout { get; init; }
    public TimeSpan? QueueTimeout { get; init; }

    /// <summary>How long a finished job stays on main.</summary>
    public TimeSpan? Keep { get; init; }

    /// <summary>How long a cluster is given for; null for no end.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>When a RayCronJob runs, as its manifest says; empty for everything else.</summary>
    public string Schedule { get; init; } = "";

    /// <summary>The zone of <see cref="Schedule"/>; empty for the operator's own.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>The RayCronJob of which this is a run; empty for what a request asked for by itself.</summary>
    public string ScheduledBy { get; init; } = "";

    /// <summary>Who approved, in order.</summary>
    public ImmutableArray<string> Approvers { get; init; } = [];

    /// <summary>What the results of the request's runs are compared by, or null.</summary>
    public BestResult? Best { get; init; }

    /// <summary>What the run has of its request's sweep; empty where that was not noted.</summary>
    public ImmutableSortedDictionary<string, string> SweepValues { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Object of the run it replaces, or empty.</summary>
    public string Replaces { get; init; } = "";

    /// <param name="at">When it was merged.</param>
    /// <param name="kind"><see cref="EventKind.Merged"/> or <see cref="EventKind.Edited"/>.</param>
    public LedgerEvent ToEvent(DateTimeOffset at, string kind = EventKind.Merged)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["pull"] = Pull.ToString(CultureInfo.InvariantCulture),
            ["author"] = Author,
            ["request"] = Request,
        };
        Add("digest", Digest);
        Add("manifest", Manifest);
        Add("cpu", Cpu);
        Add("memory", Memory);
        Add("maxCost", MaxCost?.ToString(CultureInfo.InvariantCulture));
        Add("timeout", Seconds(Timeout));
        Add("queueTimeout", Seconds(QueueTimeout));
        Add("keep", Seconds(Keep));
        Add("lease", Seconds(Lease));
        Add("schedule", Schedule);
        Add("timeZone", TimeZone);
        Add("scheduledBy", ScheduledBy);
        Add("approvers", string.Join(' ', Approvers));
        Add("replaces", Replaces);
        Add("best", Best?.ToString());
        foreach (var (type, count) in Gpus)
        {
            data[$"gpus/{type}"] = count.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in SweepValues)
        {
            data[$"sweep/{name}"] = value;
        }

        return new LedgerEvent(at, kind, Sha, data);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                data[name] = value;
            }
        }
    }

    /// <summary>Reads the event of a merge or of an edit; null when it is of another kind or names no pull request.</summary>
    public static MergedFacts? Read(LedgerEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (
            item.Kind is not (EventKind.Merged or EventKind.Edited)
            || !int.TryParse(item["pull"], NumberStyles.None, CultureInfo.InvariantCulture, out var pull)
        )
        {
            return null;
        }

        return new MergedFacts
        {
            Pull = pull,
            Author = item["author"],
            Request = item["request"],
            Sha = item.Key,
            Digest = item["digest"],
            Manifest = item["manifest"],
            Cpu = item["cpu"],
            Memory = item["memory"],
            MaxCost = decimal.TryParse(item["maxCost"], NumberStyles.Number, CultureInfo.InvariantCulture, out var cost)
                ? cost
                : null,
            Timeout = Span(item["timeout"]),
            QueueTimeout = Span(item["queueTimeout"]),
            Keep = Span(item["keep"]),
            Lease = Span(item["lease"]),
            Schedule = item["schedule"],
            TimeZone = item["timeZone"],
            ScheduledBy = item["scheduledBy"],
            Approvers = [.. item["approvers"].Split(' ', StringSplitOptions.RemoveEmptyEntries)],
            Replaces = item["replaces"],
            Best = BestResult.Parse(item["best"]),
            SweepValues = item
                .Data.Where(pair => pair.Key.StartsWith("sweep/", StringComparison.Ordinal))
                .ToImmutableSortedDictionary(
                    pair => pair.Key["sweep/".Length..],
                    pair => pair.Value,
                    StringComparer.Ordinal
                ),
            Gpus = item
                .Data.Where(pair => pair.Key.StartsWith("gpus/", StringComparison.Ordinal))
                .Select(pair =>
                    (
                        Type: pair.Key["gpus/".Length..],
                        Ok: int.TryParse(pair.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count),
                        Count: count
                    )
                )
                .Where(entry => entry.Ok)
                .ToImmutableSortedDictionary(entry => entry.Type, entry => entry.Count, StringComparer.Ordinal),
        };
    }

    private static string? Seconds(TimeSpan? span) =>
        span is { } value ? ((long)value.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null;

    private static TimeSpan? Span(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 1_000_000_000
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
