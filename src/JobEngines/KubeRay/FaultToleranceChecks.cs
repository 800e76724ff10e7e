using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>C8 to C12: fault tolerance of the global control store.</summary>
internal static class FaultToleranceChecks
{
    public static void Check(RayClusterContext cluster)
    {
        Field options = cluster.Spec["gcsFaultToleranceOptions"];
        Field annotation = cluster.Annotations["ray.io/ft-enabled"];
        Field address = cluster.HeadVariable("RAY_REDIS_ADDRESS");
        bool byAnnotation = string.Equals(annotation.Text, "true", StringComparison.OrdinalIgnoreCase);
        if (options.Exists)
        {
            WithOptions(cluster, options, annotation);
        }
        else if (!byAnnotation && address.Exists)
        {
            cluster.Add(
                KubeRayRules.FaultToleranceConflict,
                address["name"],
                "`RAY_REDIS_ADDRESS` would switch fault tolerance on behind the operator's back; use `gcsFaultToleranceOptions.redisAddress`"
            );
        }

        Forbid(cluster, cluster.Head["rayStartParams"]["redis-username"], "redisUsername");
        Forbid(cluster, cluster.HeadVariable("REDIS_USERNAME")["name"], "redisUsername");
    }

    private static void WithOptions(RayClusterContext cluster, Field options, Field annotation)
    {
        if (annotation.Text is { Length: > 0 })
        {
            cluster.Add(
                KubeRayRules.FaultToleranceConflict,
                annotation,
                "the annotation `ray.io/ft-enabled` and `gcsFaultToleranceOptions` exclude each other; remove the annotation"
            );
        }

        Forbid(cluster, cluster.Head["rayStartParams"]["redis-password"], "redisPassword");
        Forbid(cluster, cluster.HeadVariable("REDIS_PASSWORD")["name"], "redisPassword");
        Forbid(cluster, cluster.HeadVariable("RAY_REDIS_ADDRESS")["name"], "redisAddress");
        Forbid(cluster, cluster.Annotations["ray.io/external-storage-namespace"], "externalStorageNamespace");
        if (options["backend"].Text == "rocksdb")
        {
            RocksDb(cluster, options);
        }
        else if (options["storage"].Exists)
        {
            cluster.Add(
                KubeRayRules.StorageConflict,
                options["storage"],
                "`storage` is for `backend: rocksdb`; Redis keeps its own: remove it"
            );
        }
    }

    private static void RocksDb(RayClusterContext cluster, Field options)
    {
        cluster.NeedsGate(options["backend"], "GCSFaultToleranceEmbeddedStorage", "`backend: rocksdb`");
        foreach (string name in new[] { "redisAddress", "redisUsername", "redisPassword", "externalStorageNamespace" })
        {
            if (options[name] is { Exists: true } and not { Text.Length: 0 })
            {
                cluster.Add(
                    KubeRayRules.StorageConflict,
                    options[name],
                    $"`{name}` is for `backend: redis`; remove it"
                );
            }
        }

        Field storage = options["storage"];
        foreach (string name in new[] { "size", "storageClassName", "accessModes" })
        {
            if (
                storage["claimName"].Text is { Length: > 0 }
                && storage[name] is { Exists: true } and not { Sequence.Items.Length: 0 }
            )
            {
                cluster.Add(
                    KubeRayRules.StorageConflict,
                    storage[name],
                    $"a claim of your own (`claimName`) has its `{name}` already; remove it"
                );
            }
        }

        foreach (string name in new[] { "RAY_gcs_storage", "RAY_gcs_storage_path" })
        {
            if (cluster.HeadVariable(name) is { Exists: true } variable)
            {
                cluster.Add(
                    KubeRayRules.StorageConflict,
                    variable["name"],
                    $"`{name}` is the operator's with `backend: rocksdb`; remove it"
                );
            }
        }

        Mounts(cluster);
    }

    private static void Mounts(RayClusterContext cluster)
    {
        foreach (Field volume in cluster.HeadPod["volumes"].Items())
        {
            if (volume["name"].Text == "gcs-storage")
            {
                cluster.Add(
                    KubeRayRules.StorageConflict,
                    volume["name"],
                    "the volume `gcs-storage` is the operator's; choose another name"
                );
            }
        }

        foreach (Field mount in cluster.HeadContainer["volumeMounts"].Items())
        {
            if (mount["name"].Text == "gcs-storage" || mount["mountPath"].Text == "/data/gcs")
            {
                cluster.Add(
                    KubeRayRules.StorageConflict,
                    mount["mountPath"],
                    "`gcs-storage` and `/data/gcs` are the operator's; choose others"
                );
            }
        }
    }

    private static void Forbid(RayClusterContext cluster, Field field, string option)
    {
        if (field.Text is { Length: > 0 })
        {
            cluster.Add(
                KubeRayRules.FaultToleranceConflict,
                field,
                $"use `gcsFaultToleranceOptions.{option}` instead of this"
            );
        }
    }
}
