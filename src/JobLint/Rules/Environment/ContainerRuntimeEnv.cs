namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3029: a container inside the container.</summary>
public sealed class ContainerRuntimeEnv : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3029",
            "container-runtime-env",
            Severity.Error,
            "`runtimeEnv` asks Ray to run its workers in another container."
        )
        {
            Category = RuleCategory.Environment,
            Why =
                "`image_uri` and `container` need podman and privileges inside the pod, are experimental, exclude nearly every other key, and pull an image that no policy has seen. `image` says which image the pods run.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  image_uri: rayproject/ray:2.52.0-py312\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nimage: rayproject/ray:2.52.0-py312\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (YamlEntry entry in context.Request.RuntimeEnv?.Value.Entries ?? [])
        {
            if (entry.Key.Value is "image_uri" or "container")
            {
                yield return At(
                    entry.Key.Span,
                    $"`{entry.Key.Value}` of the runtime environment runs an image inside the pods that no policy has evaluated; use `image`"
                );
            }
        }
    }
}
