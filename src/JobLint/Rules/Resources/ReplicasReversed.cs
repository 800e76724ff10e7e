namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2031: fewer workers at most than at least.</summary>
public sealed class ReplicasReversed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2031", "replicas-reversed", Severity.Error, "`replicas.min` is larger than `replicas.max`.")
        {
            Category = RuleCategory.Resources,
            Why =
                "The operator refuses such a group, and the RayJob fails its validation, from which it never recovers.",
            Facts = "C5",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: {min: 8, max: 2}}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: {min: 2, max: 8}}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (Located<WorkerGroupRequest> group in context.Request.Workers?.Value ?? [])
        {
            if (group.Value.Replicas is { } replicas && replicas.Value.Min > replicas.Value.Max)
            {
                yield return At(
                    replicas,
                    $"`min` is {replicas.Value.Min}, but `max` only {replicas.Value.Max}; swap them"
                );
            }
        }
    }
}
