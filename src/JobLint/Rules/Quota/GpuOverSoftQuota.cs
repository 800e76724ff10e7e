using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2002: GPUs over the soft limit.</summary>
public sealed class GpuOverSoftQuota : QuotaRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2002",
            "gpu-over-soft-quota",
            Severity.Warning,
            "The team would hold more GPUs of a type than it may without approval."
        )
        {
            Category = RuleCategory.Quota,
            HasFixedSeverity = true,
            AsksForApproval = true,
            Why =
                "Within `soft` a request passes by itself. Between `soft` and `hard` an approver decides, who sees on the pull request who holds what. The author's own approval never counts.",
            SupersededBy = ["RQ2001"],
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 12, cpu: 8, memory: 40Gi, gpu: a100, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 4, cpu: 8, memory: 40Gi, gpu: a100, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    protected override bool IsHard => false;

    /// <inheritdoc/>
    protected override bool AppliesTo(QuotaRow row) => row.IsGpu;
}
