namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ3043: a file that isn't there.</summary>
public sealed class CodeFileMissing : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3043", "code-file-missing", Severity.Error, "A file of `code.files` is not there.")
        {
            Category = RuleCategory.Code,
            HasFixedSeverity = true,
            Why = "The left side is the path in the container, the right side the path of a file beside the request.",
            Bad = Example.Repository(
                "# file: jobs-requests/vision/train/train.py\nprint(1)\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\ncode:\n  files: {train.py: train/trian.py}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/train/train.py\nprint(1)\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\ncode:\n  files: {train.py: train/train.py}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach ((Located<string> target, Located<string> source) in context.Request.Code?.Value.Files?.Value ?? [])
        {
            string? path = RequestPath.Beside(context.Document.Path, source.Value);
            if (path is null || context.Tree.Find(path) is not null)
            {
                continue;
            }

            string folder = $"{RequestPath.Requests}{context.Team}/";
            string[] beside =
            [
                .. context
                    .Tree.List(folder)
                    .Where(e => !RequestPath.IsRequest(e.Path))
                    .Select(e => e.Path[folder.Length..]),
            ];
            bool swapped =
                RequestPath.Beside(context.Document.Path, target.Value) is { } other
                && context.Tree.Find(other) is not null;
            yield return At(
                source,
                swapped
                    ? (Message)
                        $"there is no file `{path}`, but `{target.Value}` is beside the request: the path in the container comes first, the file second"
                    : $"there is no file `{path}`{DidYouMean.Phrase(source.Value, beside)}",
                swapped ? null : MessageText.Rename(source.Span, source.Value, beside)
            );
        }
    }
}
