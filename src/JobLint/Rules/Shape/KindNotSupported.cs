namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0103: a kind that is in the format, but can't be submitted yet.</summary>
public sealed class KindNotSupported : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0103", "kind-not-supported", Severity.Error, "The `kind` can't be submitted yet.")
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why =
                "Requests are for RayJobs, RayClusters and RayServices today. RayCronJob has its place in the format and is on its way; a plain manifest of that kind can already be checked with `rayquest lint --manifest`.",
            Bad = Example.Request(
                "kind: RayCronJob\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request("kind: RayJob\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Kind is { } kind && !JobPlanner.CanPlan(kind.Value)
            ?
            [
                At(
                    kind,
                    $"{kind.Value} can't be submitted yet, it is on its way; ask for a RayJob, or check a plain manifest with `rayquest lint --manifest`"
                ),
            ]
            : [];
}
