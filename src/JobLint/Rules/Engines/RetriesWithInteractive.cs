namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4503: retries of a job a person submits.</summary>
public sealed class RetriesWithInteractive : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4503", "retries-with-interactive", Severity.Error, "`retries` can't be used with `InteractiveMode`.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why = "Nobody would submit the job a second time: the operator refuses the RayJob.",
            Facts = "J18",
            Bad = Example.Request("name: train\nsubmissionMode: InteractiveMode\nretries: 1\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nsubmissionMode: InteractiveMode\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Mode == SubmissionMode.InteractiveMode && context.Request.Retries is { Value: > 0 } retries
            ? [At(retries, "in InteractiveMode a person submits the job, and it can't be retried; remove `retries`")]
            : [];
}
