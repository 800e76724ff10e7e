namespace Rayquest.JobReport.Status;

/// <summary>Everything one look at the cluster showed. What was not listed is unknown, which is not the same as gone.</summary>
public sealed record ClusterSnapshot
{
    /// <summary>Objects of ours by <see cref="Key(string, string, string)"/>.</summary>
    public IReadOnlyDictionary<string, ObservedJob> Jobs { get; init; } = new Dictionary<string, ObservedJob>();

    /// <summary>RayJobs that some schedule started, by the same key; whose the schedule is, its owner tells.</summary>
    public IReadOnlyDictionary<string, ObservedJob> Runs { get; init; } = new Dictionary<string, ObservedJob>();

    /// <summary>Whether runs of schedules were listed, so that a missing one means something.</summary>
    public bool RunsListed { get; init; }

    /// <summary>Kinds whose list was complete.</summary>
    public IReadOnlySet<string> KindsListed { get; init; } = new HashSet<string>();

    /// <summary>Applications by name.</summary>
    public IReadOnlyDictionary<string, ObservedApplication> Applications { get; init; } =
        new Dictionary<string, ObservedApplication>();
    public bool ApplicationsListed { get; init; }

    /// <summary>Why jobs wait, by the same key as <see cref="Jobs"/>.</summary>
    public IReadOnlyDictionary<string, WaitingReason> Waiting { get; init; } = new Dictionary<string, WaitingReason>();

    /// <summary>What could not be listed, in words; told to the platform team, never to an engineer.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>An object of ours, or a run of a schedule; null where neither was seen.</summary>
    public ObservedJob? Find(string key) => Jobs.GetValueOrDefault(key) ?? Runs.GetValueOrDefault(key);

    /// <summary>Whether the absence of such an object means something.</summary>
    public bool IsListed(string kind, bool isRunOfSchedule) =>
        isRunOfSchedule ? RunsListed : KindsListed.Contains(kind);

    public static string Key(string kind, string ns, string name) => $"{kind}/{ns}/{name}";
}
