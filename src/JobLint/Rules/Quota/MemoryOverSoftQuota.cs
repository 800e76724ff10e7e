using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2006: memory over the soft limit.</summary>
public sealed class MemoryOverSoftQuota : QuotaRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2006",
            "memory-over-soft-quota",
            Severity.Warning,
            "The team would hold more memory than it may without approval."
        )
        {
            Category = RuleCategory.Quota,
            HasFixedSeverity = true,
            AsksForApproval = true,
            Why = "Within `soft.memory` a request passes by itself; between `soft` and `hard` an approver decides.",
            SupersededBy = ["RQ2005"],
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 40, cpu: 8, memory: 120Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 20, cpu: 8, memory: 120Gi}\n"
            ),
        };

    /// <inheritdoc/>
    protected override bool IsHard => false;

    /// <inheritdoc/>
    protected override bool AppliesTo(QuotaRow row) => row.Resource == QuotaRow.Memory;
}
