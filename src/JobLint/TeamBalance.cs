namespace Rayquest.JobLint;

/// <summary>What a team holds before and after a change: all its live jobs, and every request of the change judged together.</summary>
/// <param name="Team">The team.</param>
/// <param name="Policy">Its limits; null when it has none.</param>
/// <param name="Before">What its live jobs hold.</param>
/// <param name="After">What they hold once the change is merged.</param>
/// <param name="Changed">The requests of the change that start or replace jobs.</param>
/// <param name="Kept">The live jobs that stay as they are.</param>
public sealed record TeamBalance(
    string Team,
    TeamPolicy? Policy,
    Holding Before,
    Holding After,
    IReadOnlyList<RequestContext> Changed,
    IReadOnlyList<LiveJob> Kept
)
{
    /// <summary>The balance of every team that a run has requests of, ordinal by name.</summary>
    public static IReadOnlyList<TeamBalance> Of(RepositoryContext context)
    {
        List<TeamBalance> balances = [];
        foreach (
            IGrouping<string, RequestContext> team in context
                .Requests.GroupBy(r => r.Team, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
        )
        {
            balances.Add(Of(context, team.Key, [.. team]));
        }

        return balances;
    }

    private static TeamBalance Of(RepositoryContext context, string team, IReadOnlyList<RequestContext> requests)
    {
        TeamUsage usage = requests[0].Usage;
        List<RequestContext> changed = [];
        HashSet<string> replaced = new(StringComparer.Ordinal);
        foreach (RequestContext request in requests)
        {
            // A request that could not be planned changes nothing: what is live stays counted.
            if (request.Outline is { } plan && request.Live?.Header.RequestDigest != plan.Digest)
            {
                changed.Add(request);
                replaced.Add(RequestPath.JobOf(request.Document.Path));
            }
        }

        List<LiveJob> kept = [];
        foreach (LiveJob live in usage.Live)
        {
            if (!replaced.Contains(live.Path) && context.HasRequest(RequestPath.RequestOf(live.Path)))
            {
                kept.Add(live);
            }
        }

        Holding after = Sum(kept.Select(k => k.Header.Holding).Concat(changed.Select(c => c.Outline!.Holding)));
        return new TeamBalance(team, requests[0].TeamPolicy, usage.Total, after, changed, kept);
    }

    internal static Holding Sum(IEnumerable<Holding> holdings)
    {
        GpuCounts gpus = GpuCounts.None;
        int jobs = 0;
        Quantity cpu = Quantity.Zero;
        Quantity memory = Quantity.Zero;
        double? cost = 0;
        foreach (Holding holding in holdings)
        {
            jobs += holding.Jobs;
            cpu += holding.Cpu;
            memory += holding.Memory;
            cost += holding.MaxCost;
            gpus = gpus.With(holding.Gpus);
        }

        return new Holding(jobs, gpus, cpu, memory, cost);
    }
}
