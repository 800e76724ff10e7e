namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2013: more workers than one job may have.</summary>
public sealed class WorkersOverJobCap : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2013",
            "workers-over-job-cap",
            Severity.Error,
            "One job asks for more workers than a job of the team may."
        )
        {
            Category = RuleCategory.Quota,
            Why =
                "A RayJob starts only when every pod is ready, so a job of very many small workers waits long and starts the scheduler's other work anew. The cap is `perJob.workers` in `policies/quotas.yaml`.",
            Facts = "2.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 100, cpu: 1, memory: 4Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 12, cpu: 8, memory: 32Gi}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.TeamPolicy is not { PerJob.Workers: { } most } team)
        {
            return [];
        }

        long pods = 0;
        WorkerGroupPlan? largest = null;
        foreach (WorkerGroupPlan group in context.Groups)
        {
            pods += group.MaxPods;
            largest = largest is null || group.MaxPods > largest.MaxPods ? group : largest;
        }

        return pods > most
            ?
            [
                At(
                    largest!.Request.Replicas?.Span ?? largest.Span,
                    $"asks for {pods} workers, but one job of team {context.Team} may have {most}: fewer and larger workers do the same, or ask {ApproverText.Of(context.Policies, team)}"
                ),
            ]
            : [];
    }
}
