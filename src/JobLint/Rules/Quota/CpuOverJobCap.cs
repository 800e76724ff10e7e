namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2011: more CPUs than one job may have.</summary>
public sealed class CpuOverJobCap : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2011", "cpu-over-job-cap", Severity.Error, "One job asks for more CPUs than a job of the team may.")
        {
            Category = RuleCategory.Quota,
            Why =
                "Counted are head, workers at their most, submitter and autoscaler (500m each); the cap is `perJob.cpu` in `policies/quotas.yaml`.",
            Facts = "X15",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 40, cpu: 16, memory: 8Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 20, cpu: 16, memory: 8Gi}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.TeamPolicy is { PerJob.Cpu: { } most } team
        && context.Plan?.Jobs is [{ } job, ..]
        && job.RunDemand.Cpu > most
            ?
            [
                At(
                    QuotaSpans.OfCpu(context),
                    $"asks for {MessageText.Cpus(job.RunDemand.Cpu)} CPUs, head and submitter included, but one job of team {context.Team} may have {MessageText.Cpus(most)}: lower `cpu` or `replicas`, or ask {ApproverText.Of(context.Policies, team)}"
                ),
            ]
            : [];
}
