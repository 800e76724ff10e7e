using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Context;

/// <summary>What a run says of one team's quota: the rows, and the requests that ask.</summary>
/// <param name="Change">What starts, and what stays.</param>
/// <param name="Asking">The requests that start jobs, as they were read.</param>
public sealed record TeamQuota(TeamChange Change, IReadOnlyList<RequestContext> Asking)
{
    private IReadOnlyList<QuotaRow>? rows;

    /// <summary>The team's rows.</summary>
    public IReadOnlyList<QuotaRow> Rows => rows ??= QuotaTable.Of(Change);

    /// <summary>The quota of every team that a run has requests of, ordinal by name.</summary>
    public static IReadOnlyList<TeamQuota> Of(RepositoryContext context)
    {
        List<TeamQuota> quotas = [];
        foreach (
            IGrouping<string, RequestContext> team in context
                .Requests.GroupBy(r => r.Team, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
        )
        {
            RequestContext[] requests = [.. team];
            Dictionary<string, RequestContext> byPath = requests.ToDictionary(
                r => r.Document.Path,
                StringComparer.Ordinal
            );
            TeamChange change = TeamChange.Of(
                team.Key,
                requests[0].TeamPolicy,
                requests[0].Usage,
                requests
                    .Select(r => new RequestChange(r.Document.Path, IsRemoved: false, r.Outline))
                    .Concat(Withdrawn(context, requests[0].Usage))
            );
            quotas.Add(new TeamQuota(change, [.. change.Asking.Select(a => byPath[a.Path])]));
        }

        return quotas;
    }

    // A change gives back what it withdraws. In a plain run a rendered file without a request is removed by the next rendering.
    private static IEnumerable<RequestChange> Withdrawn(RepositoryContext context, TeamUsage usage) =>
        usage
            .Live.Select(l => RequestPath.RequestOf(l.Path))
            .Where(p =>
                (context.Base is null || context.ChangedPaths.Contains(p, StringComparer.Ordinal))
                && !context.HasRequest(p)
            )
            .Select(p => new RequestChange(p, IsRemoved: true, Plan: null));
}
