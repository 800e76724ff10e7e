using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Lints the examples that rules carry.</summary>
internal static class Examples
{
    public static IReadOnlyList<Finding> Lint(RuleExample example) => Lint(Repository.TreeOf(example));

    public static IReadOnlyList<Finding> Lint(IRepositoryTree tree)
    {
        LoadedPolicies policies = PolicyLoader.Load(tree);
        return Linter.Sort([.. policies.Findings, .. Linter.Run(new LintInput { Tree = tree, Policies = policies }).Findings]);
    }
}
