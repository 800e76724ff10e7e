using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2005: memory over the hard limit.</summary>
public sealed class MemoryOverQuota : QuotaRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2005", "memory-over-quota", Severity.Error, "The team would hold more memory than it ever may.")
        {
            Category = RuleCategory.Quota,
            HasFixedSeverity = true,
            Why =
                "Counted are heads, workers at their most, submitters and autoscalers of all live jobs of the team and of every request of the same change. `hard.memory` is the limit.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 60, cpu: 8, memory: 160Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 20, cpu: 8, memory: 160Gi}\n"
            ),
        };

    /// <inheritdoc/>
    protected override bool IsHard => true;

    /// <inheritdoc/>
    protected override bool AppliesTo(QuotaRow row) => row.Resource == QuotaRow.Memory;
}
