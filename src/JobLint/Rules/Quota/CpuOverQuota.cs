using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2003: CPUs over the hard limit.</summary>
public sealed class CpuOverQuota : QuotaRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2003", "cpu-over-quota", Severity.Error, "The team would hold more CPUs than it ever may.")
        {
            Category = RuleCategory.Quota,
            HasFixedSeverity = true,
            Why =
                "Counted are heads, workers at their most, submitters and autoscalers of all live jobs of the team and of every request of the same change. `hard.cpu` is the limit.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 70, cpu: 16, memory: 16Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 20, cpu: 16, memory: 16Gi}\n"
            ),
        };

    /// <inheritdoc/>
    protected override bool IsHard => true;

    /// <inheritdoc/>
    protected override bool AppliesTo(QuotaRow row) => row.Resource == QuotaRow.Cpu;
}
