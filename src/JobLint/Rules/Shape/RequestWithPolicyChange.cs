namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0115: a request and a policy in one change.</summary>
public sealed class RequestWithPolicyChange : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0115", "request-with-policy-change", Severity.Error, "A request and a policy are changed together.")
        {
            Category = RuleCategory.Shape,
            Why =
                "Policies are taken from the base branch, so that nobody raises their own quota in the request that needs it. A policy changed beside the request has no effect on it, and would hide behind it in review.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        string? policy = context.ChangedPaths.FirstOrDefault(p =>
            p.StartsWith(RequestPath.Policies, StringComparison.Ordinal)
        );
        if (policy is null)
        {
            yield break;
        }

        HashSet<string> changed = new(context.ChangedPaths, StringComparer.Ordinal);
        foreach (RequestContext request in context.Requests)
        {
            if (changed.Contains(request.Document.Path))
            {
                yield return At(
                    request.Anchor,
                    $"this change also touches `{policy}`; put the policy into a pull request of its own and merge that first"
                );
            }
        }
    }
}
