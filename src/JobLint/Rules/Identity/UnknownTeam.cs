namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1004: a team without a policy.</summary>
public sealed class UnknownTeam : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1004", "unknown-team", Severity.Error, "The team has no policy.")
        {
            Category = RuleCategory.Identity,
            Why =
                "Quota, members and namespace are looked up by the folder's name. A team that `policies/quotas.yaml` does not list, where there is no `default` team either, has no quota to run in.",
            Bad = Example.Repository(
                "# file: jobs-requests/visoin/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.TeamPolicy is not null || !RequestPath.IsTeam(context.Team)
            ? []
            :
            [
                At(
                    context.Anchor,
                    $"`policies/quotas.yaml` has no team {context.Team}{MessageText.Unknown(context.Team, context.Policies.Quotas.Teams.Keys)}"
                ),
            ];
}
