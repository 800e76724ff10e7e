namespace Rayquest.JobLint.Rules.Quota;

/// <summary>A bound on what a team holds in all: over <c>soft</c> an approver must agree, over <c>hard</c> nothing helps but a change of policy.</summary>
public abstract class QuotaRule : RepositoryRule
{
    /// <summary>Whether the rule judges the hard bound.</summary>
    protected abstract bool IsHard { get; }

    /// <summary>The amounts the rule judges.</summary>
    private protected abstract IEnumerable<Amount> Amounts(TeamBalance balance, ResourceLimits limits);

    /// <inheritdoc/>
    public sealed override IEnumerable<Finding> Check(RepositoryContext context)
    {
        foreach (TeamBalance balance in context.Balances)
        {
            if (balance.Policy is not { } policy || balance.Changed.Count == 0)
            {
                continue;
            }

            foreach (Amount amount in Amounts(balance, IsHard ? policy.Hard : policy.Soft))
            {
                // A change that gives something back is let through, even if it does not give back enough.
                if (amount.After <= amount.Limit || (IsHard && amount.After < amount.Before))
                {
                    continue;
                }

                foreach (RequestContext request in balance.Changed)
                {
                    Quantity asked = amount.Of(request.Plan!.Holding);
                    if (asked.Nanos > 0)
                    {
                        yield return At(amount.Place(request), Message(context, balance, amount, request, asked)) with { Related = Related(amount, balance, request) };
                    }
                }
            }
        }
    }

    /// <summary>GPU types with a bound.</summary>
    private protected static IEnumerable<Amount> Gpus(TeamBalance balance, ResourceLimits limits)
    {
        foreach ((string type, int limit) in limits.Gpus)
        {
            yield return new Amount(type, "lower `gpus` or `replicas`", Quantity.FromInteger(limit), balance, h => Quantity.FromInteger(h.Gpus.GetValueOrDefault(type)), r => QuotaPlaces.OfGpu(r, type), q => q.ToString());
        }
    }

    /// <summary>CPUs, where bounded.</summary>
    private protected static IEnumerable<Amount> Cpus(TeamBalance balance, ResourceLimits limits) =>
        limits.Cpu is { } limit ? [new Amount("CPUs", "lower `cpu` or `replicas`", limit, balance, h => h.Cpu, QuotaPlaces.OfCpu, Phrases.Cpus)] : [];

    /// <summary>Memory, where bounded.</summary>
    private protected static IEnumerable<Amount> Memory(TeamBalance balance, ResourceLimits limits) =>
        limits.Memory is { } limit ? [new Amount("of memory", "lower `memory` or `replicas`", limit, balance, h => h.Memory, QuotaPlaces.OfMemory, QuotaPlaces.InGi)] : [];

    /// <summary>Jobs at a time, where bounded.</summary>
    private protected static IEnumerable<Amount> Jobs(TeamBalance balance, ResourceLimits limits) =>
        limits.Jobs is { } limit ? [new Amount("jobs", "shorten the sweep, or wait for a job to end", Quantity.FromInteger(limit), balance, h => Quantity.FromInteger(h.Jobs), r => r.Request.Sweep?.Span ?? r.Anchor, q => q.ToString())] : [];

    private string Message(RepositoryContext context, TeamBalance balance, Amount amount, RequestContext request, Quantity asked)
    {
        List<string> others = [];
        Quantity live = Quantity.Zero;
        List<string> holders = [];
        foreach (LiveJob job in balance.Kept)
        {
            Quantity held = amount.Of(job.Header.Holding);
            if (held.Nanos > 0)
            {
                live += held;
                holders.AddRange(job.Header.Jobs.Select(j => j.Name));
            }
        }

        if (live.Nanos > 0)
        {
            string names = holders.Count <= 3 ? Phrases.List(holders, "and") : $"{string.Join(", ", holders.Take(3))} and {holders.Count - 3} more";
            others.Add($"{amount.Text(live)} in use by {names}");
        }

        Quantity beside = Quantity.Zero;
        List<string> besides = [];
        foreach (RequestContext other in balance.Changed)
        {
            if (other != request && amount.Of(other.Plan!.Holding) is var also && also > Quantity.Zero)
            {
                beside += also;
                besides.Add(other.Document.FileName);
            }
        }

        if (beside.Nanos > 0)
        {
            string names = besides.Count <= 3 ? Phrases.List(besides, "and") : $"{string.Join(", ", besides.Take(3))} and {besides.Count - 3} more";
            others.Add($"{amount.Text(beside)} asked by {names} in this change");
        }

        string so = others.Count == 0 ? "" : $" ({string.Join("; ", others)})";
        string approvers = Phrases.Approvers(context.Policies, balance.Policy);
        return IsHard
            ? $"asks for {amount.Text(asked)} {amount.Noun}, but team {balance.Team} may hold {amount.Text(amount.Limit)}{so}: {amount.Remedy}, or ask {approvers} for quota"
            : $"asks for {amount.Text(asked)} {amount.Noun}, more than the {amount.Text(amount.Limit)} team {balance.Team} may hold without approval{so}: {approvers} must approve, or {amount.Remedy}";
    }

    private static List<RelatedPlace> Related(Amount amount, TeamBalance balance, RequestContext request)
    {
        List<RelatedPlace> places = [];
        foreach (RequestContext other in balance.Changed)
        {
            if (other != request && places.Count < 5 && amount.Of(other.Plan!.Holding) is var also && also > Quantity.Zero)
            {
                places.Add(new RelatedPlace(amount.Place(other), $"asks for {amount.Text(also)} {amount.Noun} in the same change"));
            }
        }

        return places;
    }

    /// <summary>One bounded amount of a team.</summary>
    private protected sealed record Amount(
        string Noun,
        string Remedy,
        Quantity Limit,
        TeamBalance Balance,
        Func<Holding, Quantity> Of,
        Func<RequestContext, SourceSpan> Place,
        Func<Quantity, string> Text
    )
    {
        public Quantity Before => Of(Balance.Before);

        public Quantity After => Of(Balance.After);
    }
}
