namespace Rayquest.JobLint.Rules.Quota;

/// <summary>Where a request says most of what it asks for.</summary>
internal static class QuotaSpans
{
    /// <summary>The group that asks for most GPUs of a type.</summary>
    public static SourceSpan OfGpu(RequestContext context, string type) =>
        Largest(context, g => g.GpuName == type ? g.GpusPerPod * g.MaxPods : 0) is { } group
            ? group.GpuSpan
            : context.Anchor;

    /// <summary>The group that asks for most CPUs.</summary>
    public static SourceSpan OfCpu(RequestContext context) =>
        Largest(context, g => (g.Cpu.Value * g.MaxPods).ToDouble()) is { } group
            ? group.Request.Cpu?.Span ?? group.Request.Replicas?.Span ?? group.Span
            : context.Anchor;

    /// <summary>The group that asks for most memory.</summary>
    public static SourceSpan OfMemory(RequestContext context) =>
        Largest(context, g => (g.Memory.Value * g.MaxPods).ToDouble()) is { } group
            ? group.Request.Memory?.Span ?? group.Request.Replicas?.Span ?? group.Span
            : context.Anchor;

    /// <summary>Memory as people compare it: <c>4097Gi</c>, not <c>4195528Mi</c>.</summary>
    public static string InGi(Quantity memory)
    {
        double gi = memory.ToDouble() / (1L << 30);
        return gi >= 10 ? $"{Math.Round(gi):0}Gi" : $"{Math.Round(gi, 1):0.#}Gi";
    }

    private static WorkerGroupPlan? Largest(RequestContext context, Func<WorkerGroupPlan, double> size)
    {
        WorkerGroupPlan? largest = null;
        double most = 0;
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (size(group) is var asked && asked > most)
            {
                (largest, most) = (group, asked);
            }
        }

        return largest;
    }
}
