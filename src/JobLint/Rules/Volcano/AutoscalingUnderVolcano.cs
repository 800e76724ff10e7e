namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4372: workers that nobody adds.</summary>
public sealed class AutoscalingUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4372", "autoscaling-under-volcano", Severity.Error, "Nothing scales the workers of a Volcano Job.")
        {
            Category = RuleCategory.Engine,
            HasFixedSeverity = true,
            Why =
                "Ray's autoscaler asks KubeRay for pods; a Volcano Job has a fixed number of replicas. With a range only the fewest would ever run.",
            Facts = "VR3",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: {min: 1, max: 8}}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Replicas.Value.IsRange)
            {
                yield return At(
                    group.Request.Replicas!,
                    $"a Volcano Job has a fixed number of workers; write one, such as {group.Replicas.Value.Max}"
                );
            }
        }
    }
}
