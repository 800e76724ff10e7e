namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2014: more jobs of one sweep than the team may make.</summary>
public sealed class SweepOverJobCap : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2014",
            "sweep-over-job-cap",
            Severity.Error,
            "The sweep makes more jobs than one request of the team may."
        )
        {
            Category = RuleCategory.Quota,
            Why =
                "Every job of a sweep brings its own head and its own submitter, all at once. The cap is `perJob.jobs` in `policies/quotas.yaml`.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --seed ${sweep.seed} --lr ${sweep.lr}\nsweep:\n  seed: [1, 2, 3, 4, 5, 6]\n  lr: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py --seed ${sweep.seed} --lr ${sweep.lr}\nsweep:\n  seed: [1, 2]\n  lr: [0.1, 0.2]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.TeamPolicy is { PerJob.Jobs: { } most } team
        && context.Request.Sweep is { } sweep
        && context.Plan?.Jobs.Count is { } jobs
        && jobs > most
            ?
            [
                At(
                    sweep,
                    $"the sweep makes {jobs} jobs, but one request of team {context.Team} may make {most}: shorten the lists, or ask {ApproverText.Of(context.Policies, team)}"
                ),
            ]
            : [];
}
