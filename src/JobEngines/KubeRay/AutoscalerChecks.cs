using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>C14 to C16: the autoscaler's options, variables and what they ask of the pods.</summary>
internal static class AutoscalerChecks
{
    public static void Check(RayClusterContext cluster)
    {
        Field options = cluster.Spec["autoscalerOptions"];
        Field variable = cluster.V2Variable;
        if (!cluster.Autoscaling && variable["value"].Text is "1" or "true")
        {
            cluster.Add(
                KubeRayRules.AutoscalerConflict,
                variable["name"],
                "`RAY_enable_autoscaler_v2` needs `enableInTreeAutoscaling: true`; add that or remove the variable"
            );
        }

        if (cluster.Autoscaling && options["version"].Exists && variable.Exists)
        {
            cluster.Add(
                KubeRayRules.AutoscalerConflict,
                variable["name"],
                "`autoscalerOptions.version` is set, so `RAY_enable_autoscaler_v2` can't be, whatever its value; remove the variable"
            );
        }

        if (cluster.Autoscaling && cluster.OptionsSayV2)
        {
            RestartPolicies(cluster);
        }

        Options(cluster, options);
    }

    private static void RestartPolicies(RayClusterContext cluster)
    {
        foreach (Field group in cluster.HeadAndGroups)
        {
            Field policy = group["template"]["spec"]["restartPolicy"];
            if (policy.Text is { Length: > 0 } text && text != "Never")
            {
                cluster.Add(
                    KubeRayRules.AutoscalerConflict,
                    policy,
                    $"with autoscaler v2 pods don't restart by themselves: `restartPolicy` is `Never` or left out, this is `{NameGrammar.Shorten(text)}`"
                );
            }
        }
    }

    private static void Options(RayClusterContext cluster, Field options)
    {
        if (options["idleTimeoutSeconds"].Integer is { } seconds && seconds < 0)
        {
            cluster.Add(
                KubeRayRules.BadIdleTimeout,
                options["idleTimeoutSeconds"],
                $"`idleTimeoutSeconds` is {seconds}, but can't be negative"
            );
        }

        foreach (Field variable in options["env"].Items())
        {
            if (variable["name"].Text == "KUBERAY_GEN_AUTOSCALER_START_CMD")
            {
                cluster.Add(
                    KubeRayRules.AutoscalerConflict,
                    variable["name"],
                    "`KUBERAY_GEN_AUTOSCALER_START_CMD` is the operator's; remove it"
                );
            }
        }
    }
}
