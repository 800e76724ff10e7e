namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4504: a job that waits for a person.</summary>
public sealed class InteractiveJob : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4504", "interactive-job", Severity.Warning, "`InteractiveMode` waits for a person to submit the job.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "The cluster comes up and holds its machines until somebody submits a job from outside; while it waits, the operator looks at neither `timeout` nor suspension. What runs is not what was reviewed.",
            Facts = "2.2, J24",
            Bad = Example.Request("name: train\nsubmissionMode: InteractiveMode\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.SubmissionMode is { Value: SubmissionMode.InteractiveMode } mode
            ?
            [
                At(
                    mode,
                    "the cluster waits, without a deadline, until a person submits the job; use K8sJobMode with an `entrypoint`, or an existing `cluster`"
                ),
            ]
            : [];
}
