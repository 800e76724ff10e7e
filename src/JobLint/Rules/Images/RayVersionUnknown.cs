namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3009: nobody says which Ray the image holds.</summary>
public sealed class RayVersionUnknown : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3009",
            "ray-version-unknown",
            Severity.Error,
            "Neither the tag nor `rayVersion` says which Ray the image holds."
        )
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "KubeRay decides by `rayVersion` which probes, which autoscaler and which authentication the pods get. Unset, it falls back to what the oldest versions need. The tag of an image of your own does not tell.",
            Facts = "X11",
            SupersededBy = ["RQ5001"],
            Bad = Example.Request(
                "name: train\nimage: ghcr.io/example/vision-train:1.4.2\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ghcr.io/example/vision-train:1.4.2\nrayVersion: 2.52.0\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.RayVersion is null
        && context.Image is { Reference: not null, Release: null } image
        && !UnknownImageAlias.LooksLikeAlias(image.Text)
        && !context.IsMeant("rayVersion")
            ?
            [
                At(
                    context.Request.Head?.Value.Image?.Span ?? context.Request.Image?.Span ?? context.Anchor,
                    $"the tag of {image.Text} is not one of Ray's own, so it isn't believed to tell the Ray version; add `rayVersion: {Likely(image)}`{(Message)(Stated(image) is null ? ", or what it is" : " if that is what it holds")}{(image.Alias is null ? Message.None : (Message)$" (or have `policies/images.yaml` say it of `{image.Alias}`, for everybody)")}"
                ),
            ]
            : [];

    private static string Likely(ImageFacts image) => Stated(image) ?? "2.52.0";

    // The beginning of the tag, where it reads like a version of Ray.
    private static string? Stated(ImageFacts image)
    {
        string[] numbers = (image.Reference?.Tag ?? "").TrimStart('v').Split('-', '_')[0].Split('.');
        return numbers is ["2", _, _] && numbers.All(n => n.Length > 0 && n.All(char.IsAsciiDigit))
            ? string.Join('.', numbers)
            : null;
    }
}
