using Rayquest.JobLint.Rules.Images;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0605: an alias that moves.</summary>
public sealed class AliasNotPinned : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0605",
            "alias-not-pinned",
            Severity.Error,
            "An image alias stands for a reference that may change, or for none."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "Everybody who uses the alias would run other bytes tomorrow; a rendered manifest holds the reference, so even frozen jobs would change under a retry.",
            Bad = Example.Policy(
                "# policies/images.yaml\naliases: {ray: \"rayproject/ray:latest\", ray-gpu: rayproject/ray:2.52.0-py312-cu128, ray-tpu: rayproject/ray:2.52.0-py312-tpu}\n"
            ),
            Good = Example.Policy(
                "# policies/images.yaml\naliases: {ray: \"rayproject/ray:2.52.0-py312-cpu\", ray-gpu: rayproject/ray:2.52.0-py312-cu128, ray-tpu: rayproject/ray:2.52.0-py312-tpu}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        ImagesPolicy images = loaded.Policies.Images;
        foreach ((string alias, Located<string> target) in images.Aliases)
        {
            if (ImageReference.Parse(target.Value, out string? fault) is not { } reference)
            {
                yield return At(
                    target.Span,
                    $"`{MessageText.Shorten(target.Value)}` is not an image reference: {fault}"
                );
            }
            else if (ImageNotPinned.MovingTag(reference) is { } moving)
            {
                yield return At(target.Span, $"alias `{alias}`: {moving}; write a version tag or a digest");
            }
            else if (images.RequireDigest && !reference.IsPinned)
            {
                yield return At(
                    target.Span,
                    $"alias `{alias}` has no digest, but `requireDigest` is set; add `@sha256:…`"
                );
            }
        }
    }
}
