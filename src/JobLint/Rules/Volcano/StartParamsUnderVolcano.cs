namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4373: parameters nobody passes on.</summary>
public sealed class StartParamsUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4373",
            "start-params-under-volcano",
            Severity.Error,
            "The ray plugin takes no parameters of `ray start`."
        )
        {
            Category = RuleCategory.Engine,
            Why =
                "The plugin writes the command of head and workers itself and leaves no place for `num-cpus`, `resources` or `object-store-memory`: Ray counts what the container has. A request that relies on them would run with others.",
            Facts = "VR4, VR5",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nhead: {rayStartParams: {num-cpus: 0}}\nworkers: {replicas: 2}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context)
    {
        if (context.Request.Head?.Value.RayStartParams is { } ofHead)
        {
            yield return At(ofHead, Message);
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (group.Request.RayStartParams is { } ofGroup)
            {
                yield return At(ofGroup, Message);
            }
        }
    }

    private const string Message =
        "the ray plugin of Volcano passes none of these to `ray start`; remove them, and ask for what Ray shall count as `cpu` and `memory`";
}
