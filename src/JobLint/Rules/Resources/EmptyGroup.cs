namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2032: a group that never has a worker.</summary>
public sealed class EmptyGroup : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2032", "empty-group", Severity.Warning, "A worker group asks for no workers.")
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "Without a range of replicas nothing ever starts a worker in it; the group only lengthens the manifest. A job that needs no workers at all leaves `workers` out.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 0}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: {min: 0, max: 4}}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (Located<WorkerGroupRequest> group in context.Request.Workers?.Value ?? [])
        {
            if (group.Value.Replicas is { Value: { Max: 0 } } replicas)
            {
                yield return At(
                    replicas,
                    "the group never has a worker; raise `replicas`, give it a range such as `{min: 0, max: 4}`, or remove the group"
                );
            }
        }
    }
}
