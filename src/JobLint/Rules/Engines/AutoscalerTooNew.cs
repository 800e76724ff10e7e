namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4516: an autoscaler this Ray doesn't have.</summary>
public sealed class AutoscalerTooNew : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4516", "autoscaler-too-new", Severity.Error, "The autoscaler version needs a newer Ray.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Autoscaler v2 is in Ray since 2.10. With an older one the container beside the head ends at once, and no worker is ever started.",
            Facts = "X11",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nimage: rayproject/ray:2.9.0-py310\nworkers: {replicas: {min: 1, max: 4}}\nautoscaling: {version: v2}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nimage: rayproject/ray:2.52.0-py310\nworkers: {replicas: {min: 1, max: 4}}\nautoscaling: {version: v2}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Autoscaling?.Value.Version is { Value: "v2" } version
        && RayRelease.IsBelow(context.RayVersion, "2.10.0")
            ?
            [
                At(
                    version,
                    $"Ray {context.RayVersion} has no autoscaler v2 (2.10 is the first); use a newer image, or `version: v1`"
                ),
            ]
            : [];
}
