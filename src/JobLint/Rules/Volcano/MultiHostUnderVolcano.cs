namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4375: one worker on several hosts.</summary>
public sealed class MultiHostUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4375", "multi-host-under-volcano", Severity.Error, "A Volcano Job knows no workers of several hosts.")
        {
            Category = RuleCategory.Engine,
            Why =
                "KubeRay makes the pods of a multi-host slice together and tells each which host it is; the ray plugin starts single workers, which a multi-host TPU slice refuses.",
            Facts = "VR3",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1, numOfHosts: 4}\n"
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
            if (group.NumOfHosts is { Value: > 1 } hosts)
            {
                yield return At(
                    hosts,
                    "the ray plugin of Volcano starts single workers; remove `numOfHosts`, or ask the platform team for a cluster with KubeRay"
                );
            }
        }
    }
}
