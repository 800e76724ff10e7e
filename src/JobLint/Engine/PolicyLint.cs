using Rayquest.JobLint.Rules.PolicyFaults;

namespace Rayquest.JobLint.Engine;

/// <summary>
/// Evaluates policies as such: what a change of them would leave behind, before it evaluates anybody. No request is looked at.
/// </summary>
public static class PolicyLint
{
    /// <summary>The faults of a tree's policies; where a file can't be read, only those of reading.</summary>
    /// <param name="tree">The tree with the policies, as it would be after the merge.</param>
    /// <param name="severities">How severe each rule is, by the policies that hold so far: a change doesn't excuse itself.</param>
    public static IReadOnlyList<Finding> Check(IRepositoryTree tree, RulesPolicy severities)
    {
        LoadedPolicies loaded = PolicyLoader.Load(tree);
        if (loaded.IsBroken)
        {
            return Linter.Sort(loaded.Findings);
        }

        RepositoryContext context = new()
        {
            Tree = tree,
            Policies = loaded.Policies,
            LoadedPolicies = loaded,
            Requests = [],
            IsWhole = false,
        };
        SeverityPolicy policy = new(severities);
        return Linter.Sort(
            loaded.Findings.Concat(
                RuleCatalog
                    .Repository.OfType<PolicyRule>()
                    .SelectMany(rule => Linter.Guard(rule, context))
                    .Select(policy.Apply)
                    .OfType<Finding>()
            )
        );
    }
}
