namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0121: something an import could not carry over, and nobody has looked at.</summary>
public sealed class LeftOpen : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0121",
            "left-open",
            Severity.Error,
            "An import left something behind on which the run depends, and nobody has looked at it."
        )
        {
            Category = RuleCategory.Shape,
            Why =
                "`rayquest import` writes a comment that begins with `not imported:` for everything a request can't say and without which the job runs otherwise: GPUs of the head, init containers, variables from elsewhere, volumes of other kinds. Such a job would start and fail, or compute something else. Fix what the comment names, or find that it doesn't matter, and delete the comment.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n# not imported: spec.rayClusterSpec.headGroupSpec.template.spec.initContainers: what runs before Ray belongs into the image or a profile\n"
            ),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (YamlComment comment in context.Document.File.Comments)
        {
            if (comment.Text.StartsWith(ImportComment.Mark, StringComparison.Ordinal))
            {
                yield return At(
                    comment.Span,
                    $"the import left this behind: {MessageText.Shorten(comment.Text[ImportComment.Mark.Length..].Trim())}; fix it, or delete the comment once it doesn't matter"
                );
            }
        }
    }
}
