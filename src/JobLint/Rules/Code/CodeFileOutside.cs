namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ5012: a file outside the request's folder.</summary>
public sealed class CodeFileOutside : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5012", "code-file-outside", Severity.Error, "A file of `code.files` lies outside the request's folder.")
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "A request ships files that lie beside it, in its team's folder, so that whoever reviews the team's folder has seen all that runs. `..`, absolute paths and backslashes are not followed.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  files: {train.py: ../nlp/prep/shards.py}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/train/train.py\nprint(1)\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\ncode:\n  files: {train.py: train/train.py}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach ((_, Located<string> source) in context.Request.Code?.Value.Files?.Value ?? [])
        {
            if (RequestPath.Beside(context.Document.Path, source.Value) is null)
            {
                yield return At(
                    source,
                    $"`{MessageText.Shorten(source.Value)}` leaves the folder `jobs-requests/{context.Team}/`; put the file beside the request and name it from there"
                );
            }
        }
    }
}
