using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>J4 to J13: what is deleted when a job has finished.</summary>
internal static class DeletionChecks
{
    private static readonly string[] Order = ["DeleteWorkers", "DeleteCluster", "DeleteSelf"];

    public static void Check(RayJobContext job)
    {
        Field strategy = job.Spec["deletionStrategy"];
        if (!strategy.Exists)
        {
            return;
        }

        if (!job.Gates.IsOn("RayJobDeletionPolicy"))
        {
            job.Add(
                KubeRayRules.GateOff,
                strategy,
                "`deletionStrategy` needs the operator's feature gate `RayJobDeletionPolicy`, which is off; remove it, or have the gate switched on"
            );
            return;
        }

        bool legacy = strategy["onSuccess"].Exists || strategy["onFailure"].Exists;
        bool rules = strategy["deletionRules"].Count > 0;
        if (rules && job.Spec["shutdownAfterJobFinishes"].IsTrue)
        {
            job.Add(
                KubeRayRules.DeletionRulesWithShutdown,
                job.Spec["shutdownAfterJobFinishes"],
                "`shutdownAfterJobFinishes` and `deletionRules` exclude each other; keep one"
            );
        }

        if (legacy)
        {
            Legacy(job, strategy);
        }

        if (rules)
        {
            Rules(job, strategy["deletionRules"]);
        }
    }

    private static bool Autoscaling(RayJobContext job) => job.Spec["rayClusterSpec"]["enableInTreeAutoscaling"].IsTrue;

    private static void Legacy(RayJobContext job, Field strategy)
    {
        foreach (string name in new[] { "onSuccess", "onFailure" })
        {
            Field policy = strategy[name]["policy"];
            switch (policy.Text)
            {
                case null when strategy[name].Exists:
                    job.Add(KubeRayRules.DeletionIncomplete, policy, $"`{name}` has no `policy`; add it");
                    break;
                case "DeleteCluster" or "DeleteWorkers" when job.HasSelector:
                    job.Add(
                        KubeRayRules.DeletionNotSupported,
                        policy,
                        $"a shared cluster is not deleted: `{policy.Text}` can't be used with `clusterSelector`"
                    );
                    break;
                case "DeleteWorkers" when Autoscaling(job):
                    job.Add(
                        KubeRayRules.DeletionNotSupported,
                        policy,
                        "`DeleteWorkers` can't be used while the autoscaler is on; use `DeleteCluster`"
                    );
                    break;
                case "DeleteNone" when job.Spec["shutdownAfterJobFinishes"].IsTrue:
                    job.Add(
                        KubeRayRules.DeletionNotSupported,
                        policy,
                        "`DeleteNone` contradicts `shutdownAfterJobFinishes: true`; keep one"
                    );
                    break;
                default:
                    break;
            }
        }
    }

    private static void Rules(RayJobContext job, Field rules)
    {
        Dictionary<string, Dictionary<string, (long Ttl, Field At)>> byCondition = new(StringComparer.Ordinal);
        foreach (Field rule in rules.Items())
        {
            string policy = rule["policy"].Text ?? "";
            if (job.HasSelector && (policy is "DeleteCluster" or "DeleteWorkers"))
            {
                job.Add(
                    KubeRayRules.DeletionNotSupported,
                    rule["policy"],
                    $"a shared cluster is not deleted: `{policy}` can't be used with `clusterSelector`"
                );
                continue;
            }

            if (Autoscaling(job) && policy == "DeleteWorkers")
            {
                job.Add(
                    KubeRayRules.DeletionNotSupported,
                    rule["policy"],
                    "`DeleteWorkers` can't be used while the autoscaler is on; use `DeleteCluster`"
                );
                continue;
            }

            Field condition = rule["condition"];
            string key = condition["jobStatus"].Text is { Length: > 0 } status
                ? status
                : "deployment " + condition["jobDeploymentStatus"].Text;
            if (!byCondition.TryGetValue(key, out Dictionary<string, (long Ttl, Field At)>? ttls))
            {
                byCondition[key] = ttls = new(StringComparer.Ordinal);
            }

            if (!ttls.TryAdd(policy, (condition["ttlSeconds"].Integer ?? 0, rule)))
            {
                job.Add(
                    KubeRayRules.DuplicateDeletionRule,
                    rule["policy"],
                    $"a rule for `{policy}` on {key} is there already; keep one"
                );
            }
        }

        foreach ((string key, Dictionary<string, (long Ttl, Field At)> ttls) in byCondition)
        {
            InOrder(job, key, ttls);
        }
    }

    private static void InOrder(RayJobContext job, string condition, Dictionary<string, (long Ttl, Field At)> ttls)
    {
        (string Policy, long Ttl)? before = null;
        foreach (string policy in Order)
        {
            if (!ttls.TryGetValue(policy, out (long Ttl, Field At) rule))
            {
                continue;
            }

            if (before is { } earlier && rule.Ttl < earlier.Ttl)
            {
                Field at = rule.At["condition"]["ttlSeconds"];
                job.Add(
                    KubeRayRules.DeletionOrder,
                    at.Exists ? at : rule.At["policy"],
                    $"on {condition}, `{policy}` after {rule.Ttl} s comes before `{earlier.Policy}` after {earlier.Ttl} s; the larger goes last"
                );
            }

            before = (policy, rule.Ttl);
        }
    }
}
