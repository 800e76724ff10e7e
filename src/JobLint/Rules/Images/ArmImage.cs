namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3007: an image for ARM.</summary>
public sealed class ArmImage : ImageRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3007", "arm-image", Severity.Warning, "The image is built for 64-bit ARM.")
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "On an x86 node it ends at once with `exec format error`. Unless the profile picks ARM nodes, the tag without `-aarch64` is meant.",
            Facts = "5.1",
            Bad = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py312-cpu-aarch64\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py312-cpu\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    protected override Finding? Check(RequestContext context, Located<string> image, ImageFacts facts) =>
        facts is { RayTag.IsAarch64: true }
            ? At(
                image,
                "the image is built for ARM, and does not start on x86 nodes; use the tag without `-aarch64`, unless the profile picks ARM nodes",
                facts.Alias is null
                && facts.Reference!.Digest is null
                && facts.Text.EndsWith("-aarch64", StringComparison.Ordinal)
                    ? Replace("Remove `-aarch64`", image.Span, facts.Text[..^"-aarch64".Length], FixSafety.Unsafe)
                    : null
            )
            : null;
}
