namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2046: more local disk than one job may have.</summary>
public sealed class DiskOverJobCap : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2046",
            "disk-over-job-cap",
            Severity.Error,
            "One job asks for more local disk than a job of the team may."
        )
        {
            Category = RuleCategory.Quota,
            Why =
                "Counted are head and workers at their most, each with its `ephemeralStorage`, or with what its empty volumes may come to where that is more; the cap is `perJob.ephemeralStorage` in `policies/quotas.yaml`. A pod that says neither counts as nothing, of which RQ2054 warns. Without the cap local disk is not counted.",
            Bad = Example.Repository(
                "# file: policies/quotas.yaml\nteams: {vision: {perJob: {ephemeralStorage: 1Ti}, soft: {gpus: {a100: 1, l4: 1, tpu-v6e: 1, tpu-v6e-16: 1}}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 20, ephemeralStorage: 100Gi}\n"
            ),
            Good = Example.Repository(
                "# file: policies/quotas.yaml\nteams: {vision: {perJob: {ephemeralStorage: 1Ti}, soft: {gpus: {a100: 1, l4: 1, tpu-v6e: 1, tpu-v6e-16: 1}}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 10, ephemeralStorage: 100Gi}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.TeamPolicy is { PerJob.EphemeralStorage: { } most } team
        && context.Plan?.Jobs is [{ } job, ..]
        && job.EphemeralStorage > most
            ?
            [
                At(
                    job.Workers.FirstOrDefault(w =>
                        w.Request.EphemeralStorage is not null
                    )?.Request.EphemeralStorage?.Span
                        ?? job.Request.Head?.Value.EphemeralStorage?.Span
                        ?? job.Volumes.FirstOrDefault(v => v.EmptyDir is not null)?.EmptyDir?.Span
                        ?? context.Anchor,
                    $"asks for {QuotaSpans.InGi(job.EphemeralStorage)} of local disk in all pods, but one job of team {context.Team} may have {most}: lower `ephemeralStorage`, `emptyDir` or `replicas`, or ask {ApproverText.Of(context.Policies, team)}"
                ),
            ]
            : [];
}
