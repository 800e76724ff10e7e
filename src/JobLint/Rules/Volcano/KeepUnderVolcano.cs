namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4376: a cluster that isn't kept.</summary>
public sealed class KeepUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4376", "keep-under-volcano", Severity.Warning, "The pods of a Volcano Job go when it ends.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "A finished Volcano Job ends what still runs, head and workers, and takes the Service of the dashboard away: there is nothing that `keep` could keep to look at. It decides only when the request is archived.",
            Facts = "VL7, VR8",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\nkeep: 2h\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context) =>
        context.Request.Keep is { Value.Seconds: > 0 } keep
            ?
            [
                At(
                    keep,
                    "head and workers go when the Job ends, so nothing is kept; remove `keep`, and write what is needed later to a volume"
                ),
            ]
            : [];
}
