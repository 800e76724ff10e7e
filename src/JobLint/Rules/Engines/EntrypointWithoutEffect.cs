namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4505: an entrypoint nobody submits.</summary>
public sealed class EntrypointWithoutEffect : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4505",
            "entrypoint-without-effect",
            Severity.Warning,
            "The `entrypoint` has no effect in `InteractiveMode`."
        )
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why = "A person submits the job, with an entrypoint of their own.",
            Facts = "2.2",
            Bad = Example.Request(
                "name: train\nsubmissionMode: InteractiveMode\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request("name: train\nsubmissionMode: InteractiveMode\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Mode == SubmissionMode.InteractiveMode && context.Request.Entrypoint is { } entrypoint
            ?
            [
                At(
                    entrypoint,
                    "in InteractiveMode this is not run: a person submits the job; remove `entrypoint`, or choose another mode"
                ),
            ]
            : [];
}
