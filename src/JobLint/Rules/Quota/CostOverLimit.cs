namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2016: dearer than one job may be.</summary>
public sealed class CostOverLimit : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2016", "cost-over-limit", Severity.Error, "One job may cost more than a job of the team may.")
        {
            Category = RuleCategory.Quota,
            Why =
                "The cost is what a job takes when it runs to its timeout on every try: GPUs, CPUs and memory by the prices of `policies/platform.yaml`. The limit is `maxCost` in `policies/quotas.yaml`.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 16, cpu: 10, memory: 120Gi, gpu: a100, gpus: 1}\ntimeout: 2d\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 8, cpu: 10, memory: 120Gi, gpu: a100, gpus: 1}\ntimeout: 1d\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.TeamPolicy is not { MaxCost: { } most } team
            || context.Plan?.Jobs is not [{ Demand.MaxCost: { } cost } job, ..]
            || cost <= most
        )
        {
            return [];
        }

        string currency = context.Policies.Platform.Currency;
        Message tries = job.Retries > 0 ? (Message)$" on {job.Retries + 1} tries" : Message.None;
        Message time = job.Kind switch
        {
            JobKind.RayService => (Message)"a month",
            JobKind.RayCronJob => $"a month of {job.Schedule?.RunsOfMonth} runs",
            _ => $"{(job.Timeout ?? job.Lease)!.Value}",
        };
        Message lower = job.Kind switch
        {
            JobKind.RayCluster => (Message)"`lease` or ",
            JobKind.RayService => "",
            JobKind.RayCronJob => "`timeout`, `retries`, how often it comes or ",
            _ => "`timeout`, `retries` or ",
        };
        return
        [
            At(
                (context.Request.Timeout ?? context.Request.Lease)?.Span ?? context.Anchor,
                $"may cost {cost:N0} {currency} in {time}{tries}, but one {(Message)KindRules.NounOf(job.Kind)} of team {context.Team} may cost {most:N0} {currency}: lower {lower}the resources, or ask {ApproverText.Of(context.Policies, team)}"
            ),
        ];
    }
}
