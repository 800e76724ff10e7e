namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2012: more memory than one job may have.</summary>
public sealed class MemoryOverJobCap : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2012", "memory-over-job-cap", Severity.Error, "One job asks for more memory than a job of the team may.")
        {
            Category = RuleCategory.Quota,
            Why =
                "Counted are head, workers at their most, submitter (200Mi) and autoscaler (512Mi); the cap is `perJob.memory` in `policies/quotas.yaml`.",
            Facts = "X15",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 40, cpu: 4, memory: 128Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 20, cpu: 4, memory: 128Gi}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.TeamPolicy is { PerJob.Memory: { } most } team
        && context.Plan?.Jobs is [{ } job, ..]
        && job.RunDemand.Memory > most
            ?
            [
                At(
                    QuotaSpans.OfMemory(context),
                    $"asks for {QuotaSpans.InGi(job.RunDemand.Memory)} of memory, head and submitter included, but one job of team {context.Team} may have {most}: lower `memory` or `replicas`, or ask {ApproverText.Of(context.Policies, team)}"
                ),
            ]
            : [];
}
