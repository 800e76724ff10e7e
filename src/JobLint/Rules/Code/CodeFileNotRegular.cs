namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ5013: a link in place of a file.</summary>
public sealed class CodeFileNotRegular : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5013",
            "code-file-not-regular",
            Severity.Error,
            "A file of `code.files` is a symbolic link or a submodule."
        )
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "A link points where its author wants, on whatever machine follows it: it is never followed. Put a copy of the file beside the request.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach ((_, Located<string> source) in context.Request.Code?.Value.Files?.Value ?? [])
        {
            if (
                RequestPath.Beside(context.Document.Path, source.Value) is { } path
                && context.Tree.Find(path) is { Kind: not TreeEntryKind.File } entry
            )
            {
                yield return At(
                    source,
                    $"`{path}` is a {(entry.Kind == TreeEntryKind.Symlink ? "symbolic link" : "submodule")}, which is not followed; put the file itself beside the request"
                );
            }
        }
    }
}
