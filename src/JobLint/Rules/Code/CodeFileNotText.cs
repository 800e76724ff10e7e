namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ3044: a file a ConfigMap can't carry as text.</summary>
public sealed class CodeFileNotText : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3044", "code-file-not-text", Severity.Error, "A file of `code.files` is not UTF-8 text.")
        {
            Category = RuleCategory.Code,
            HasFixedSeverity = true,
            Why =
                "Files are shipped in a ConfigMap, for a reviewer to read. Archives, models and data belong into `code.archive` or a volume.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach ((_, Located<string> source) in context.Request.Code?.Value.Files?.Value ?? [])
        {
            if (
                RequestPath.Beside(context.Document.Path, source.Value) is { } path
                && context.Tree.Find(path) is { Kind: TreeEntryKind.File }
                && context.Tree.Read(path) is { } bytes
                && !JobPlanner.IsUtf8(bytes.Span)
            )
            {
                yield return At(source, $"`{path}` is not UTF-8 text; ship it in an archive, or put it on a volume");
            }
        }
    }
}
