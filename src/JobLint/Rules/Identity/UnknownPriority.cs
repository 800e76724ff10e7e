namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1009: a priority that isn't there.</summary>
public sealed class UnknownPriority : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1009", "unknown-priority", Severity.Error, "There is no such priority.")
        {
            Category = RuleCategory.Identity,
            Why =
                "Priorities are listed in `policies/platform.yaml`; each stands for a priority class. A class that does not exist makes the API server refuse the pods.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\npriority: hihg\n"),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\npriority: high\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Priority is { } priority && !context.Policies.Platform.Priorities.ContainsKey(priority.Value)
            ?
            [
                At(
                    priority,
                    $"there is no priority `{priority.Value}`{MessageText.Unknown(priority.Value, context.Policies.Platform.Priorities.Keys)}",
                    MessageText.Rename(priority.Span, priority.Value, context.Policies.Platform.Priorities.Keys)
                ),
            ]
            : [];
}
