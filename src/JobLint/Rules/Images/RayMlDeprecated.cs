namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3011: <c>ray-ml</c> images are no longer made.</summary>
public sealed class RayMlDeprecated : ImageRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3011", "ray-ml-deprecated", Severity.Warning, "`rayproject/ray-ml` images are deprecated.")
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "The project no longer maintains them; their tags carry commits or the word `deprecated`. `rayproject/ray` with the packages in `runtimeEnv.pip`, or an image of your own, takes their place.",
            Facts = "5.1",
            Bad = Example.Repository(
                "# file: policies/images.yaml\naliases: {ray-ml: rayproject/ray-ml:2.46.0.0e19ea-py311-gpu}\n# file: jobs-requests/vision/train.yaml\nname: train\nimage: ray-ml\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    protected override Finding? Check(RequestContext context, Located<string> image, ImageFacts facts) =>
        facts is { Reference: { Repository: "rayproject/ray-ml" } }
            ? At(
                image,
                "`rayproject/ray-ml` is deprecated; use `rayproject/ray` with the packages in the runtime environment's `pip`, or an image of your own"
            )
            : null;
}
