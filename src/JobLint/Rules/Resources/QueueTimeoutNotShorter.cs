namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2035: a deadline for the start that comes after the one for the end.</summary>
public sealed class QueueTimeoutNotShorter : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2035", "queue-timeout-not-shorter", Severity.Warning, "`queueTimeout` is not shorter than `timeout`.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "Both are counted from the same moment, so the job would always end by `timeout` first and `queueTimeout` has no effect.",
            Facts = "2.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\ntimeout: 1h\nqueueTimeout: 2h\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\ntimeout: 3h\nqueueTimeout: 1h\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request is { QueueTimeout: { } queue, Timeout: { } timeout } && queue.Value >= timeout.Value
            ?
            [
                At(
                    queue,
                    $"the job ends by its `timeout` of {timeout.Value} before it can have waited {queue.Value}; lower `queueTimeout`, or raise `timeout`"
                ),
            ]
            : [];
}
