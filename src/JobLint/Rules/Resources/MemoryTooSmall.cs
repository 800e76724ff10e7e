namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2029: less memory than Ray itself needs.</summary>
public sealed class MemoryTooSmall : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2029", "memory-too-small", Severity.Warning, "The memory is less than Ray itself needs.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "Ray's processes and the object store, which takes about a third of the memory, leave next to nothing below 1Gi. The container is killed under load, and the job fails late.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 512Mi}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 4Gi}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        MemorySizes.Of(
            context,
            memory =>
                memory >= MemorySizes.Implausible && memory < MemorySizes.Needed
                    ? (Message)$"{memory} is less than Ray itself needs; ask for 1Gi at least, better 4Gi"
                    : null,
            (place, message) => At(place, message)
        );
}
