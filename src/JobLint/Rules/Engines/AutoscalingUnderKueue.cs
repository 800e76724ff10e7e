namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4510: autoscaling that Kueue can't follow.</summary>
public sealed class AutoscalingUnderKueue : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4510",
            "autoscaling-under-kueue",
            Severity.Error,
            "This version of Kueue can't queue an autoscaling job."
        )
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Kueue admits a fixed number of pods; following a job that grows needs elastic jobs, which are on since 0.18. Before, the webhook refuses a job with the autoscaler on.",
            Facts = "Q3",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\nkueue: 0.17.3\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: {min: 1, max: 4}}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\nkueue: 0.19.2\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: {min: 1, max: 4}}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        PlatformPolicy platform = context.Policies.Platform;
        if (platform.Scheduler != SchedulerKind.Kueue || !RayRelease.IsBelow(platform.KueueVersion, "0.18.0"))
        {
            yield break;
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Replicas.Value.IsRange)
            {
                yield return At(
                    group.Request.Replicas!,
                    $"Kueue {platform.KueueVersion} refuses autoscaling jobs (0.18 is the first to take them); write a fixed number of replicas, such as {group.Replicas.Value.Max}"
                );
            }
        }
    }
}
