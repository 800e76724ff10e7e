namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3003: a tag Ray never released.</summary>
public sealed class RayTagGrammar : ImageRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3003", "ray-tag-grammar", Severity.Error, "The tag is not one that Ray's images are released under.")
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "Ray's own images are tagged `<version>[-extra][-py3XY][-cpu|-gpu|-tpu|-cuXYZ][-aarch64]`, in this order. Another order does not exist, and the pods would stay in `ImagePullBackOff`.",
            Facts = "5.1",
            Bad = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-cpu-py312\nrayVersion: 2.52.0\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py312-cpu\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    protected override Finding? Check(RequestContext context, Located<string> image, ImageFacts facts) =>
        facts is { IsRayProject: true, Alias: null, RayTag: null, Reference.Tag: { } tag }
            ? At(
                image,
                $"`{tag}` is not a tag of Ray's images; they read `<version>-py3XY-<platform>`, such as `2.52.0-py312-cu128`"
            )
            : null;
}
