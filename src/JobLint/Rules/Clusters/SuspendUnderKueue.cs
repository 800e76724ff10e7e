namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ4627: a suspension that Kueue takes back.</summary>
public sealed class SuspendUnderKueue : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4627", "suspend-under-kueue", Severity.Error, "Kueue decides whether the cluster is suspended.")
        {
            Category = RuleCategory.Engine,
            Why =
                "Kueue holds a queued RayCluster back and lets it go by that very field: it writes `suspend: false` as soon as there is room, whatever the request says, and Argo CD leaves the field to it. The cluster runs on and holds its GPUs while its request says that it rests.",
            Facts = "KJ8",
            Bad = Example.Request(
                "kind: RayCluster\nname: shared\nimage: ray\nworkers: {replicas: 2}\nlease: 7d\nsuspend: true\n"
            ),
            Good = Example.Request("kind: RayCluster\nname: shared\nimage: ray\nworkers: {replicas: 2}\nlease: 7d\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Kind == JobKind.RayCluster
        && context.Policies.Platform.Scheduler == SchedulerKind.Kueue
        && context.Request.Suspend is { Value: true } suspend
            ?
            [
                At(
                    suspend,
                    "Kueue takes it back as soon as there is room, and the cluster runs on; remove `suspend`, and the request as well if the cluster isn't needed"
                ),
            ]
            : [];
}
