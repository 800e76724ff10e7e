namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ3012: one cluster of several Rays.</summary>
public sealed class MixedRay : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3012",
            "mixed-ray",
            Severity.Error,
            "A worker group's image holds another Ray or another Python than the head's."
        )
        {
            Category = RuleCategory.Images,
            MayBeIgnored = true,
            Why =
                "A node whose Ray or Python differs from the head's is refused when it joins (`Version mismatch`), and its pods start again and again. KubeRay takes one `rayVersion` for the whole cluster.",
            Facts = "X11",
            Bad = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py312-cpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, image: \"rayproject/ray:2.51.0-py311-cu128\"}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nimage: rayproject/ray:2.52.0-py312-cpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, image: \"rayproject/ray:2.52.0-py312-cu128\"}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        ImageFacts? head = context.Image;
        HashSet<SourceSpan>? reported = null;
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (
                (group.Request.Image ?? context.Request.Head?.Value.Image) is not { } place
                || context.ImageOf(group.Request) is not { } image
                || image == head
                || !(reported ??= []).Add(place.Span)
            )
            {
                continue;
            }

            // Where `rayVersion` is given, each image is held to it (RQ3008).
            Message? difference =
                context.Request.RayVersion is null
                && head is { Release: { } headRelease }
                && image.Release is { } release
                && release != headRelease
                    ? (Message)$"Ray {release}, and the head's Ray {headRelease}"
                : head is { RayTag.Python: { } headPython }
                && image.RayTag?.Python is { } python
                && python != headPython
                    ? (Message)$"{Python(python)}, and the head's {Python(headPython)}"
                : null;
            if (difference is not null)
            {
                yield return At(
                    place,
                    $"the image of `{group.Name.Value}`, {image.Text}, holds {difference}; Ray lets no such node join, so use images of one Ray and Python"
                );
            }
        }
    }

    // py312 is Python 3.12.
    private static string Python(string tag) => $"Python {tag[2]}.{tag[3..]}";
}
