using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>C20: mutual TLS.</summary>
internal static class TlsChecks
{
    private static readonly string[] Variables =
    [
        "RAY_USE_TLS",
        "RAY_TLS_SERVER_CERT",
        "RAY_TLS_SERVER_KEY",
        "RAY_TLS_CA_CERT",
    ];

    public static void Check(RayClusterContext cluster)
    {
        Field options = cluster.Spec["tlsOptions"];
        if (!options.Exists)
        {
            return;
        }

        bool on = cluster.NeedsGate(options, "RayClusterMTLS", "`tlsOptions`");
        if (!options["enabled"].IsTrue)
        {
            return;
        }

        if (on && !cluster.HasCertManager)
        {
            cluster.Add(
                KubeRayRules.BadTls,
                options,
                "`tlsOptions` needs cert-manager in the cluster; have it installed and list `CustomResourceDefinition/certificates.cert-manager.io` as known"
            );
        }

        // Only Ray's own container and the autoscaler are looked at: sidecars and init containers may have TLS of their own.
        foreach (Field group in cluster.HeadAndGroups)
        {
            Container(cluster, group["template"]["spec"]["containers"].ItemAt(0));
        }

        Container(cluster, cluster.Spec["autoscalerOptions"]);
    }

    private static void Container(RayClusterContext cluster, Field container)
    {
        foreach (Field variable in container["env"].Items())
        {
            if (Variables.Contains(variable["name"].Text))
            {
                cluster.Add(
                    KubeRayRules.BadTls,
                    variable["name"],
                    $"`{variable["name"].Text}` is the operator's with `tlsOptions`; remove it"
                );
            }
        }

        foreach (Field mount in container["volumeMounts"].Items())
        {
            if (mount["name"].Text == "ray-tls" || mount["mountPath"].Text == "/etc/ray/tls")
            {
                cluster.Add(
                    KubeRayRules.BadTls,
                    mount["mountPath"],
                    "`ray-tls` and `/etc/ray/tls` are the operator's with `tlsOptions`; choose others"
                );
            }
        }
    }
}
