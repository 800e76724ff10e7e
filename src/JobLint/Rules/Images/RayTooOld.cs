namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3010: a Ray too old to be relied on.</summary>
public sealed class RayTooOld : Rule
{
    private const string Oldest = "2.30.0";

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3010", "ray-too-old", Severity.Warning, "The Ray version is years behind what KubeRay is tested with.")
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "KubeRay 1.7 is tested with recent Ray. Before 2.6 job metadata stops the RayJob without a word; before 2.30 tags, probes and the autoscaler differ in many small ways, and security fixes are missing.",
            Facts = "X11, 5.1",
            Bad = Example.Request(
                "name: train\nimage: rayproject/ray:2.9.0-py310\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py310\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request is { Cluster: null } request
        && (request.RayVersion ?? request.Head?.Value.Image ?? request.Image) is { } place
        && RayRelease.IsBelow(context.RayVersion, Oldest)
            ? [At(place, $"Ray {context.RayVersion} is older than {Oldest}; use a newer image")]
            : [];
}
