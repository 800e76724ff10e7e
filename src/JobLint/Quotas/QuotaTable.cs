namespace Rayquest.JobLint.Quotas;

/// <summary>One request that a change touches.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="IsRemoved">Whether the change takes it away.</param>
/// <param name="Plan">What it asks for once merged; null where it is removed, or can't be planned.</param>
public sealed record RequestChange(string Path, bool IsRemoved, PlanOutline? Plan)
{
    /// <summary>What the change holds for a time on top, beside what it asks for.</summary>
    public ResourceDemand Surge { get; init; } = ResourceDemand.None;
}

/// <summary>What a change does to one team's jobs.</summary>
/// <param name="Team">The team.</param>
/// <param name="Policy">Its limits; null when it has none.</param>
/// <param name="Usage">What its live jobs hold before.</param>
/// <param name="Asking">The requests that start jobs.</param>
/// <param name="Kept">The live jobs that stay as they are.</param>
public sealed record TeamChange(
    string Team,
    TeamPolicy? Policy,
    TeamUsage Usage,
    IReadOnlyList<RequestChange> Asking,
    IReadOnlyList<LiveJob> Kept
)
{
    /// <summary>What other open pull requests ask for on top.</summary>
    public ResourceDemand PendingElsewhere { get; init; } = ResourceDemand.None;

    /// <summary>
    /// Tells what starts and what stays. A request that means what its live job was rendered from starts nothing; one that
    /// can't be planned changes nothing, so what is live stays counted.
    /// </summary>
    public static TeamChange Of(
        string team,
        TeamPolicy? policy,
        TeamUsage usage,
        IEnumerable<RequestChange> requests,
        ResourceDemand? pendingElsewhere = null
    )
    {
        List<RequestChange> asking = [];
        HashSet<string> ended = new(StringComparer.Ordinal);
        foreach (RequestChange request in requests)
        {
            string job = RequestPath.JobOf(request.Path);
            if (request.IsRemoved)
            {
                ended.Add(job);
            }
            else if (request.Plan is { IsLive: false })
            {
                ended.Add(job);
                asking.Add(request);
            }
        }

        return new TeamChange(team, policy, usage, asking, [.. usage.Live.Where(l => !ended.Contains(l.Path))])
        {
            PendingElsewhere = pendingElsewhere ?? ResourceDemand.None,
        };
    }
}

/// <summary>
/// The one arithmetic of quotas: what a team holds before and after a change, beside what it may. Rules, verdict, comment
/// and tables all read these rows.
/// </summary>
public static class QuotaTable
{
    /// <summary>The rows of several teams, ordinal by team.</summary>
    public static IReadOnlyList<QuotaRow> Of(IEnumerable<TeamChange> changes) =>
        [.. changes.OrderBy(c => c.Team, StringComparer.Ordinal).SelectMany(Of)];

    /// <summary>The rows of one team: GPU types that are held, asked for or pending, by name; then CPUs, memory and jobs.</summary>
    public static IReadOnlyList<QuotaRow> Of(TeamChange change)
    {
        TeamPolicy? policy = change.Policy;
        ResourceDemand before = change.Usage.Total;
        ResourceDemand stays = ResourceDemand.Sum(change.Kept.Select(k => k.Header.Demand));
        ResourceDemand asked = ResourceDemand.Sum(change.Asking.Select(a => a.Plan!.Demand));
        ResourceDemand surge = ResourceDemand.Sum(change.Asking.Select(a => a.Surge));
        List<QuotaRow> rows = [];
        foreach (
            string type in before
                .Gpus.Keys.Concat(asked.Gpus.Keys)
                .Concat(change.PendingElsewhere.Gpus.Keys)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        )
        {
            rows.Add(
                Row(
                    type,
                    h => Quantity.FromInteger(h.Gpus.GetValueOrDefault(type)),
                    Number(policy?.SoftLimitOf(type)),
                    Number(policy?.HardLimitOf(type))
                )
            );
        }

        rows.Add(Row(QuotaRow.Cpu, h => h.Cpu, policy?.Soft.Cpu, policy?.Hard.Cpu));
        rows.Add(Row(QuotaRow.Memory, h => h.Memory, policy?.Soft.Memory, policy?.Hard.Memory));
        rows.Add(
            Row(QuotaRow.Jobs, h => Quantity.FromInteger(h.Jobs), Number(policy?.Soft.Jobs), Number(policy?.Hard.Jobs))
        );
        return rows;

        QuotaRow Row(string resource, Func<ResourceDemand, Quantity> of, Quantity? soft, Quantity? hard) =>
            new(
                change.Team,
                resource,
                of(before),
                of(stays) + of(asked),
                of(asked),
                soft,
                hard,
                of(change.PendingElsewhere),
                [
                    .. change
                        .Kept.Select(k => new QuotaConsumer(RequestPath.NameOf(k.Path), of(k.Header.Demand)))
                        .Where(h => h.Amount > Quantity.Zero)
                        .OrderByDescending(h => h.Amount)
                        .ThenBy(h => h.Name, StringComparer.Ordinal),
                ]
            )
            {
                Surge = of(surge),
            };
    }

    private static Quantity? Number(int? limit) => limit is { } number ? Quantity.FromInteger(number) : null;
}
