namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ5001: an image whose bytes may change.</summary>
public sealed class ImageNotPinned : ImageRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5001", "image-not-pinned", Severity.Error, "The image has no tag, or one that moves.")
        {
            Category = RuleCategory.Security,
            Why =
                "`latest` and `nightly` are other bytes tomorrow: what was reviewed is not what runs, head and workers may pull different ones, and a retry may run another version than the first try.",
            Bad = Example.Request(
                "name: train\nimage: rayproject/ray:latest\nrayVersion: 2.52.0\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py312-cpu\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    protected override Finding? Check(RequestContext context, Located<string> image, ImageFacts facts) =>
        facts is { Alias: null, Reference: { } reference }
        && !UnknownImageAlias.LooksLikeAlias(image.Value)
        && MovingTag(reference) is { } moving
            ? At(image, $"{moving}; write a version tag, such as `:2.52.0-py312`, or a digest")
            : null;

    /// <summary>Why a reference is not pinned, or null when it is.</summary>
    internal static Message? MovingTag(ImageReference reference) =>
        reference.IsPinned ? null
        : reference.Tag is not { } tag ? (Message)"the image has no tag, which means `latest`"
        : Moves(tag) ? (Message)$"the tag `{tag}` moves from day to day"
        : null;

    private static bool Moves(string tag) =>
        tag is "latest" or "main" or "master" or "dev" or "edge" or "stable" or "nightly" or "head"
        || (
            tag.StartsWith("latest-", StringComparison.Ordinal)
            || tag.StartsWith("nightly-", StringComparison.Ordinal)
            || tag.EndsWith("-latest", StringComparison.Ordinal)
        );
}
