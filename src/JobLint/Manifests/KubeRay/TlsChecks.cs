using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests.KubeRay;

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

        foreach (Field group in cluster.Groups.Prepend(cluster.Head))
        {
            Field spec = group["template"]["spec"];
            foreach (Field container in spec["containers"].Items().Concat(spec["initContainers"].Items()))
            {
                Environment(cluster, container["env"]);
                foreach (Field mount in container["volumeMounts"].Items())
                {
                    Mount(cluster, mount);
                }
            }

            foreach (Field volume in spec["volumes"].Items())
            {
                if (volume["name"].Text == "ray-tls")
                {
                    cluster.Add(
                        KubeRayRules.BadTls,
                        volume["name"],
                        "the volume `ray-tls` is the operator's; choose another name"
                    );
                }
            }
        }

        Environment(cluster, cluster.Spec["autoscalerOptions"]["env"]);
    }

    private static void Environment(RayClusterContext cluster, Field env)
    {
        foreach (Field variable in env.Items())
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
    }

    private static void Mount(RayClusterContext cluster, Field mount)
    {
        if (mount["name"].Text == "ray-tls" || mount["mountPath"].Text?.TrimEnd('/') == "/etc/ray/tls")
        {
            cluster.Add(
                KubeRayRules.BadTls,
                mount["mountPath"],
                "`ray-tls` and `/etc/ray/tls` are the operator's with `tlsOptions`; choose others"
            );
        }
    }
}
