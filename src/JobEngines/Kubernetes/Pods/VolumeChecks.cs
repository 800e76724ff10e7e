using System.Text.RegularExpressions;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Volumes: their names, and what each source can't do without.</summary>
internal static partial class VolumeChecks
{
    /// <summary>What each source requires, where that is all there is to check.</summary>
    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["gcePersistentDisk"] = ["pdName"],
        ["awsElasticBlockStore"] = ["volumeID"],
        ["gitRepo"] = ["repository"],
        ["nfs"] = ["server", "path"],
        ["iscsi"] = ["targetPortal", "iqn"],
        ["glusterfs"] = ["endpoints", "path"],
        ["rbd"] = ["image"],
        ["cinder"] = ["volumeID"],
        ["quobyte"] = ["registry", "volume"],
        ["persistentVolumeClaim"] = ["claimName"],
        ["vsphereVolume"] = ["volumePath"],
        ["photonPersistentDisk"] = ["pdID"],
        ["portworxVolume"] = ["volumeID"],
        ["scaleIO"] = ["gateway", "system", "volumeName"],
        ["storageos"] = ["volumeName"],
        ["flexVolume"] = ["driver"],
        ["azureFile"] = ["secretName", "shareName"],
        ["azureDisk"] = ["diskName", "diskURI"],
        ["csi"] = ["driver"],
        ["secret"] = ["secretName"],
        ["configMap"] = ["name"],
        ["image"] = ["reference"],
    };

    public static void Check(PodContext pod)
    {
        foreach (Field volume in pod.Spec["volumes"].Items())
        {
            if (pod.Require(PodRules.Volume, volume, "name", "a volume"))
            {
                pod.Name(PodRules.Volume, volume["name"], NameGrammar.Label, "volume name");
            }

            Sources(pod, volume);
        }
    }

    private static void Sources(PodContext pod, Field volume)
    {
        int count = 0;
        foreach ((YamlScalar key, Field source) in volume.Entries())
        {
            if (key.Value == "name" || !source.Exists)
            {
                continue;
            }

            if (++count == 2)
            {
                pod.Faults.Add(
                    PodRules.Volume,
                    PodRules.Volume.DefaultSeverity,
                    source.Path,
                    key.Span,
                    $"a volume has one source, `{key.Value}` is the second; keep one",
                    null
                );
            }

            Source(pod, key.Value, source);
        }
    }

    private static void Source(PodContext pod, string kind, Field source)
    {
        foreach (string field in Required.GetValueOrDefault(kind, []))
        {
            pod.Require(PodRules.Volume, source, field, $"`{kind}`");
        }

        switch (kind)
        {
            case "emptyDir":
                EmptyDir(pod, source);
                break;
            case "hostPath":
                HostPath(pod, source);
                break;
            case "configMap" or "secret":
                Mode(pod, source["defaultMode"]);
                Items(pod, source["items"]);
                break;
            case "downwardAPI":
                Mode(pod, source["defaultMode"]);
                DownwardFiles(pod, source["items"]);
                break;
            case "projected":
                Projected(pod, source);
                break;
            case "csi":
                Csi(pod, source);
                break;
            case "ephemeral":
                Ephemeral(pod, source);
                break;
            case "image":
                pod.OneOf(source["pullPolicy"], "Always", "IfNotPresent", "Never");
                ContainerChecks.ImageText(pod, source["reference"]);
                break;
            case "gcePersistentDisk" or "awsElasticBlockStore":
                pod.InRange(PodRules.Volume, source["partition"], 0, 255);
                break;
            default:
                Network(pod, kind, source);
                break;
        }
    }

    private static void EmptyDir(PodContext pod, Field source)
    {
        Field size = source["sizeLimit"];
        if (size.Json?.Text is { } text && Quantity.TryParse(text, out Quantity limit) && limit.IsNegative)
        {
            pod.Add(PodRules.Volume, size, $"`sizeLimit` is {NameGrammar.Shorten(text)}, but can't be negative");
        }

        if (
            source["medium"].Text is { Length: > 0 } medium
            && medium != "Memory"
            && !medium.StartsWith("HugePages", StringComparison.Ordinal)
        )
        {
            // The API server takes any text; the kubelet then can't set the volume up.
            pod.Faults.Warn(
                PodRules.Volume,
                source["medium"],
                $"the kubelet knows no medium `{NameGrammar.Shorten(medium)}`; it is `Memory`, `HugePages`, or left out for the node's disk"
            );
        }
    }

    private static void HostPath(PodContext pod, Field source)
    {
        if (pod.Require(PodRules.Volume, source, "path", "`hostPath`"))
        {
            NoBacksteps(pod, source["path"]);
        }

        pod.OneOf(
            PodRules.Volume,
            source["type"],
            "DirectoryOrCreate",
            "Directory",
            "FileOrCreate",
            "File",
            "Socket",
            "CharDevice",
            "BlockDevice"
        );
    }

    private static void Network(PodContext pod, string kind, Field source)
    {
        switch (kind)
        {
            case "nfs" when source["path"].Text is { Length: > 0 } path && path[0] != '/':
                pod.Add(PodRules.Volume, source["path"], "`path` of an NFS export is absolute: begin it with `/`");
                break;
            case "iscsi":
                Iscsi(pod, source);
                break;
            case "rbd" or "cephfs" when source["monitors"].Count == 0:
                pod.Add(PodRules.Volume, source["monitors"], $"`{kind}` needs at least one of `monitors`; add it");
                break;
            case "fc":
                bool named = source["targetWWNs"].Count > 0;
                if (named == source["wwids"].Count > 0 || (named && !source["lun"].Exists))
                {
                    pod.Add(PodRules.Volume, source, "`fc` has either `targetWWNs` with a `lun`, or `wwids`");
                }
                else if (named)
                {
                    pod.InRange(PodRules.Volume, source["lun"], 0, 255);
                }

                break;
            case "flocker":
                Flocker(pod, source);
                break;
            case "flexVolume":
                FlexOptions(pod, source["options"]);
                break;
            case "storageos":
                pod.Name(PodRules.Volume, source["volumeName"], NameGrammar.Label, "volume name");
                pod.Name(PodRules.Volume, source["volumeNamespace"], NameGrammar.Label, "namespace");
                SecretName(pod, source["secretRef"]);
                break;
            case "gitRepo":
                LocalPath(pod, source["directory"], mayBeginWithDots: true);
                break;
            case "azureDisk":
                AzureDisk(pod, source);
                break;
            case "cinder":
                SecretName(pod, source["secretRef"]);
                break;
            case "quobyte":
                Quobyte(pod, source);
                break;
            default:
                break;
        }
    }

    private static void SecretName(PodContext pod, Field reference)
    {
        if (reference.Exists)
        {
            pod.Require(PodRules.Volume, reference, "name", $"`{reference.Name}`");
        }
    }

    private static void Flocker(PodContext pod, Field source)
    {
        Field name = source["datasetName"];
        if (name.Text is { Length: > 0 } == source["datasetUUID"].Text is { Length: > 0 })
        {
            pod.Add(PodRules.Volume, source, "`flocker` has exactly one of `datasetName` and `datasetUUID`");
        }

        if (name.Text is { } text && text.Contains('/', StringComparison.Ordinal))
        {
            pod.Add(PodRules.Volume, name, "`datasetName` must not contain `/`");
        }
    }

    private static void FlexOptions(PodContext pod, Field options)
    {
        foreach ((YamlScalar key, Field option) in options.Entries())
        {
            string space = "." + key.Value.Split('/')[0].ToLowerInvariant();
            if (
                space.EndsWith(".kubernetes.io", StringComparison.Ordinal)
                || space.EndsWith(".k8s.io", StringComparison.Ordinal)
            )
            {
                pod.Faults.Add(
                    PodRules.Volume,
                    PodRules.Volume.DefaultSeverity,
                    option.Path,
                    key.Span,
                    $"options of `{NameGrammar.Shorten(key.Value.Split('/')[0])}` are reserved for Kubernetes; choose another name",
                    null
                );
            }
        }
    }

    // The schema fills in `kind: Shared`, so a disk without a kind is a blob too.
    private static void AzureDisk(PodContext pod, Field source)
    {
        pod.OneOfNotEmpty(PodRules.Volume, source["cachingMode"], "None", "ReadOnly", "ReadWrite");
        pod.OneOfNotEmpty(PodRules.Volume, source["kind"], "Shared", "Dedicated", "Managed");
        if (source["diskURI"].Text is not { Length: > 0 } uri)
        {
            return;
        }

        bool managed = source["kind"].Text == "Managed";
        string prefix = managed ? "/subscriptions/" : "https://";
        if (!uri.StartsWith(prefix, StringComparison.Ordinal))
        {
            pod.Add(
                PodRules.Volume,
                source["diskURI"],
                $"`diskURI` of a disk of `kind: {(managed ? "Managed" : source["kind"].Text ?? "Shared")}` begins with `{prefix}`{(managed ? "" : "; a managed disk needs `kind: Managed`")}"
            );
        }
    }

    private static void Quobyte(PodContext pod, Field source)
    {
        if (source["tenant"].Text is { Length: > 64 })
        {
            pod.Add(PodRules.Volume, source["tenant"], "`tenant` has more than 64 characters");
        }

        if (source["registry"].Text is { Length: > 0 } registry && !registry.Split(',').All(IsHostAndPort))
        {
            pod.Add(
                PodRules.Volume,
                source["registry"],
                $"`{NameGrammar.Shorten(registry)}` is not a registry; write `host:port`, several divided by commas"
            );
        }
    }

    private static bool IsHostAndPort(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        return colon >= 0
            && (
                host.StartsWith('[')
                    ? host.IndexOf(']', StringComparison.Ordinal) == host.Length - 1
                    : host.AsSpan().IndexOfAny(":[]") < 0
            );
    }

    private static void Iscsi(PodContext pod, Field source)
    {
        pod.InRange(PodRules.Volume, source["lun"], 0, 255);
        foreach (string field in new[] { "iqn", "initiatorName" })
        {
            if (source[field].Text is { Length: > 0 } name && !IscsiName().IsMatch(name))
            {
                pod.Add(
                    PodRules.Volume,
                    source[field],
                    $"`{NameGrammar.Shorten(name)}` is not an iSCSI name; it is `iqn.2001-04.com.example:disk`, `eui.` and 16 characters, or `naa.` and 32"
                );
            }
        }

        if ((source["chapAuthDiscovery"].IsTrue || source["chapAuthSession"].IsTrue) && !source["secretRef"].Exists)
        {
            pod.Add(PodRules.Volume, source["secretRef"], "CHAP needs a `secretRef`; add it");
        }
    }

    private static void Csi(PodContext pod, Field source)
    {
        if (
            source["driver"].Text is { Length: > 0 } driver
            && (driver.Length > 63 || NameGrammar.Subdomain(driver.ToLowerInvariant()) is not null)
        )
        {
            pod.Add(
                PodRules.Volume,
                source["driver"],
                $"`{NameGrammar.Shorten(driver)}` is not a CSI driver; it is a DNS name of at most 63 characters"
            );
        }

        Field secret = source["nodePublishSecretRef"];
        if (secret.Exists && pod.Require(PodRules.Volume, secret, "name", "`nodePublishSecretRef`"))
        {
            pod.Name(PodRules.Volume, secret["name"], NameGrammar.Subdomain, "Secret's name");
        }
    }

    private static void Ephemeral(PodContext pod, Field source)
    {
        Field claim = source["volumeClaimTemplate"];
        if (!claim.Exists)
        {
            pod.Add(PodRules.Volume, claim, "`ephemeral` has no `volumeClaimTemplate`, which is required; add it");
            return;
        }

        ClaimMetadata(pod, claim["metadata"]);
        Field spec = claim["spec"];
        if (spec["accessModes"].Count == 0)
        {
            pod.Add(
                PodRules.Volume,
                spec["accessModes"],
                "the claim needs at least one of `accessModes`; add `ReadWriteOnce`"
            );
        }

        foreach (Field mode in spec["accessModes"].Items())
        {
            pod.OneOf(PodRules.Volume, mode, "ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod");
        }

        if (
            spec["accessModes"].Items().FirstOrDefault(m => m.Text == "ReadWriteOncePod") is { Exists: true } alone
            && spec["accessModes"].Items().Any(m => m.Text is "ReadWriteOnce" or "ReadOnlyMany" or "ReadWriteMany")
        )
        {
            pod.Add(
                PodRules.Volume,
                alone,
                "`ReadWriteOncePod` excludes other access modes; keep it alone, or remove it"
            );
        }

        SchedulingChecks.Selector(pod, PodRules.Volume, spec["selector"]);
        pod.Name(PodRules.Volume, spec["volumeAttributesClassName"], NameGrammar.Subdomain, "volume attributes class");
        DataSource(pod, spec["dataSource"]);
        DataSource(pod, spec["dataSourceRef"]);

        pod.OneOfNotEmpty(PodRules.Volume, spec["volumeMode"], "Filesystem", "Block");
        pod.Name(PodRules.Volume, spec["storageClassName"], NameGrammar.Subdomain, "storage class");
        Field storage = spec["resources"]["requests"]["storage"];
        if (!storage.Exists)
        {
            pod.Add(PodRules.Volume, storage, "the claim requests no `storage`; add `resources.requests.storage`");
        }
        else if (storage.Json?.Text is { } text && Quantity.TryParse(text, out Quantity size) && size <= Quantity.Zero)
        {
            pod.Add(
                PodRules.Volume,
                storage,
                $"the claim requests {NameGrammar.Shorten(text)} of storage, but must request more than 0"
            );
        }
    }

    // The claim is named for its pod; only what is copied to it may be set.
    private static void ClaimMetadata(PodContext pod, Field metadata)
    {
        MetadataChecks.Labels(metadata["labels"], pod.Faults, PodRules.Volume);
        MetadataChecks.Annotations(metadata["annotations"], pod.Faults, PodRules.Volume);
        foreach (string name in new[] { "name", "namespace", "finalizers" })
        {
            if (metadata[name].Text is { Length: > 0 } || metadata[name].Count > 0)
            {
                pod.Add(
                    PodRules.Volume,
                    metadata[name],
                    $"a claim template has `labels` and `annotations` only; remove `{name}`"
                );
            }
        }
    }

    private static void DataSource(PodContext pod, Field source)
    {
        if (!source.Exists)
        {
            return;
        }

        pod.Require(PodRules.Volume, source, "kind", $"`{source.Name}`");
        pod.Require(PodRules.Volume, source, "name", $"`{source.Name}`");
        if (source["apiGroup"].Text is { Length: > 0 })
        {
            pod.Name(PodRules.Volume, source["apiGroup"], NameGrammar.Subdomain, "API group");
        }
        else if (source["kind"].Text is { Length: > 0 } kind && kind != "PersistentVolumeClaim")
        {
            pod.Add(
                PodRules.Volume,
                source["kind"],
                $"`{NameGrammar.Shorten(kind)}` is not a kind of the core group a claim is filled from; add its `apiGroup`, or use `PersistentVolumeClaim`"
            );
        }
    }

    private static void Projected(PodContext pod, Field projected)
    {
        Mode(pod, projected["defaultMode"]);
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (Field source in projected["sources"].Items())
        {
            string[] kinds =
            [
                .. source
                    .Entries()
                    .Where(e => e.Value.Exists && e.Key.Value is not ("clusterTrustBundle" or "podCertificate"))
                    .Select(e => e.Key.Value),
            ];
            if (kinds.Length > 1)
            {
                pod.Add(
                    PodRules.Volume,
                    source,
                    $"a projected source is of one type, this has {NameGrammar.Listing(kinds)}; make an item of each"
                );
            }

            Projection(pod, source, paths);
        }
    }

    private static void Projection(PodContext pod, Field source, HashSet<string> paths)
    {
        foreach (string kind in new[] { "configMap", "secret" })
        {
            if (source[kind].Exists)
            {
                pod.Require(PodRules.Volume, source[kind], "name", $"`{kind}`");
                Items(pod, source[kind]["items"]);
                Unique(pod, source[kind]["items"].Items().Select(i => i["path"]), paths);
            }
        }

        DownwardFiles(pod, source["downwardAPI"]["items"]);
        Unique(pod, source["downwardAPI"]["items"].Items().Select(i => i["path"]), paths);
        Field token = source["serviceAccountToken"];
        if (token.Exists)
        {
            if (pod.Require(PodRules.Volume, token, "path", "`serviceAccountToken`"))
            {
                LocalPath(pod, token["path"]);
            }

            pod.InRange(PodRules.Volume, token["expirationSeconds"], 600, 1L << 32);
            Unique(pod, [token["path"]], paths);
        }

        OnlyWithGate(pod, source["clusterTrustBundle"], "ClusterTrustBundleProjection");
        OnlyWithGate(pod, source["podCertificate"], "PodCertificateRequest");
    }

    // Both are dropped from new pods unless the cluster has gates of 1.36 switched on that are off by default.
    private static void OnlyWithGate(PodContext pod, Field source, string gate)
    {
        if (source.Exists)
        {
            pod.Faults.Warn(
                PodRules.Volume,
                source,
                $"`{source.Name}` is dropped from the pod unless the API server's feature gate `{gate}` is on; it is off by default, and what stands here is not checked"
            );
        }
    }

    private static void Unique(PodContext pod, IEnumerable<Field> files, HashSet<string> paths)
    {
        foreach (Field path in files)
        {
            if (path.Text is { Length: > 0 } text && !paths.Add(text))
            {
                pod.Add(
                    PodRules.Volume,
                    path,
                    $"two sources of this volume write `{NameGrammar.Shorten(text)}`; choose different paths"
                );
            }
        }
    }

    private static void Items(PodContext pod, Field items)
    {
        foreach (Field item in items.Items())
        {
            pod.Require(PodRules.Volume, item, "key", "an item");
            if (pod.Require(PodRules.Volume, item, "path", "an item"))
            {
                LocalPath(pod, item["path"]);
            }

            Mode(pod, item["mode"]);
        }
    }

    private static void DownwardFiles(PodContext pod, Field items)
    {
        foreach (Field item in items.Items())
        {
            if (pod.Require(PodRules.Volume, item, "path", "an item"))
            {
                LocalPath(pod, item["path"]);
            }

            Mode(pod, item["mode"]);
            if (item["fieldRef"].Exists == item["resourceFieldRef"].Exists)
            {
                pod.Add(
                    PodRules.Volume,
                    item,
                    "a downward API item has exactly one of `fieldRef` and `resourceFieldRef`"
                );
            }

            if (item["fieldRef"].Exists)
            {
                EnvironmentChecks.FieldReference(pod, item["fieldRef"], inVolume: true);
            }

            if (item["resourceFieldRef"].Exists)
            {
                EnvironmentChecks.ResourceReference(pod, item["resourceFieldRef"], needsContainer: true);
            }
        }
    }

    private static void Mode(PodContext pod, Field mode)
    {
        if (mode.Integer is < 0 or > 511)
        {
            pod.Add(
                PodRules.Volume,
                mode,
                $"`{mode.Name}` is {mode.Integer}, but file modes are 0 to 0777 octal, which is 511"
            );
        }
    }

    private static void LocalPath(PodContext pod, Field path, bool mayBeginWithDots = false)
    {
        if (path.Text is { Length: > 0 } text && text[0] == '/')
        {
            pod.Add(PodRules.Volume, path, $"`{path.Name}` is relative to the volume; remove the leading `/`");
        }

        NoBacksteps(pod, path);
        if (
            !mayBeginWithDots
            && path.Text is { } start
            && start.StartsWith("..", StringComparison.Ordinal)
            && !start.Split('/').Contains("..")
        )
        {
            pod.Add(PodRules.Volume, path, $"`{path.Name}` must not begin with `..`, which the kubelet uses itself");
        }
    }

    private static void NoBacksteps(PodContext pod, Field path)
    {
        if (path.Text is { } text && text.Split('/').Contains(".."))
        {
            pod.Add(PodRules.Volume, path, $"`{path.Name}` must not contain `..`");
        }
    }

    [GeneratedRegex(
        @"^(iqn\.[0-9]{4}-[0-9]{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)|eui.[0-9A-Za-z]{16}|naa.[0-9A-Za-z]{32})\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex IscsiName();
}
