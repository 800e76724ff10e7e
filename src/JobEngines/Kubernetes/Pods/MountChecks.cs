using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Volume mounts and devices of a container.</summary>
internal static class MountChecks
{
    public static void Check(PodContext pod, Field container)
    {
        Dictionary<string, Field> volumes = new(StringComparer.Ordinal);
        foreach (Field volume in pod.Spec["volumes"].Items())
        {
            if (volume["name"].Text is { } name)
            {
                volumes.TryAdd(name, volume);
            }
        }

        Check(pod, container, volumes);
    }

    /// <summary>Checks mounts against the volumes of a pod.</summary>
    public static void Check(PodContext pod, Field container, Dictionary<string, Field> volumes)
    {
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (Field mount in container["volumeMounts"].Items())
        {
            Mount(pod, container, mount, volumes);
            if (mount["mountPath"].Text is { Length: > 0 } path && !paths.Add(path))
            {
                pod.Add(
                    PodRules.VolumeMount,
                    mount["mountPath"],
                    $"`{NameGrammar.Shorten(path)}` is mounted twice in this container; keep one"
                );
            }
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Field mount in container["volumeMounts"].Items())
        {
            names.Add(mount["name"].Text ?? "");
        }

        if (pod.OwnUsers && container["volumeDevices"].Count > 0)
        {
            pod.Add(
                PodRules.VolumeMount,
                container["volumeDevices"],
                "`volumeDevices` and the pod's `hostUsers: false` exclude each other; remove one"
            );
        }

        foreach (Field device in container["volumeDevices"].Items())
        {
            Device(pod, device, volumes, paths);
            if (device["name"].Text is { Length: > 0 } name && !names.Add(name))
            {
                pod.Add(
                    PodRules.VolumeMount,
                    device["name"],
                    $"volume `{NameGrammar.Shorten(name)}` is mounted or a device of this container already; use it once"
                );
            }
        }
    }

    private static void Mount(PodContext pod, Field container, Field mount, Dictionary<string, Field> volumes)
    {
        if (pod.Require(PodRules.VolumeMount, mount, "name", "a mount"))
        {
            Known(pod, mount["name"], volumes);
        }

        pod.Require(PodRules.VolumeMount, mount, "mountPath", "a mount");
        LocalPath(pod, mount["subPath"]);
        LocalPath(pod, mount["subPathExpr"]);
        if (mount["subPath"].Text is { Length: > 0 } && mount["subPathExpr"].Text is { Length: > 0 })
        {
            pod.Add(
                PodRules.VolumeMount,
                mount["subPathExpr"],
                "`subPath` and `subPathExpr` exclude each other; keep one"
            );
        }

        pod.OneOfNotEmpty(PodRules.VolumeMount, mount["mountPropagation"], "None", "HostToContainer", "Bidirectional");
        if (mount["mountPropagation"].Text == "Bidirectional" && !container["securityContext"]["privileged"].IsTrue)
        {
            pod.Add(
                PodRules.VolumeMount,
                mount["mountPropagation"],
                "`Bidirectional` is for privileged containers only"
            );
        }

        Recursive(pod, mount);
    }

    private static void Recursive(PodContext pod, Field mount)
    {
        Field recursive = mount["recursiveReadOnly"];
        pod.OneOfNotEmpty(PodRules.VolumeMount, recursive, "Disabled", "IfPossible", "Enabled");
        if (recursive.Text is not ("IfPossible" or "Enabled"))
        {
            return;
        }

        if (!mount["readOnly"].IsTrue)
        {
            pod.Add(PodRules.VolumeMount, recursive, "`recursiveReadOnly` needs `readOnly: true`");
        }

        if (mount["mountPropagation"].Text is { } propagation && propagation != "None")
        {
            pod.Add(PodRules.VolumeMount, recursive, "`recursiveReadOnly` needs `mountPropagation: None`");
        }
    }

    private static void Known(PodContext pod, Field name, Dictionary<string, Field> volumes)
    {
        string text = name.Text!;
        if (!volumes.ContainsKey(text) && !pod.AddedVolumes.Contains(text))
        {
            string known = volumes.Count == 0 ? "it has none" : $"it has {NameGrammar.Listing(volumes.Keys)}";
            pod.Add(
                PodRules.VolumeMount,
                name,
                $"the pod has no volume `{NameGrammar.Shorten(text)}`, {known}{JobModel.Diagnostics.DidYouMean.Phrase(text, volumes.Keys)}"
            );
        }
    }

    private static void Device(PodContext pod, Field device, Dictionary<string, Field> volumes, HashSet<string> paths)
    {
        if (pod.Require(PodRules.VolumeMount, device, "name", "a volume device"))
        {
            Known(pod, device["name"], volumes);
            if (
                volumes.TryGetValue(device["name"].Text!, out Field volume)
                && !volume["persistentVolumeClaim"].Exists
                && !volume["ephemeral"].Exists
            )
            {
                pod.Add(
                    PodRules.VolumeMount,
                    device["name"],
                    "a volume device is a `persistentVolumeClaim` or `ephemeral` volume; mount other volumes with `volumeMounts`"
                );
            }
        }

        if (pod.Require(PodRules.VolumeMount, device, "devicePath", "a volume device"))
        {
            string path = device["devicePath"].Text!;
            if (path.Split('/').Contains(".."))
            {
                pod.Add(PodRules.VolumeMount, device["devicePath"], "`devicePath` must not contain `..`");
            }

            if (!paths.Add(path))
            {
                pod.Add(
                    PodRules.VolumeMount,
                    device["devicePath"],
                    $"`{NameGrammar.Shorten(path)}` is used twice in this container"
                );
            }
        }
    }

    private static void LocalPath(PodContext pod, Field path)
    {
        if (path.Text is not { Length: > 0 } text)
        {
            return;
        }

        if (text.StartsWith('/'))
        {
            pod.Add(PodRules.VolumeMount, path, $"`{path.Name}` is relative to the volume; remove the leading `/`");
        }
        else if (text.Split('/').Contains(".."))
        {
            pod.Add(PodRules.VolumeMount, path, $"`{path.Name}` must stay in the volume: no `..`");
        }
    }
}
