namespace Rayquest.JobLint.Rules.Resources;

/// <summary>Bounds of memory that a Ray container can mean, and the places where a request asks for memory.</summary>
internal static class MemorySizes
{
    /// <summary>Below this a unit must be missing: 64Mi.</summary>
    public static Quantity Implausible { get; } = Quantity.FromInteger(64L << 20);

    /// <summary>Below this a unit must be missing of a volume, of shared memory or of disk: 1Mi.</summary>
    public static Quantity SmallestVolume { get; } = Quantity.FromInteger(1L << 20);

    /// <summary>What Ray itself needs: 1Gi, and 1G will do.</summary>
    public static Quantity Needed { get; } = Quantity.FromInteger(1_000_000_000);

    /// <summary>Evaluates the memory of head and groups.</summary>
    public static IEnumerable<Finding> Of(
        RequestContext context,
        Func<Quantity, Message?> check,
        Func<Located<Quantity>, Message, Finding> at
    )
    {
        if (context.Request.Head?.Value.Memory is { } head && check(head.Value) is { } message)
        {
            yield return at(head, message);
        }

        foreach (Located<WorkerGroupRequest> group in context.Request.Workers?.Value ?? [])
        {
            if (group.Value.Memory is { } memory && check(memory.Value) is { } fault)
            {
                yield return at(memory, fault);
            }
        }
    }
}
