using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>A limit on what a team holds in all: over <c>soft</c> an approver must agree, over <c>hard</c> nothing helps but a change of policy.</summary>
public abstract class QuotaRule : RepositoryRule
{
    /// <summary>Whether the rule evaluates the hard limit.</summary>
    protected abstract bool IsHard { get; }

    /// <summary>Whether the rule is about the row's resource.</summary>
    protected abstract bool AppliesTo(QuotaRow row);

    /// <inheritdoc/>
    public sealed override IEnumerable<Finding> Check(RepositoryContext context)
    {
        foreach (TeamQuota quota in context.Quotas)
        {
            foreach (QuotaRow row in quota.Rows)
            {
                if (!AppliesTo(row) || !(IsHard ? row.IsOverHard : row.IsOverSoft))
                {
                    continue;
                }

                QuotaResource resource = QuotaResource.Of(row);
                QuotaUse claims = QuotaUse.Of(quota, resource);
                foreach ((RequestContext request, Quantity asked) in claims.Asking)
                {
                    yield return At(
                        resource.SpanOf(request),
                        Words(context, quota, row, resource, claims, request, asked)
                    ) with
                    {
                        Related = Related(resource, claims, request),
                    };
                }
            }
        }
    }

    private Message Words(
        RepositoryContext context,
        TeamQuota quota,
        QuotaRow row,
        QuotaResource resource,
        QuotaUse claims,
        RequestContext request,
        Quantity asked
    )
    {
        Message approvers = ApproverText.Of(context.Policies, quota.Change.Policy);
        if (row is { IsGpu: true } && quota.Change.Policy is { } policy && !policy.Lists(row.Resource))
        {
            string[] listed = [.. context.Policies.Platform.Gpus.Keys.Where(policy.Lists)];
            return $"asks for {resource.Text(asked)} {resource.Noun}, but no quota of team {row.Team} lists `{row.Resource}`, so it may hold none: take a type it may hold ({MessageText.Allowed(listed)}), or ask {approvers} for quota";
        }

        Message so = Others(resource, claims, request, asked);
        string may = resource.Text((IsHard ? row.Hard : row.Soft ?? row.Hard)!.Value);
        return IsHard
            ? (Message)
                $"asks for {resource.Text(asked)} {resource.Noun}, but team {row.Team} may hold {may}{so}: {resource.Remedy}, or ask {approvers} for quota"
            : $"asks for {resource.Text(asked)} {resource.Noun}, more than the {may} team {row.Team} may hold without approval{so}: {approvers} must approve, or {resource.Remedy}";
    }

    private static Message Others(QuotaResource resource, QuotaUse claims, RequestContext request, Quantity asked)
    {
        Message? used =
            claims.Live > Quantity.Zero
                ? (Message)$"{resource.Text(claims.Live)} in use by {Names(claims.Consumers, claims.HolderCount)}"
                : null;
        Message? wanted = null;
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
            wanted =
                $"{resource.Text(claims.Asked + (asked * -1))} asked by {Names(names, claims.Asking.Count - 1)} in this change";
        }

        return (used, wanted) switch
        {
            (null, null) => Message.None,
            ({ } one, null) => $" ({one})",
            (null, { } other) => $" ({other})",
            var (one, other) => $" ({one}; {other})",
        };
    }

    private static Message Names(IReadOnlyList<string> first, int count)
    {
        if (count <= 3)
        {
            return MessageText.List(first, "and");
        }

        return $"{string.Join(", ", first.Take(3))} and {count - 3} more";
    }

    private static List<RelatedLocation> Related(QuotaResource resource, QuotaUse claims, RequestContext request)
    {
        List<RelatedLocation> others = [];
        foreach ((RequestContext other, Quantity also) in claims.Asking)
        {
            if (other != request)
            {
                others.Add(
                    new RelatedLocation(
                        resource.SpanOf(other),
                        $"asks for {resource.Text(also)} {resource.Noun} in the same change"
                    )
                );
                if (others.Count == 5)
                {
                    break;
                }
            }
        }

        return others;
    }
}
