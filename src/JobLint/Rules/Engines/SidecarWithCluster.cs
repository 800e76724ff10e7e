namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4501: SidecarMode on an existing cluster.</summary>
public sealed class SidecarWithCluster : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4501", "sidecar-with-cluster", Severity.Error, "`SidecarMode` can't be used with an existing cluster.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "The sidecar is a container of the head, and an existing cluster's head is already there: the operator refuses the RayJob, and a RayJob that failed its validation never recovers.",
            Facts = "J17",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\ncluster: shared-dev\nsubmissionMode: SidecarMode\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\ncluster: shared-dev\nsubmissionMode: HTTPMode\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Mode == SubmissionMode.SidecarMode && context.Request.Cluster is { } cluster
            ?
            [
                At(
                    context.Request.SubmissionMode?.Span ?? cluster.Span,
                    $"SidecarMode runs beside the head of a cluster of the job's own, not on {cluster.Value}; use HTTPMode or K8sJobMode"
                ),
            ]
            : [];
}
