namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1012: a request moved from one team to another.</summary>
public sealed class MovedToAnotherTeam : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1012", "moved-to-another-team", Severity.Warning, "A request moves from one team's folder to another's.")
        {
            Category = RuleCategory.Identity,
            Why = "The job stops in the old team's namespace and starts in the new team's, on the new team's quota.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        IRepositoryTree? before = context.Base;
        if (before is null)
        {
            yield break;
        }

        List<string> removed =
        [
            .. context.ChangedPaths.Where(p =>
                RequestPath.IsRequest(p) && context.Tree.Find(p) is null && before.Find(p) is not null
            ),
        ];
        foreach (RequestContext request in removed.Count == 0 ? [] : context.Requests)
        {
            string path = request.Document.Path;
            if (
                before.Find(path) is null
                && removed.Find(p =>
                    RequestPath.NameOf(p) == request.Document.FileName && RequestPath.TeamOf(p) != request.Team
                )
                    is { } from
            )
            {
                yield return At(
                    request.Anchor,
                    $"this moves `{from}` from team {RequestPath.TeamOf(from)} to team {request.Team}: the old job stops, the new one runs on the quota of {request.Team}"
                );
            }
        }
    }
}
