using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2004: CPUs over the soft limit.</summary>
public sealed class CpuOverSoftQuota : QuotaRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2004",
            "cpu-over-soft-quota",
            Severity.Warning,
            "The team would hold more CPUs than it may without approval."
        )
        {
            Category = RuleCategory.Quota,
            HasFixedSeverity = true,
            AsksForApproval = true,
            Why = "Within `soft.cpu` a request passes by itself; between `soft` and `hard` an approver decides.",
            SupersededBy = ["RQ2003"],
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 40, cpu: 16, memory: 16Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 20, cpu: 16, memory: 16Gi}\n"
            ),
        };

    /// <inheritdoc/>
    protected override bool IsHard => false;

    /// <inheritdoc/>
    protected override bool AppliesTo(QuotaRow row) => row.Resource == QuotaRow.Cpu;
}
