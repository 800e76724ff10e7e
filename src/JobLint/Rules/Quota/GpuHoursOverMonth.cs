namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2015: one request alone takes more than a month's GPU-hours.</summary>
public sealed class GpuHoursOverMonth : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2015",
            "gpu-hours-over-month",
            Severity.Error,
            "The request alone may take more GPU-hours than the team has in a month."
        )
        {
            Category = RuleCategory.Quota,
            Why =
                "GPU-hours are GPUs × timeout × tries, over all jobs of a sweep. What is left of this month is told on the pull request from the ledger; this rule speaks where no month could be enough.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 16, cpu: 10, memory: 120Gi, gpu: a100, gpus: 1}\ntimeout: 2d\nretries: 3\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 8, cpu: 10, memory: 120Gi, gpu: a100, gpus: 1}\ntimeout: 12h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.TeamPolicy is not { GpuHoursPerMonth.Count: > 0 } team
            || context.Plan?.Jobs is not [{ HoursAtMost: { } most } job, ..]
        )
        {
            return [];
        }

        List<Finding> findings = [];
        foreach ((string type, long count) in job.Demand.Gpus)
        {
            double hours = count * most * context.Plan.Jobs.Count;
            if (team.GpuHoursPerMonth.TryGetValue(type, out int limit) && hours > limit)
            {
                Message each = (job.Timeout ?? job.Lease)?.Value is { } longest ? (Message)$"{longest}" : "a month";
                long held = job.RunDemand.Gpus.GetValueOrDefault(type);
                Message runs = job.Schedule is { } schedule ? (Message)$" × {schedule.RunsOfMonth} runs" : Message.None;
                Message jobs =
                    context.Plan.Jobs.Count > 1 ? (Message)$" × {context.Plan.Jobs.Count} jobs" : Message.None;
                Message tries = job.Retries > 0 ? (Message)$" × {job.Retries + 1} tries" : Message.None;
                findings.Add(
                    At(
                        (context.Request.Timeout ?? context.Request.Lease)?.Span ?? context.Anchor,
                        $"may take {hours:0} {type}-hours ({held} × {each}{tries}{runs}{jobs}), but team {context.Team} has {limit} a month: lower {(job.Kind == JobKind.RayCluster ? "`lease`" : "`timeout`, `retries`")}{(!runs.IsEmpty ? (Message)", how often it comes" : Message.None)} or the number of GPUs"
                    )
                );
            }
        }

        return findings;
    }
}
