namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4514: a gang without workers.</summary>
public sealed class GangOfHeadOnly : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4514", "gang-of-head-only", Severity.Warning, "Gang scheduling would hold room for the head only.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Volcano and YuniKorn reserve for the fewest replicas of each group. With `min: 0` everywhere the head starts alone and the workers queue one by one, so that two jobs can block each other.",
            Facts = "3.2",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: {min: 0, max: 8}}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: {min: 2, max: 8}}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Policies.Platform.Scheduler is not (SchedulerKind.Volcano or SchedulerKind.YuniKorn)
            || context.Groups.Count == 0
        )
        {
            return [];
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Replicas.Value.Min > 0)
            {
                return [];
            }
        }

        return context.Groups[0].Request.Replicas is { } replicas
            ? [At(replicas, "no group has a worker at least, so only the head is scheduled as a gang; raise `min`")]
            : [];
    }
}
