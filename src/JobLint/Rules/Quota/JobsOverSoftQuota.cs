using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2008: jobs over the soft limit.</summary>
public sealed class JobsOverSoftQuota : QuotaRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2008",
            "jobs-over-soft-quota",
            Severity.Warning,
            "The team would have more jobs at a time than it may without approval."
        )
        {
            Category = RuleCategory.Quota,
            HasFixedSeverity = true,
            AsksForApproval = true,
            Why =
                "Within `soft.jobs` a request passes by itself; between `soft` and `hard` an approver decides. A sweep counts with all its jobs.",
            SupersededBy = ["RQ2007"],
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --seed ${sweep.seed} --lr ${sweep.lr}\nsweep:\n  seed: [1, 2, 3, 4, 5, 6, 7]\n  lr: [1, 2, 3, 4, 5, 6]\nhead: {cpu: 1, memory: 2Gi}\nworkers: {replicas: 1, cpu: 1, memory: 2Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py --seed ${sweep.seed} --lr ${sweep.lr}\nsweep:\n  seed: [1, 2, 3]\n  lr: [1, 2, 3]\nhead: {cpu: 1, memory: 2Gi}\nworkers: {replicas: 1, cpu: 1, memory: 2Gi}\n"
            ),
        };

    /// <inheritdoc/>
    protected override bool IsHard => false;

    /// <inheritdoc/>
    protected override bool AppliesTo(QuotaRow row) => row.Resource == QuotaRow.Jobs;
}
