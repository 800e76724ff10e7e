namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0618: an alias of which nobody knows the Ray.</summary>
public sealed class AliasOfUnknownRay : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0618",
            "alias-of-unknown-ray",
            Severity.Warning,
            "Neither the alias nor its tag says which Ray the image holds."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "Everybody who uses the alias has to write `rayVersion` (RQ3009), and whether the image has CUDA is not checked at all. The tag is believed for Ray's own images, for what `mirrors` says of others, and for copies called `ray` whose tags name Python or a platform as Ray's do.",
            Bad = Example.Policy(
                "# policies/images.yaml\naliases: {ray: \"registry.example.com/team/vllm:1.4.2\", ray-gpu: rayproject/ray:2.52.0-py312-cu128, ray-tpu: rayproject/ray:2.52.0-py312-tpu}\n"
            ),
            Good = Example.Policy(
                "# policies/images.yaml\naliases: {ray: {image: \"registry.example.com/team/vllm:1.4.2\", rayVersion: 2.52.0, cuda: false}, ray-gpu: rayproject/ray:2.52.0-py312-cu128, ray-tpu: rayproject/ray:2.52.0-py312-tpu}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        ImagesPolicy images = loaded.Policies.Images;
        foreach ((string alias, Located<string> target) in images.Aliases)
        {
            if (ImageReference.Parse(target.Value, out _) is not null && images.RayVersionOf(alias) is null)
            {
                yield return At(
                    target.Span,
                    $"nobody knows which Ray `{alias}` holds; write `{{image: {MessageText.Shorten(target.Value)}, rayVersion: …, cuda: …}}`, or say in `mirrors` whose image it is"
                );
            }
        }
    }
}
