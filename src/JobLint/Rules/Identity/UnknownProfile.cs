namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1008: a profile that isn't there.</summary>
public sealed class UnknownProfile : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1008", "unknown-profile", Severity.Error, "There is no such profile.")
        {
            Category = RuleCategory.Identity,
            Why =
                "A profile is a file of the platform team, `policies/profiles/<profile>.yaml`, merged under the request. Without it node selectors and security settings would be missing.",
            Bad = Example.Request(
                "name: train\nprofile: gpus\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
            Good = Example.Request(
                "name: train\nprofile: gpu\nimage: ray-gpu\nentrypoint: python train.py\nworkers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Profile is { } profile && !context.Policies.Profiles.ContainsKey(profile.Value)
            ?
            [
                At(
                    profile,
                    $"there is no profile `{profile.Value}`{MessageText.Unknown(profile.Value, context.Policies.Profiles.Keys)}",
                    MessageText.Rename(profile.Span, profile.Value, context.Policies.Profiles.Keys)
                ),
            ]
            : [];
}
