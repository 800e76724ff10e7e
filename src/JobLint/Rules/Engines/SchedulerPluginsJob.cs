namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4512: a job under scheduler-plugins.</summary>
public sealed class SchedulerPluginsJob : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4512", "scheduler-plugins-job", Severity.Error, "KubeRay can't run RayJobs under scheduler-plugins.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "With `batchScheduler: scheduler-plugins` the operator answers every RayJob with `currently only RayCluster is supported` and leaves it in Initializing.",
            Facts = "3.2",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: scheduler-plugins\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Policies.Platform.Scheduler == SchedulerKind.SchedulerPlugins && KindRules.HasEntrypoint(context.Kind)
            ?
            [
                At(
                    context.Anchor,
                    "the platform's scheduler (scheduler-plugins) can't run RayJobs, only RayClusters; ask the platform team for another scheduler"
                ),
            ]
            : [];
}
