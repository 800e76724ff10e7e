using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2007: jobs over the hard limit.</summary>
public sealed class JobsOverQuota : QuotaRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2007", "jobs-over-quota", Severity.Error, "The team would have more jobs at a time than it ever may.")
        {
            Category = RuleCategory.Quota,
            HasFixedSeverity = true,
            Why =
                "Every job brings a head, a submitter and a service. A sweep counts with all its jobs. `hard.jobs` is the limit.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --seed ${sweep.seed} --lr ${sweep.lr}\nsweep:\n  seed: [1, 2, 3, 4, 5, 6, 7, 8, 9]\n  lr: [1, 2, 3, 4, 5, 6, 7, 8, 9]\nhead: {cpu: 1, memory: 2Gi}\nworkers: {replicas: 1, cpu: 1, memory: 2Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py --seed ${sweep.seed} --lr ${sweep.lr}\nsweep:\n  seed: [1, 2, 3]\n  lr: [1, 2, 3]\nhead: {cpu: 1, memory: 2Gi}\nworkers: {replicas: 1, cpu: 1, memory: 2Gi}\n"
            ),
        };

    /// <inheritdoc/>
    protected override bool IsHard => true;

    /// <inheritdoc/>
    protected override bool AppliesTo(QuotaRow row) => row.Resource == QuotaRow.Jobs;
}
