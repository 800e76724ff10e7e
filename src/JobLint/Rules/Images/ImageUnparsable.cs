namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3001: no image reference.</summary>
public sealed class ImageUnparsable : ImageRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3001", "image-unparsable", Severity.Error, "The image is no reference a container runtime takes.")
        {
            Category = RuleCategory.Images,
            HasFixedSeverity = true,
            Why = "The pods would stay in `InvalidImageName` and the job in Initializing.",
            Bad = Example.Request(
                "name: train\nimage: rayproject/Ray:2.52.0-py312\nrayVersion: 2.52.0\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py312\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    protected override Finding? Check(RequestContext context, Located<string> image, ImageFacts facts) =>
        facts is { Reference: null, Alias: null } && !UnknownImageAlias.LooksLikeAlias(image.Value)
            ? At(
                image,
                $"`{MessageText.Shorten(image.Value)}` is not an image reference: {(Message?)facts.Fault}; write an alias ({MessageText.Allowed(context.Policies.Images.Aliases.Keys)}) or a reference such as `rayproject/ray:2.52.0-py312`"
            )
            : null;
}
