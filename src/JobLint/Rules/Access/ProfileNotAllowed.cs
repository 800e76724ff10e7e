namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5031: a profile the team may not use.</summary>
public sealed class ProfileNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5031", "profile-not-allowed", Severity.Error, "The profile is not allowed to the team.")
        {
            Category = RuleCategory.Security,
            Why =
                "A profile decides where pods may run and as whom: reserved nodes, capabilities, security contexts. Which ones a team may name is in `policies/rules.yaml`, under `profiles`; the platform's default is everybody's.",
            Bad = Example.Repository(
                "# file: policies/rules.yaml\nprofiles: {nlp: [tpu], default: []}\n# file: policies/profiles/tpu.yaml\nspec: {rayClusterSpec: {headGroupSpec: {template: {spec: {nodeSelector: {pool: tpu}}}}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nprofile: tpu\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: policies/rules.yaml\nprofiles: {vision: [tpu], default: []}\n# file: policies/profiles/tpu.yaml\nspec: {rayClusterSpec: {headGroupSpec: {template: {spec: {nodeSelector: {pool: tpu}}}}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nprofile: tpu\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Request.Profile is not { } profile
            || profile.Value == context.Policies.Platform.Defaults.Profile
            || !context.Policies.Profiles.ContainsKey(profile.Value)
            || Grants.Of(context.Policies.Rules.Profiles, context.Team) is not { } allowed
            || Glob.MatchesAny(allowed, profile.Value)
        )
        {
            return [];
        }

        return
        [
            At(
                profile,
                $"team {context.Team} may not use the profile `{profile.Value}`; {(allowed.Count == 0 ? "it may name none: remove `profile`" : $"allowed: {MessageText.Allowed(allowed)}")}"
            ),
        ];
    }
}
