namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1003: a team folder that can't be a team.</summary>
public sealed class BadTeamFolder : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ1003",
            "bad-team-folder",
            Severity.Error,
            "The team's folder has a name no namespace or queue can be made of."
        )
        {
            Category = RuleCategory.Identity,
            Why =
                "The folder's name becomes a part of namespaces, queues and labels, so it must be a DNS label: lower-case letters, digits and `-`, beginning with a letter.",
            Bad = Example.Repository(
                "# file: jobs-requests/Vision_Team/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        RequestPath.IsTeam(context.Team)
            ? []
            :
            [
                At(
                    context.Anchor,
                    $"the folder `{MessageText.Shorten(context.Team)}` can't be a team: lower-case letters, digits and `-` only, beginning with a letter; move the file{MessageText.Unknown(context.Team, context.Policies.Quotas.Teams.Keys)}"
                ),
            ];
}
