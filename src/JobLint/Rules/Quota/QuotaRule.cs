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
            TeamPolicy? policy = balance.Policy;
            if (policy is null || balance.Changed.Count == 0)
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

                Claims claims = Claims.Of(amount);
                foreach ((RequestContext request, Quantity asked) in claims.Asking)
                {
                    yield return At(
                        amount.Place(request),
                        Message(context, balance, amount, claims, request, asked)
                    ) with
                    {
                        Related = Related(amount, claims, request),
                    };
                }
            }
        }
    }

    /// <summary>GPU types with a bound.</summary>
    private protected static IEnumerable<Amount> Gpus(TeamBalance balance, ResourceLimits limits)
    {
        foreach ((string type, int limit) in limits.Gpus)
        {
            yield return new Amount(
                type,
                "lower `gpus` or `replicas`",
                Quantity.FromInteger(limit),
                balance,
                h => Quantity.FromInteger(h.Gpus.GetValueOrDefault(type)),
                r => QuotaPlaces.OfGpu(r, type),
                q => q.ToString()
            );
        }
    }

    /// <summary>CPUs, where bounded.</summary>
    private protected static IEnumerable<Amount> Cpus(TeamBalance balance, ResourceLimits limits) =>
        limits.Cpu is { } limit
            ?
            [
                new Amount(
                    "CPUs",
                    "lower `cpu` or `replicas`",
                    limit,
                    balance,
                    h => h.Cpu,
                    QuotaPlaces.OfCpu,
                    Phrases.Cpus
                ),
            ]
            : [];

    /// <summary>Memory, where bounded.</summary>
    private protected static IEnumerable<Amount> Memory(TeamBalance balance, ResourceLimits limits) =>
        limits.Memory is { } limit
            ?
            [
                new Amount(
                    "of memory",
                    "lower `memory` or `replicas`",
                    limit,
                    balance,
                    h => h.Memory,
                    QuotaPlaces.OfMemory,
                    QuotaPlaces.InGi
                ),
            ]
            : [];

    /// <summary>Jobs at a time, where bounded.</summary>
    private protected static IEnumerable<Amount> Jobs(TeamBalance balance, ResourceLimits limits) =>
        limits.Jobs is { } limit
            ?
            [
                new Amount(
                    "jobs",
                    "shorten the sweep, or wait for a job to end",
                    Quantity.FromInteger(limit),
                    balance,
                    h => Quantity.FromInteger(h.Jobs),
                    r => r.Request.Sweep?.Span ?? r.Anchor,
                    q => q.ToString()
                ),
            ]
            : [];

    private string Message(
        RepositoryContext context,
        TeamBalance balance,
        Amount amount,
        Claims claims,
        RequestContext request,
        Quantity asked
    )
    {
        List<string> others = [];
        if (claims.Live > Quantity.Zero)
        {
            others.Add($"{amount.Text(claims.Live)} in use by {Names(claims.Holders, claims.HolderCount)}");
        }

        if (claims.Asking.Count > 1)
        {
            IReadOnlyList<string> names =
            [
                .. claims
                    .Asking.Take(4)
                    .Where(a => a.Request != request)
                    .Take(3)
                    .Select(a => a.Request.Document.FileName),
            ];
            others.Add(
                $"{amount.Text(claims.Asked + (asked * -1))} asked by {Names(names, claims.Asking.Count - 1)} in this change"
            );
        }

        string so = others.Count == 0 ? "" : $" ({string.Join("; ", others)})";
        string approvers = Phrases.Approvers(context.Policies, balance.Policy);
        return IsHard
            ? $"asks for {amount.Text(asked)} {amount.Noun}, but team {balance.Team} may hold {amount.Text(amount.Limit)}{so}: {amount.Remedy}, or ask {approvers} for quota"
            : $"asks for {amount.Text(asked)} {amount.Noun}, more than the {amount.Text(amount.Limit)} team {balance.Team} may hold without approval{so}: {approvers} must approve, or {amount.Remedy}";
    }

    private static string Names(IReadOnlyList<string> first, int count) =>
        count <= 3 ? Phrases.List(first, "and") : $"{string.Join(", ", first.Take(3))} and {count - 3} more";

    private static List<RelatedPlace> Related(Amount amount, Claims claims, RequestContext request)
    {
        List<RelatedPlace> places = [];
        foreach ((RequestContext other, Quantity also) in claims.Asking)
        {
            if (other != request)
            {
                places.Add(
                    new RelatedPlace(
                        amount.Place(other),
                        $"asks for {amount.Text(also)} {amount.Noun} in the same change"
                    )
                );
                if (places.Count == 5)
                {
                    break;
                }
            }
        }

        return places;
    }

    /// <summary>Who holds and who asks, worked out once for all findings of an amount.</summary>
    private sealed record Claims(
        Quantity Live,
        IReadOnlyList<string> Holders,
        int HolderCount,
        Quantity Asked,
        IReadOnlyList<(RequestContext Request, Quantity Asked)> Asking
    )
    {
        public static Claims Of(Amount amount)
        {
            Quantity live = Quantity.Zero;
            List<string> holders = [];
            int count = 0;
            foreach (LiveJob job in amount.Balance.Kept)
            {
                Quantity held = amount.Of(job.Header.Holding);
                if (held > Quantity.Zero)
                {
                    live += held;
                    count += job.Header.Jobs.Count;
                    if (holders.Count < 3)
                    {
                        holders.AddRange(job.Header.Jobs.Select(j => j.Name));
                    }
                }
            }

            Quantity total = Quantity.Zero;
            List<(RequestContext, Quantity)> asking = [];
            foreach (RequestContext request in amount.Balance.Changed)
            {
                if (amount.Of(request.Outline!.Holding) is var asked && asked > Quantity.Zero)
                {
                    total += asked;
                    asking.Add((request, asked));
                }
            }

            return new Claims(live, holders, count, total, asking);
        }
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
