namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ5015: a link or submodule where a file is expected.</summary>
public sealed class LinkedFile : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5015",
            "linked-file",
            Severity.Error,
            "A path under `jobs-requests/` or `jobs/` is a symbolic link or a submodule."
        )
        {
            Category = RuleCategory.Security,
            Why =
                "Whoever follows a link reads what lies elsewhere: another team's folder, the runner's own files, or on Argo CD's side whatever is there. It is never followed, so a linked request would silently run nothing.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        IEnumerable<TreeEntry> entries =
            context.Base is not null
                ? context
                    .ChangedPaths.Where(p =>
                        p.StartsWith(RequestPath.Requests, StringComparison.Ordinal)
                        || p.StartsWith(RequestPath.Jobs, StringComparison.Ordinal)
                    )
                    .Select(context.Tree.Find)
                    .OfType<TreeEntry>()
            : context.IsWhole ? context.RequestEntries.Concat(context.JobEntries)
            : context.LinkedRequests.Order(StringComparer.Ordinal).Select(context.Tree.Find).OfType<TreeEntry>();
        foreach (TreeEntry entry in entries)
        {
            if (entry.Kind != TreeEntryKind.File)
            {
                yield return At(
                    new SourceSpan(new SourceText(entry.Path, ""), default),
                    $"`{entry.Path}` is a {(entry.Kind == TreeEntryKind.Symlink ? "symbolic link" : "submodule")}, which is never followed; put the file itself there"
                );
            }
        }
    }
}
