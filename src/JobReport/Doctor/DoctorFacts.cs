namespace Rayquest.JobReport.Doctor;

/// <summary>The file of code owners that GitHub uses.</summary>
/// <param name="Text">Null when it is too large for GitHub, which then ignores it.</param>
public sealed record CodeOwnersFile(string Path, string? Text);

/// <summary>What a tree of the repository says for itself.</summary>
/// <param name="Paths">Every file.</param>
/// <param name="Workflows">Path and text of each file that GitHub takes for a workflow.</param>
public sealed record TreeFacts(
    IReadOnlyList<string> Paths,
    CodeOwnersFile? CodeOwners,
    IReadOnlyDictionary<string, string> Workflows
);

/// <summary>All that is evaluated: the tree, and GitHub's settings unless only the tree was asked for.</summary>
/// <param name="DefaultBranch">Its name.</param>
/// <param name="Settings">Null offline.</param>
public sealed record DoctorFacts(string DefaultBranch, TreeFacts Tree, RepositorySettings? Settings)
{
    /// <summary>The workflow files as this version has them, by path: the program's own, or those that <c>rayquest init</c> writes.</summary>
    public IReadOnlyDictionary<string, string> Shipped { get; init; } = ShippedWorkflows.Files;
}
