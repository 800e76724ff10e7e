namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ2067: a job whose cluster may go first.</summary>
public sealed class JobOutlivesLease : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2067",
            "job-outlives-lease",
            Severity.Warning,
            "The lease of the cluster may end before what runs there."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "A cluster that the team has asked for is removed when its lease ends, and what runs there ends with it; a schedule goes on, and each of its runs waits for a cluster that is gone. Renew the lease first, or choose a cluster that stays.",
            Facts = "J16",
            Bad = Example.Repository(
                "# file: jobs-requests/vision/shared.yaml\nkind: RayCluster\nname: shared\nimage: ray\nworkers: {replicas: 1}\nlease: 1d\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\ncluster: shared\ntimeout: 2d\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/shared.yaml\nkind: RayCluster\nname: shared\nimage: ray\nworkers: {replicas: 1}\nlease: 7d\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\ncluster: shared\ntimeout: 2d\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Request.Cluster is not { } cluster
            || TeamClusters.Read(context.Tree, context.Policies, context.Team, cluster.Value)?.Lease is not { } lease
        )
        {
            yield break;
        }

        if (context.Kind == JobKind.RayCronJob)
        {
            yield return At(
                cluster,
                $"`{cluster.Value}` is given for {lease.Value}, and the schedule has no end: its runs wait for a cluster that is gone; renew the lease in time, or run on a cluster without one"
            );
        }
        else if (context.Plan?.Jobs is [{ Timeout: { } timeout }, ..] && timeout.Value > lease.Value)
        {
            yield return At(
                cluster,
                $"the job may run for {timeout.Value}, and `{cluster.Value}` is given for {lease.Value}; lower `timeout`, or renew the lease first"
            );
        }
    }
}
