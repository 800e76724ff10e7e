using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2001: GPUs over the hard limit.</summary>
public sealed class GpuOverQuota : QuotaRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2001", "gpu-over-quota", Severity.Error, "The team would hold more GPUs of a type than it ever may.")
        {
            Category = RuleCategory.Quota,
            HasFixedSeverity = true,
            Why =
                "`hard` is what a team may hold at most, over all its live jobs and every request of the same change, autoscaling at its maximum. Beyond it the cluster has no room set aside; only a change of `policies/quotas.yaml` helps.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 40, cpu: 8, memory: 40Gi, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 8, cpu: 8, memory: 40Gi, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    protected override bool IsHard => true;

    /// <inheritdoc/>
    protected override bool AppliesTo(QuotaRow row) => row.IsGpu;
}
