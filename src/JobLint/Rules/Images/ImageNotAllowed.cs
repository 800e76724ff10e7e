namespace Rayquest.JobLint.Rules.Images;

/// <summary>RQ5002: an image the policy doesn't take.</summary>
public sealed class ImageNotAllowed : ImageRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5002", "image-not-allowed", Severity.Error, "The image is not allowed to the team.")
        {
            Category = RuleCategory.Security,
            Why =
                "An image runs with the team's secrets and volumes. Which registries and repositories are trusted is decided in `policies/images.yaml`.",
            Bad = Example.Request(
                "name: train\nimage: docker.io/somebody/ray:2.52.0\nrayVersion: 2.52.0\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nimage: ghcr.io/example/vision-train:1.4.2\nrayVersion: 2.52.0\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    protected override Finding? Check(RequestContext context, Located<string> image, ImageFacts facts)
    {
        if (facts is not { Alias: null, Reference: { } reference } || UnknownImageAlias.LooksLikeAlias(image.Value))
        {
            return null;
        }

        List<string>? mine = null;
        foreach (AllowedImage allowed in context.Policies.Images.Allowed)
        {
            if (allowed.Teams.Count > 0 && !allowed.Teams.Contains(context.Team))
            {
                continue;
            }

            // A pattern is over the reference as people write it; a digest behind the tag narrows it and is always fine.
            if (
                Glob.Matches(allowed.Pattern, facts.Text)
                || (
                    reference.Digest is not null
                    && Glob.Matches(allowed.Pattern, facts.Text[..facts.Text.IndexOf('@', StringComparison.Ordinal)])
                )
            )
            {
                return null;
            }

            (mine ??= []).Add(allowed.Pattern);
        }

        return At(
            image,
            $"{MessageText.Shorten(facts.Text)} is not allowed to team {context.Team}; use an alias ({MessageText.Allowed(context.Policies.Images.Aliases.Keys)}){(mine is null ? Message.None : (Message)$" or an image like {MessageText.Allowed(mine)}")}, or ask the platform team"
        );
    }
}
