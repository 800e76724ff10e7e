namespace Rayquest.JobLint.Rules.Resources;

/// <summary>A pod of a request with what it may use.</summary>
internal sealed record PodAmounts(PodRequest? Request, string Who, Quantity Cpu, Quantity Memory)
{
    /// <summary>Head and worker groups, none on a cluster that exists.</summary>
    public static IEnumerable<PodAmounts> Of(RequestContext context)
    {
        if (context.Request.Cluster is not null)
        {
            yield break;
        }

        HeadRequest? head = context.Request.Head?.Value;
        JobDefaults defaults = context.Policies.Platform.Defaults;
        yield return new PodAmounts(
            head,
            "the head",
            head?.Cpu?.Value ?? defaults.HeadCpu,
            head?.Memory?.Value ?? defaults.HeadMemory
        );
        foreach (WorkerGroupPlan group in context.Groups)
        {
            yield return new PodAmounts(group.Request, $"`{group.Name.Value}`", group.Cpu.Value, group.Memory.Value);
        }
    }
}
