namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4508: pod names that lose their group.</summary>
public sealed class PodNameCut : Rule
{
    private const int Most = 50;

    // A dash and five hex digits of ours, a dash and five random characters of KubeRay's.
    private static int Suffixes(JobKind kind) =>
        kind switch
        {
            JobKind.RayCluster => 0,
            JobKind.RayService => 6,
            JobKind.RayCronJob => 17,
            _ => 12,
        };

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4508", "pod-name-cut", Severity.Warning, "The names are so long that pods lose the name of their group.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "A worker's pod is called `<cluster>-<group>-worker-<random>`, where the part before `-worker` is cut at 50 characters. The cluster's name is the job's with two suffixes (12 characters). In logs and dashboards the groups can't be told apart any more.",
            Facts = "X5",
            Bad = Example.Request(
                "name: resnet-imagenet-baseline-june-report\nentrypoint: python train.py\nworkers: {name: trainers, replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: resnet-june\nentrypoint: python train.py\nworkers: {name: trainers, replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        Located<string>? name = context.Request.Name;
        if (name is null)
        {
            yield break;
        }

        foreach (WorkerGroupPlan group in context.Groups)
        {
            int length = name.Value.Length + Suffixes(context.Kind) + 1 + group.Name.Value.Length;
            if (length > Most && (group.Request.Name is not null || context.Groups.Count > 1))
            {
                yield return At(
                    group.Request.Name?.Span ?? group.Span,
                    $"pods of this group are named by the first {Most} of {length} characters and lose `{group.Name.Value}`; shorten the {KindRules.NounOf(context.Kind)}'s name or the group's by {length - Most}"
                );
            }
        }
    }
}
