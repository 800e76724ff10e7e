namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4370: a kind that Volcano doesn't have.</summary>
public sealed class KindNotForVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4370",
            "kind-not-for-volcano",
            Severity.Error,
            "A Volcano Job runs a job to its end; it is no cluster, service or schedule."
        )
        {
            Category = RuleCategory.Engine,
            HasFixedSeverity = true,
            Why =
                "Where requests are rendered to Volcano Jobs there is no KubeRay operator, and nothing that serves applications, keeps a cluster or starts runs by a schedule. A Volcano Job with the ray plugin is head, workers and the entrypoint, once. As a cluster it could be neither edited (Volcano refuses every change of a Job but numbers and priority), nor autoscaled, nor suspended. With KubeRay in the cluster, `target: kuberay` and `scheduler: volcano` have Volcano schedule clusters as gangs.",
            Facts = "VR3, VE1, VJ19, 3.2",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nkind: RayCluster\nname: train\nworkers: {replicas: 2}\nlease: 7d\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context) =>
        context.Request.Kind is { Value: not JobKind.RayJob } kind
            ?
            [
                At(
                    kind,
                    $"this platform renders Volcano Jobs, which are no {kind.Value}{(kind.Value == JobKind.RayCluster ? " and take no edits; ask for a RayJob, or the platform team for KubeRay, whose clusters Volcano schedules as gangs with `target: kuberay` and `scheduler: volcano`" : "; ask for a RayJob, or the platform team for a cluster with KubeRay")}"
                ),
            ]
            : [];
}
