namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0101: nothing to run.</summary>
public sealed class MissingEntrypoint : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0101", "missing-entrypoint", Severity.Error, "The request has no `entrypoint`.")
        {
            Category = RuleCategory.Shape,
            Why =
                "The entrypoint is the command Ray runs. Only `submissionMode: InteractiveMode` does without one, since there a person submits the job.",
            Facts = "X8",
            Bad = Example.Request("name: train\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Entrypoint is not null
        || context.Mode == SubmissionMode.InteractiveMode
        || context.Document.File.IsPartial
        || context.IsMeant("entrypoint")
        || !KindRules.HasEntrypoint(context.Kind)
            ? []
            :
            [
                At(
                    context.Anchor,
                    "there is no `entrypoint`, so there is nothing to run; add the command Ray shall run, such as `entrypoint: python train.py`"
                ),
            ];
}
