namespace Rayquest.JobLint.Context;

/// <summary>Everything a rule over the whole change may look at.</summary>
public sealed class RepositoryContext
{
    public required IRepositoryTree Tree { get; init; }
    public required PolicySet Policies { get; init; }
    public required LoadedPolicies LoadedPolicies { get; init; }

    /// <summary>Every request that was read, ordinal by path.</summary>
    public required IReadOnlyList<RequestContext> Requests { get; init; }

    /// <summary>Whether all requests of the tree were read (false for a change of some files).</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Paths of requests that are links or submodules, which are not read.</summary>
    public IReadOnlySet<string> LinkedRequests { get; init; } = new HashSet<string>();

    /// <summary>Everything under <c>jobs-requests/</c>, listed once.</summary>
    public IReadOnlyList<TreeEntry> RequestEntries
    {
        get => field ??= Tree.List(RequestPath.Requests);
        init;
    }

    /// <summary>Everything under <c>jobs/</c>, listed once.</summary>
    public IReadOnlyList<TreeEntry> JobEntries => field ??= Tree.List(RequestPath.Jobs);

    private HashSet<string> RequestPaths =>
        field ??= RequestEntries.Select(e => e.Path).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a request is there; asked for every live job, so that a whole run doesn't ask the disk for each.</summary>
    public bool HasRequest(string path) => IsWhole ? RequestPaths.Contains(path) : Tree.Find(path) is not null;

    /// <summary>The rendered files a run has to look at, read once for the rules that do.</summary>
    internal IReadOnlyList<JobFile> JobFiles => field ??= [.. JobFile.Of(this)];

    /// <summary>The policies to evaluate as such: the head's where a change touches them, the run's own without a base, otherwise none.</summary>
    public LoadedPolicies? EvaluatedPolicies =>
        Base is null ? LoadedPolicies
        : !ChangedPaths.Any(p => p.StartsWith(RequestPath.Policies, StringComparison.Ordinal)) ? null
        : field ??= PolicyLoader.Load(Tree);

    /// <summary>The quota of every team before and after, ordinal by team.</summary>
    public IReadOnlyList<TeamQuota> Quotas => field ??= TeamQuota.Of(this);

    /// <summary>The base the change starts from; null for a plain run over a folder.</summary>
    public IRepositoryTree? Base { get; init; }

    /// <summary>The paths the change touches; empty without a base.</summary>
    public IReadOnlyList<string> ChangedPaths { get; init; } = [];
}
