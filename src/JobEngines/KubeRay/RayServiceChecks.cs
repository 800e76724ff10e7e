using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>The S rules: what the operator refuses of a RayService's spec.</summary>
public static class RayServiceChecks
{
    private const string Incremental = "NewClusterWithIncrementalUpgrade";

    private static readonly string[] Types = ["NewCluster", Incremental, "None"];

    public static void Check(RayClusterContext cluster, Field service)
    {
        Field auth = cluster.Spec["authOptions"]["enableK8sTokenAuth"];
        if (auth.IsTrue)
        {
            cluster.Add(
                KubeRayRules.TokenAuthNotSupported,
                auth,
                "a RayService's cluster can't have `enableK8sTokenAuth`; remove it"
            );
        }

        Field name = cluster.Head["headService"]["metadata"]["name"];
        if (name.Text is { Length: > 0 })
        {
            cluster.Add(
                KubeRayRules.HeadServiceName,
                name,
                "a RayService's clusters come and go, so their head Service has no fixed name; remove it"
            );
        }

        Upgrade(cluster, service["spec"]["upgradeStrategy"]);
        Field excluded = service["spec"]["excludeHeadPodFromServeSvc"];
        if (excluded.IsTrue && !cluster.Autoscaling && !cluster.Groups.Any(HasWorkers))
        {
            cluster.Add(
                KubeRayRules.NobodyServes,
                excluded,
                "the head is taken out of the Service, and there are no workers to serve; add a worker group, or remove `excludeHeadPodFromServeSvc`"
            );
        }
    }

    private static bool HasWorkers(Field group) =>
        Math.Max(group["replicas"].Integer ?? 1, group["minReplicas"].Integer ?? 0) > 0
        && group["numOfHosts"].Integer is not 0
        && !group["suspend"].IsTrue;

    private static void Upgrade(RayClusterContext cluster, Field strategy)
    {
        Field type = strategy["type"];
        if (type.Text is { } text && !Types.Contains(text))
        {
            cluster.Add(
                KubeRayRules.BadUpgrade,
                type,
                $"`{NameGrammar.Shorten(text)}` is not an upgrade strategy; it is one of {NameGrammar.Listing(Types)}{DidYouMean.Phrase(text, Types)}"
            );
        }

        if (type.Text != Incremental || !cluster.Gates.IsOn("RayServiceIncrementalUpgrade"))
        {
            return;
        }

        if (!cluster.Autoscaling)
        {
            cluster.Add(
                KubeRayRules.BadUpgrade,
                type,
                "an incremental upgrade needs `enableInTreeAutoscaling: true` in the cluster; add it"
            );
        }

        Field options = strategy["clusterUpgradeOptions"];
        if (!options.Exists)
        {
            cluster.Add(
                KubeRayRules.BadUpgrade,
                options,
                "an incremental upgrade needs `clusterUpgradeOptions`; add them"
            );
            return;
        }

        Options(cluster, options);
    }

    private static void Options(RayClusterContext cluster, Field options)
    {
        foreach (string name in new[] { "maxSurgePercent", "stepSizePercent" })
        {
            if (options[name].Integer is { } percent && percent is < 0 or > 100)
            {
                cluster.Add(
                    KubeRayRules.BadUpgrade,
                    options[name],
                    $"`{name}` is {percent}, but percentages are 0 to 100"
                );
            }
        }

        long surge = options["maxSurgePercent"].Integer ?? 100;
        if (options["stepSizePercent"].Integer is { } step && step > surge && surge >= 0)
        {
            cluster.Add(
                KubeRayRules.BadUpgrade,
                options["stepSizePercent"],
                $"`stepSizePercent` is {step}, above `maxSurgePercent` of {surge}; lower it"
            );
        }

        if (options["intervalSeconds"].Integer is <= 0)
        {
            cluster.Add(KubeRayRules.BadUpgrade, options["intervalSeconds"], "`intervalSeconds` must be above 0");
        }

        if (options["gatewayClassName"].Text is { Length: 0 })
        {
            cluster.Add(
                KubeRayRules.BadUpgrade,
                options["gatewayClassName"],
                "`gatewayClassName` is empty; name the gateway class"
            );
        }
    }
}
