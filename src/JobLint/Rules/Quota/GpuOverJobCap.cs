namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2010: more GPUs than one job may have.</summary>
public sealed class GpuOverJobCap : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2010", "gpu-over-job-cap", Severity.Error, "One job asks for more GPUs than a job of the team may.")
        {
            Category = RuleCategory.Quota,
            Why =
                "The cap keeps one job from taking the whole quota of a team; it is set in `policies/quotas.yaml`, under `perJob.gpus`. Autoscaling counts at its maximum.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 20, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 8, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.TeamPolicy is not { } team || context.Plan?.Jobs is not [{ } job, ..])
        {
            return [];
        }

        List<Finding> findings = [];
        foreach ((string type, long count) in job.RunDemand.Gpus)
        {
            if (team.PerJob.Gpu(type)?.Most is { } most && count > most)
            {
                findings.Add(
                    At(
                        QuotaSpans.OfGpu(context, type),
                        $"asks for {count} {type}, but one job of team {context.Team} may have {most}: lower `gpus` or `replicas`, or ask {ApproverText.Of(context.Policies, team)}"
                    )
                );
            }
        }

        return findings;
    }
}
