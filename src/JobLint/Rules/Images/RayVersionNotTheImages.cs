namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3008: another Ray version than the image's.</summary>
public sealed class RayVersionNotTheImages : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3008",
            "ray-version-not-the-images",
            Severity.Error,
            "`rayVersion` differs from the version of the image."
        )
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "KubeRay decides by `rayVersion` which probes, which autoscaler and which authentication the pods get. With another Ray inside, pods fail their probes or wait for an autoscaler that does not fit.",
            Facts = "X11",
            Bad = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py312\nrayVersion: 2.46.0\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py312\nrayVersion: 2.52.0\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.RayVersion is not { } version)
        {
            yield break;
        }

        ImageFacts? head = context.Image;
        if (head is { Release: { } release } && release != version.Value)
        {
            yield return At(
                version,
                $"the image {head.Text} holds Ray {release}, not {version.Value}; write `{release}`, or leave `rayVersion` out",
                Replace($"Write `{release}`", version.Span, release)
            );
        }

        foreach (NamedImage named in context.NamedImages)
        {
            if (named.Facts != head && named.Facts.Release is { } other && other != version.Value)
            {
                yield return At(
                    named.Word,
                    $"the image {named.Facts.Text} holds Ray {other}, but `rayVersion` is {version.Value}; use one that holds it"
                );
            }
        }
    }
}
