namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4513: an existing cluster under Volcano.</summary>
public sealed class VolcanoWithCluster : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4513", "volcano-with-cluster", Severity.Error, "Under Volcano a job can't run on an existing cluster.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "The operator's gang scheduling refuses a RayJob that selects an existing RayCluster and leaves it in Initializing.",
            Facts = "3.2",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: volcano\ngpus: {}\nclusters: {shared-dev: {}}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\ncluster: shared-dev\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: volcano\ngpus: {}\nclusters: {shared-dev: {}}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Policies.Platform.Scheduler == SchedulerKind.Volcano && context.Request.Cluster is { } cluster
            ?
            [
                At(
                    cluster,
                    "under Volcano the operator refuses a RayJob on an existing cluster; remove `cluster` and ask for `workers`"
                ),
            ]
            : [];
}
