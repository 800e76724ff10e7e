using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>How messages speak of a resource of the quota table, and where a request asks for it.</summary>
/// <param name="Noun">What is counted.</param>
/// <param name="Remedy">How to ask for less.</param>
/// <param name="Held">What of it is held.</param>
/// <param name="SpanOf">Where a request asks for most of it.</param>
/// <param name="Text">An amount, as people compare it.</param>
internal sealed record QuotaResource(
    Message Noun,
    Message Remedy,
    Func<ResourceDemand, Quantity> Held,
    Func<RequestContext, SourceSpan> SpanOf,
    Func<Quantity, string> Text
)
{
    private static readonly QuotaResource Cpu = new(
        "CPUs",
        "lower `cpu` or `replicas`",
        h => h.Cpu,
        QuotaSpans.OfCpu,
        MessageText.Cpus
    );

    private static readonly QuotaResource Memory = new(
        "of memory",
        "lower `memory` or `replicas`",
        h => h.Memory,
        QuotaSpans.OfMemory,
        QuotaSpans.InGi
    );

    private static readonly QuotaResource Jobs = new(
        "jobs",
        "shorten the sweep, or wait for a job to end",
        h => Quantity.FromInteger(h.Jobs),
        r => r.Request.Sweep?.Span ?? r.Anchor,
        q => q.ToString()
    );

    /// <summary>The resource of a row.</summary>
    public static QuotaResource Of(QuotaRow row) =>
        row.Resource switch
        {
            QuotaRow.Cpu => Cpu,
            QuotaRow.Memory => Memory,
            QuotaRow.Jobs => Jobs,
            string type => new QuotaResource(
                $"{type}",
                "lower `gpus` or `replicas`",
                h => Quantity.FromInteger(h.Gpus.GetValueOrDefault(type)),
                r => QuotaSpans.OfGpu(r, type),
                q => q.ToString()
            ),
        };
}

/// <summary>Who holds and who asks, worked out once for all findings of a row.</summary>
internal sealed record QuotaUse(
    Quantity Live,
    IReadOnlyList<string> Consumers,
    int HolderCount,
    Quantity Asked,
    IReadOnlyList<(RequestContext Request, Quantity Asked)> Asking
)
{
    public static QuotaUse Of(TeamQuota quota, QuotaResource resource)
    {
        Quantity live = Quantity.Zero;
        List<string> holders = [];
        int count = 0;
        foreach (LiveJob job in quota.Change.Kept)
        {
            Quantity held = resource.Held(job.Header.Demand);
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
        foreach (RequestContext request in quota.Asking)
        {
            if (resource.Held(request.Outline!.Demand) is var asked && asked > Quantity.Zero)
            {
                total += asked;
                asking.Add((request, asked));
            }
        }

        return new QuotaUse(live, holders, count, total, asking);
    }
}
