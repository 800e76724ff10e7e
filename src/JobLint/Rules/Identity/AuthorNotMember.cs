namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1007: submitted by somebody outside the team.</summary>
public sealed class AuthorNotMember : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1007", "author-not-member", Severity.Error, "The author of the pull request is no member of the team.")
        {
            Category = RuleCategory.Identity,
            Why =
                "A request spends the quota of the team whose folder it lies in; only its members, listed in `policies/quotas.yaml`, may do that. The rule speaks where the author is known, that is on a pull request.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Author is { } author
        && context.TeamPolicy is { Members.Count: > 0 } team
        && !Members.Has(team, context.Policies, author)
            ?
            [
                At(
                    context.Anchor,
                    $"{author} is not a member of team {context.Team} (members: {MessageText.List(team.Members, "and")}); ask one of them to submit it, or the platform team to add {author}"
                ),
            ]
            : [];
}
