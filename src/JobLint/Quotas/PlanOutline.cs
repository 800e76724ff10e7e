namespace Rayquest.JobLint.Quotas;

/// <summary>What a plan comes to: its digest, what its jobs hold together, and what they are called.</summary>
public sealed class PlanOutline(RequestPlan plan, LiveJob? live)
{
    /// <summary>Whether the live job was rendered from this very request, so that nothing starts.</summary>
    public bool IsLive { get; } = live is not null && plan.Identity.Is(live.Header);

    /// <summary>What all jobs hold together.</summary>
    public ResourceDemand Demand { get; } = plan.Demand;

    /// <summary>The jobs' objects, each as namespace and name with a slash between.</summary>
    public IReadOnlyList<string> Objects { get; } = [.. plan.Jobs.Select(j => $"{j.Namespace}/{j.ObjectName}")];
}
