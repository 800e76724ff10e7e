using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Lints the examples that rules carry.</summary>
internal static class Examples
{
    /// <summary>What is found in the files of the example; the policies it is laid over are not its subject. By all rules, or by one.</summary>
    public static IReadOnlyList<Finding> Lint(RuleExample example, RuleInfo? only = null)
    {
        HashSet<string> own = example.Kind switch
        {
            ExampleKind.Request => [Repository.PathOf(example.Text)],
            ExampleKind.Policy => [example.Text.Split('\n')[0].TrimStart('#', ' ')],
            _ => [.. Repository.Split(example.Text).Select(f => f.Path)],
        };
        return [.. Lint(Repository.TreeOf(example), only).Where(f => own.Contains(f.Span.Source.Path))];
    }

    public static IReadOnlyList<Finding> Lint(IRepositoryTree tree, RuleInfo? only = null)
    {
        LoadedPolicies policies = PolicyLoader.Load(tree);
        return Linter.Sort([
            .. policies.Findings,
            .. Linter
                .Run(
                    new LintInput
                    {
                        Tree = tree,
                        Policies = policies,
                        Only = only,
                    }
                )
                .Findings,
        ]);
    }
}
