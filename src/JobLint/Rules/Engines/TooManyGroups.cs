namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4509: more groups than Kueue takes.</summary>
public sealed class TooManyGroups : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4509", "too-many-groups", Severity.Error, "There are more worker groups than Kueue can queue.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Kueue makes a pod set of every group, one of the head and, in `K8sJobMode`, one of the submitter. A workload holds 18 pod sets from 0.19 on, 10 in 0.18 and 8 before; with more, the webhook refuses the job.",
            Facts = "Q4",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers:\n- {name: g0, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g1, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g2, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g3, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g4, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g5, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g6, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g7, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g8, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g9, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g10, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g11, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g12, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g13, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g14, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g15, replicas: 1, cpu: 1, memory: 2Gi}\n- {name: g16, replicas: 1, cpu: 1, memory: 2Gi}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers:\n- {name: small, replicas: 1}\n- {name: large, replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        PlatformPolicy platform = context.Policies.Platform;
        if (platform.Scheduler != SchedulerKind.Kueue || context.Groups.Count == 0)
        {
            return [];
        }

        int sets =
            RayRelease.IsBelow(platform.KueueVersion, "0.18.0") ? 8
            : RayRelease.IsBelow(platform.KueueVersion, "0.19.0") ? 10
            : 18;
        int most = sets - (context.Mode == SubmissionMode.K8sJobMode ? 2 : 1);
        return context.Groups.Count > most
            ?
            [
                At(
                    context.Request.Workers!,
                    $"there are {context.Groups.Count} worker groups, but Kueue {platform.KueueVersion} queues at most {most}{(KindRules.HasEntrypoint(context.Kind) ? $" in {context.Mode}" : "")}; join groups of like shape"
                ),
            ]
            : [];
    }
}
