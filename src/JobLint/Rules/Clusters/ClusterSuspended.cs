namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ4628: a job whose cluster rests.</summary>
public sealed class ClusterSuspended : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4628", "cluster-suspended", Severity.Warning, "The cluster that the job is to run on is suspended.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "A suspended cluster has no pods, not even a head. A job that is to run there waits for one until `queueTimeout`, and fails then; without it, it waits until somebody resumes the cluster.",
            Facts = "J16",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/shared.yaml\nkind: RayCluster\nname: shared\nworkers: {replicas: 1}\nlease: 7d\nsuspend: true\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\ncluster: shared\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/shared.yaml\nkind: RayCluster\nname: shared\nworkers: {replicas: 1}\nlease: 7d\nsuspend: false\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\ncluster: shared\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Cluster is { } cluster
        && TeamClusters.Read(context.Tree, context.Policies, context.Team, cluster.Value)?.Suspend is { Value: true }
            ?
            [
                At(
                    cluster,
                    $"`{cluster.Value}` is suspended and has no pods: {(context.Kind == JobKind.RayCronJob ? "its runs wait" : "the job waits")} for it; resume it first, or run on another"
                ),
            ]
            : [];
}
