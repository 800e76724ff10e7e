namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ3045: more code than a ConfigMap takes.</summary>
public sealed class CodeTooLarge : Rule
{
    private const long Most = 900 * 1024;

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3045", "code-too-large", Severity.Error, "The files of `code.files` are too large for a ConfigMap.")
        {
            Category = RuleCategory.Code,
            Why =
                "Kubernetes refuses a ConfigMap beyond 1 MiB, names and all; 900 KiB leave room for them. More code belongs into `code.archive`.",
            Facts = "4.2",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        Located<IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>? files = context
            .Request
            .Code
            ?.Value
            .Files;
        if (files is null)
        {
            yield break;
        }

        long total = 0;
        foreach ((Located<string> target, Located<string> source) in files.Value)
        {
            if (
                RequestPath.Beside(context.Document.Path, source.Value) is { } path
                && context.Tree.Find(path) is { Kind: TreeEntryKind.File } entry
            )
            {
                total += target.Value.Length + (entry.Size >= 0 ? entry.Size : context.Tree.Read(path)?.Length ?? 0);
            }
        }

        if (total > Most)
        {
            yield return At(
                files,
                $"the files hold {total / 1024} KiB together, at most {Most / 1024} KiB fit into a ConfigMap; use `code.archive`"
            );
        }
    }
}
