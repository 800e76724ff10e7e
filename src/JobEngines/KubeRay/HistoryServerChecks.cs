using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>C17: the history server's collector.</summary>
internal static class HistoryServerChecks
{
    private const string Container = "ray-history-collector";

    private static readonly string[] Reserved =
    [
        "POD_IP",
        "FQ_RAY_IP",
        "RAY_CLUSTER_NAME",
        "RAY_CLUSTER_NAMESPACE",
        "RAY_ROLE",
        "OWNER_KIND",
        "OWNER_NAME",
        "EVENTS_PORT",
    ];

    public static void Check(RayClusterContext cluster)
    {
        Field options = cluster.Spec["historyServerOptions"];
        if (!options.Exists)
        {
            return;
        }

        cluster.NeedsGate(options, "RayClusterHistoryServer", "`historyServerOptions`");

        Field collector = options["collectorOptions"];
        if (!collector.Exists)
        {
            cluster.Add(
                KubeRayRules.HistoryServer,
                collector,
                "`historyServerOptions` has no `collectorOptions`; add them or remove it"
            );
            return;
        }

        if (collector["image"].Text is null or "")
        {
            cluster.Add(KubeRayRules.HistoryServer, collector["image"], "`collectorOptions` has no `image`; add it");
        }

        Environment(cluster, collector);
        ContainerNames(cluster);
    }

    private static void Environment(RayClusterContext cluster, Field collector)
    {
        foreach (Field variable in collector["env"].Items())
        {
            if (Reserved.Contains(variable["name"].Text))
            {
                cluster.Add(
                    KubeRayRules.HistoryServer,
                    variable["name"],
                    $"`{variable["name"].Text}` is the operator's; remove it"
                );
            }
        }

        Field backend = RayClusterContext.Variable(collector, "STORAGE_BACKEND");
        if (backend["value"].Text is not { Length: > 0 } kind)
        {
            cluster.Add(
                KubeRayRules.HistoryServer,
                collector["env"],
                "the collector's `env` has no `STORAGE_BACKEND` with a literal value; add it (`GCS`, `S3`, `AZUREBLOB`, `ALIYUNOSS`)"
            );
            return;
        }

        // Kinds the operator does not know pass: the collector may.
        string[] wanted = kind.ToUpperInvariant() switch
        {
            "GCS" => ["GCS_BUCKET"],
            "S3" => ["S3_REGION"],
            "ALIYUNOSS" => ["OSS_BUCKET", "OSS_ENDPOINT", "OSS_REGION"],
            "AZUREBLOB" => Azure(collector),
            _ => [],
        };
        foreach (string name in wanted.Where(n => !HasValue(collector, n)))
        {
            cluster.Add(
                KubeRayRules.HistoryServer,
                backend["value"],
                $"the backend `{NameGrammar.Shorten(kind)}` wants the variable `{name}` with a value; add it"
            );
        }
    }

    // By its connection string, by its URL, or, where no mode of authentication is told, by either.
    private static string[] Azure(Field collector)
    {
        const string Text = "AZURE_STORAGE_CONNECTION_STRING";
        const string Url = "AZURE_STORAGE_ACCOUNT_URL";
        string? mode = RayClusterContext.Variable(collector, "AZURE_STORAGE_AUTH_MODE")["value"].Text;
        return mode?.Trim().ToLowerInvariant() switch
        {
            "connection_string" => [Text],
            "workload_identity" or "default" => [Url],
            _ => HasValue(collector, Url) ? [] : [Text],
        };
    }

    private static bool HasValue(Field collector, string name)
    {
        Field variable = RayClusterContext.Variable(collector, name);
        return variable["value"].Text is { Length: > 0 } || variable["valueFrom"].Exists;
    }

    private static void ContainerNames(RayClusterContext cluster)
    {
        foreach (Field group in cluster.HeadAndGroups)
        {
            Field spec = group["template"]["spec"];
            foreach (Field container in spec["containers"].Items().Concat(spec["initContainers"].Items()))
            {
                if (container["name"].Text == Container)
                {
                    cluster.Add(
                        KubeRayRules.HistoryServer,
                        container["name"],
                        $"`{Container}` is the operator's container; choose another name"
                    );
                }
            }
        }
    }
}
