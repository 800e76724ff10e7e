using System.Collections.Concurrent;
using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Engine;

/// <summary>
/// What was merged, as far as evaluating needs it: whose a name is, and what a request's own manifest says. Asked from several
/// threads.
/// </summary>
/// <param name="input">The run.</param>
/// <param name="usage">What the live jobs of each team are, where they are read already.</param>
internal sealed class MergedJobs(LintInput input, IReadOnlyDictionary<string, TeamUsage> usage) : IObjectNames
{
    private readonly IRepositoryTree tree = input.Merged ?? input.Base ?? input.Tree;
    private readonly bool isUsageOfTree = input.Merged is null || ReferenceEquals(input.Merged, input.Base);
    private readonly ConcurrentDictionary<string, string[]> neighbours = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<string>> teams = new(() => TeamsOf(input, usage));

    /// <inheritdoc/>
    public bool IsTaken(string team, string name, RequestIdentity request)
    {
        if (IsTakenIn(team, name, request))
        {
            return true;
        }

        foreach (string other in neighbours.GetOrAdd(team, NeighboursOf))
        {
            if (IsTakenIn(other, name, request))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public bool IsTakenBesides(string requestPath, string team, string name) =>
        (
            isUsageOfTree
            && usage.TryGetValue(team, out TeamUsage? held)
            && held.HoldersOf(name).Any(h => h.RequestPath != requestPath)
        )
        || neighbours
            .GetOrAdd(team, NeighboursOf)
            .Any(other =>
                isUsageOfTree && usage.TryGetValue(other, out TeamUsage? theirs)
                    ? theirs.HoldersOf(name).Any()
                    : HeaderOf($"{RequestPath.Jobs}{other}/{name}.yaml")?.Jobs.Any(j => j.Name == name) == true
            );

    // Those whose objects lie in the same namespace.
    private string[] NeighboursOf(string team)
    {
        PlatformPolicy platform = input.Policies.Policies.Platform;
        string place = platform.NamespaceOf(team);
        return
        [
            .. teams.Value.Where(other =>
                other != team && string.Equals(platform.NamespaceOf(other), place, StringComparison.Ordinal)
            ),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string>? GivenTo(string requestPath, RequestIdentity request) =>
        HeaderOf(RequestPath.JobOf(requestPath)) is { } header && request.Is(header)
            ? [.. header.Jobs.Select(j => j.Name)]
            : null;

    /// <summary>Whether a request means what its merged manifest was rendered from: then that manifest is frozen.</summary>
    public bool IsFrozen(string requestPath, RequestIdentity? request)
    {
        string path = RequestPath.JobOf(requestPath);
        return request is not null
            && (input.Merged ?? input.Base) is { } merged
            && merged.Find(path) is { Kind: TreeEntryKind.File }
            && merged.Read(path) is { } bytes
            && JobHeader.Read(bytes, out int body) is { } header
            && header.RequestPath == requestPath
            && header.ContentDigest == JobHeader.Digest(bytes.Span[body..])
            && request.Is(header);
    }

    /// <summary>Whether the request's file is the very one that was merged.</summary>
    public bool IsUnchanged(string requestPath) =>
        (input.Merged ?? input.Base) is { } merged
        && merged.Read(requestPath) is { } before
        && input.Tree.Read(requestPath) is { } now
        && before.Span.SequenceEqual(now.Span);

    private bool IsTakenIn(string team, string name, RequestIdentity request)
    {
        // A record without a digest is of an earlier version, or of a request nobody can tell.
        if (input.Recorded.DigestOf(team, name) is { } noted && noted != request.Digest)
        {
            return true;
        }

        if (isUsageOfTree && usage.TryGetValue(team, out TeamUsage? held))
        {
            return held.HoldersOf(name).Any(h => !request.Is(h));
        }

        // The name of the object ends with the digits; what is before them names the file.
        return name.Length > 6
            && HeaderOf($"{RequestPath.Jobs}{team}/{name[..^6]}.yaml") is { } header
            && TeamUsage.NamesOf(header).Contains(name, StringComparer.Ordinal)
            && !request.Is(header);
    }

    private JobHeader? HeaderOf(string path) =>
        isUsageOfTree && RequestPath.TeamOf(path) is { } team && usage.TryGetValue(team, out TeamUsage? held)
            ? held.Find(path)?.Header
        : tree.Find(path) is { Kind: TreeEntryKind.File } && tree.Read(path) is { } bytes ? JobHeader.Read(bytes, out _)
        : null;

    // Only teams that share a namespace are asked for, so that a repository of many is not listed for one.
    private static IReadOnlyList<string> TeamsOf(LintInput input, IReadOnlyDictionary<string, TeamUsage> usage)
    {
        PolicySet policies = input.Policies.Policies;
        bool shares = !policies.Platform.NamespacePattern.Contains("{team}", StringComparison.Ordinal);
        IEnumerable<string> listed = policies
            .Quotas.Teams.Keys.Concat(policies.Platform.Namespaces.Keys)
            .Concat(usage.Keys);
        if (shares)
        {
            listed = listed.Concat(
                (input.Merged ?? input.Base ?? input.Tree)
                    .List(RequestPath.Jobs)
                    .Select(e => RequestPath.TeamOf(e.Path))
                    .OfType<string>()
            );
        }

        return [.. listed.Distinct(StringComparer.Ordinal)];
    }
}
