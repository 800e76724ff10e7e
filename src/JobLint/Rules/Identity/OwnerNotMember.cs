namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1006: an owner outside the team.</summary>
public sealed class OwnerNotMember : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1006", "owner-not-member", Severity.Error, "The `owner` is not a member of the team.")
        {
            Category = RuleCategory.Identity,
            Why =
                "The owner answers for the job: is asked when it fails, and has it on the team's quota. Members are listed in `policies/quotas.yaml`.",
            Bad = Example.Request("name: train\nowner: alicia\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nowner: alice\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Owner is { } owner
        && context.TeamPolicy is { Members.Count: > 0 } team
        && !Members.Has(team, context.Policies, owner.Value)
            ?
            [
                At(
                    owner,
                    $"{owner.Value} is not a member of team {context.Team}{MessageText.Unknown(owner.Value, team.Members)}",
                    MessageText.Rename(owner.Span, owner.Value, team.Members)
                ),
            ]
            : [];
}
