namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5026: one claim at two paths.</summary>
public sealed class ClaimTwice : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5026", "claim-twice", Severity.Warning, "The same claim is mounted twice.")
        {
            Category = RuleCategory.Security,
            Why =
                "It works, but the job sees the same files under two paths, of which one may be meant to be another claim.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes:\n- {claim: datasets, mount: /data}\n- {claim: datasets, mount: /more}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes:\n- {claim: datasets, mount: /data}\n- {claim: vision-photos, mount: /more}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        Dictionary<string, SourceSpan> seen = new(StringComparer.Ordinal);
        foreach (Located<VolumeRequest> volume in context.Request.Volumes?.Value ?? [])
        {
            if (volume.Value.Claim is { } claim && !seen.TryAdd(claim.Value, claim.Span))
            {
                yield return At(claim, $"the claim `{claim.Value}` is mounted already; is another one meant?") with
                {
                    Related = [new RelatedLocation(seen[claim.Value], "mounted here")],
                };
            }
        }
    }
}
