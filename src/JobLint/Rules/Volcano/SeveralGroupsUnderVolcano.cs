namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4371: workers of several shapes.</summary>
public sealed class SeveralGroupsUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4371", "several-groups-under-volcano", Severity.Error, "The ray plugin knows one task of workers.")
        {
            Category = RuleCategory.Engine,
            HasFixedSeverity = true,
            Why =
                "Volcano's ray plugin starts Ray in one task of workers, called by its name. Pods of a second group would get no command, and never join.",
            Facts = "VR3",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: [{name: small, replicas: 2}, {name: large, replicas: 1, cpu: 8}]\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context) =>
        context.Groups.Count > 1
            ?
            [
                At(
                    context.Groups[1].Span,
                    $"there are {context.Groups.Count} worker groups, and the ray plugin of Volcano starts one; make them one group"
                ),
            ]
            : [];
}
