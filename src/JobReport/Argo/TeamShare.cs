using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;

namespace Rayquest.JobReport.Argo;

/// <summary>How much of something a team has for sure and at most, as its quota says it; null where that sets no limit.</summary>
internal readonly record struct TeamShare(Quantity? Soft, Quantity? Hard)
{
    public static TeamShare OfCpu(TeamPolicy policy) => new(policy.Soft.Cpu, policy.Hard.Cpu);

    public static TeamShare OfMemory(TeamPolicy policy) => new(policy.Soft.Memory, policy.Hard.Memory);

    /// <summary>Of a GPU type; nothing of one that the quota doesn't list.</summary>
    public static TeamShare OfGpu(TeamPolicy policy, string type) =>
        policy.HardLimitOf(type) is 0
            ? new(Quantity.Zero, Quantity.Zero)
            : new(Number(policy.SoftLimitOf(type)), Number(policy.HardLimitOf(type)));

    /// <summary>Whether the team may have none of it.</summary>
    public bool IsNothing => Hard is { IsZero: true };

    /// <summary>The two together; a sum with something unlimited in it has no limit.</summary>
    public static TeamShare operator +(TeamShare left, TeamShare right) =>
        new(left.Soft + right.Soft, left.Hard + right.Hard);

    private static Quantity? Number(int? count) => count is { } number ? Quantity.FromInteger(number) : null;
}
