namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4384: a wait that nothing ends.</summary>
public sealed class QueueTimeoutUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4384",
            "queue-timeout-under-volcano",
            Severity.Warning,
            "While a Volcano Job waits in its queue, `queueTimeout` doesn't count."
        )
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "`queueTimeout` becomes a policy on pods that are pending, and Volcano makes no pods before the queue has room for the gang. It ends a Job whose pods find no node; one that waits in a full queue waits for as long as that takes.",
            Facts = "VL3, VL4",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\nqueueTimeout: 2h\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context) =>
        context.Request.QueueTimeout is { } wait
            ?
            [
                At(
                    wait,
                    $"the {wait.Value} begin when the queue has room and pods are made; a Job that the queue is too full for waits on: take the request back when it has waited too long"
                ),
            ]
            : [];
}
