namespace Rayquest.JobLint.Quotas;

/// <summary>What a team holds: by live jobs, each with its file.</summary>
public sealed record TeamUsage(IReadOnlyList<LiveJob> Live)
{
    /// <summary>Nothing.</summary>
    public static TeamUsage None { get; } = new([]);

    private readonly Dictionary<string, LiveJob> byPath = Live.ToDictionary(l => l.Path, StringComparer.Ordinal);

    /// <summary>Everything together.</summary>
    public ResourceDemand Total { get; } = ResourceDemand.Sum(Live.Select(l => l.Header.Demand));

    private ILookup<string, JobHeader>? byName;

    /// <summary>The live job rendered to a path, or null.</summary>
    public LiveJob? Find(string path) => byPath.GetValueOrDefault(path);

    /// <summary>The live files that hold an object of a name.</summary>
    public IEnumerable<JobHeader> HoldersOf(string name) =>
        (
            byName ??= Live.SelectMany(l => NamesOf(l.Header).Select(n => (Name: n, l.Header)))
                .ToLookup(n => n.Name, n => n.Header, StringComparer.Ordinal)
        )[name];

    /// <summary>The names of a file's jobs, and what the code that the jobs of a sweep share is called by.</summary>
    internal static IEnumerable<string> NamesOf(JobHeader header)
    {
        foreach (HeaderJob job in header.Jobs)
        {
            yield return job.Name;
        }

        if (header is { Jobs: [{ Name.Length: > 6 } first, _, ..], RequestDigest.Length: > 5 })
        {
            for (int attempt = 0; attempt < 2; attempt++)
            {
                yield return $"{first.Name[..^6]}-{RequestDigest.Suffix(header.RequestDigest, [], attempt)}";
            }
        }
    }
}
