namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3002: an alias nobody defined.</summary>
public sealed class UnknownImageAlias : ImageRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3002", "unknown-image-alias", Severity.Error, "There is no such image alias.")
        {
            Category = RuleCategory.Images,
            HasFixedSeverity = true,
            Why =
                "A word without `:` and `/` is an alias from `policies/images.yaml`. To a container runtime it would be an image of that name on Docker Hub, whoever owns that.",
            Bad = Example.Request(
                "name: train\nimage: ray-gpuu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    protected override Finding? Check(RequestContext context, Located<string> image, ImageFacts facts) =>
        facts is { Alias: null } && LooksLikeAlias(image.Value)
            ? At(
                image,
                $"there is no image alias `{image.Value}`{MessageText.Unknown(image.Value, context.Policies.Images.Aliases.Keys)}",
                MessageText.Rename(image.Span, image.Value, context.Policies.Images.Aliases.Keys)
            )
            : null;

    /// <summary>Whether a text without tag, digest and path must be meant as an alias.</summary>
    internal static bool LooksLikeAlias(string text) => !text.AsSpan().ContainsAny("/:@ .") && text.Length <= 63;
}
