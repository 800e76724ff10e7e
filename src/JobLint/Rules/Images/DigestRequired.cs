namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ5003: no digest where one is required.</summary>
public sealed class DigestRequired : ImageRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5003",
            "digest-required",
            Severity.Error,
            "The image is not pinned by a digest, which the platform requires."
        )
        {
            Category = RuleCategory.Security,
            Why =
                "A tag can be pushed again; a digest is the hash of what runs. `requireDigest` in `policies/images.yaml` asks for it.",
            Bad = Example.Repository(
                "# file: policies/images.yaml\nrequireDigest: true\naliases: {ray: \"rayproject/ray:2.52.0-py312-cpu@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}\nallowed: [rayproject/ray:*]\n# file: jobs-requests/vision/train.yaml\nname: train\nimage: rayproject/ray:2.52.0-py312-cpu\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: policies/images.yaml\nrequireDigest: true\naliases: {ray: \"rayproject/ray:2.52.0-py312-cpu@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}\nallowed: [rayproject/ray:*]\n# file: jobs-requests/vision/train.yaml\nname: train\nimage: ray\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    protected override Finding? Check(RequestContext context, Located<string> image, ImageFacts facts) =>
        context.Policies.Images.RequireDigest
        && facts is { Alias: null, Reference: { IsPinned: false } }
        && !UnknownImageAlias.LooksLikeAlias(image.Value)
            ? At(
                image,
                $"add the digest: `{MessageText.Shorten(image.Value)}@sha256:…`, as the registry tells it, or use an alias ({MessageText.Allowed(context.Policies.Images.Aliases.Keys)})"
            )
            : null;
}
