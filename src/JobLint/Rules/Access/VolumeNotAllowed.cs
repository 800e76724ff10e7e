namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5020: another team's claim.</summary>
public sealed class VolumeNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5020", "volume-not-allowed", Severity.Error, "The claim is not allowed to the team.")
        {
            Category = RuleCategory.Security,
            Why =
                "A claim is data, often of another team. Which claims a team may mount is in `policies/rules.yaml`, under `volumes`.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes: [{claim: corpora, mount: /data}]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes: [{claim: datasets, mount: /data}]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (Located<VolumeRequest> volume in context.Request.Volumes?.Value ?? [])
        {
            if (
                volume.Value.Claim is { } claim
                && Grants.Of(context.Policies.Rules.Volumes, context.Team) is { } allowed
                && !Glob.MatchesAny(allowed, claim.Value)
            )
            {
                yield return At(
                    claim,
                    $"team {context.Team} may not mount the claim `{claim.Value}`; allowed: {MessageText.Allowed(allowed)}"
                );
            }
        }
    }
}
