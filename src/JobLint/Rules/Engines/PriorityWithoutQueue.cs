namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4515: a priority that nothing looks at.</summary>
public sealed class PriorityWithoutQueue : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4515", "priority-without-queue", Severity.Warning, "`priority` has no effect on an existing cluster.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "A priority orders the start of pods. On an existing cluster no pods are made but the submitter's, and Kueue leaves such a job alone.",
            Facts = "Q1",
            Bad = Example.Request("name: train\nentrypoint: python train.py\ncluster: shared-dev\npriority: high\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\ncluster: shared-dev\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request is { Cluster: { } cluster, Priority: { } priority }
            ? [At(priority, $"the job runs on {cluster.Value}, where nothing is queued; remove `priority`")]
            : [];
}
