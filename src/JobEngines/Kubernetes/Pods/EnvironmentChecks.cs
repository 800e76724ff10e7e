using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Environment variables and their sources.</summary>
internal static class EnvironmentChecks
{
    private static readonly string[] Sources =
    [
        "fieldRef",
        "resourceFieldRef",
        "configMapKeyRef",
        "secretKeyRef",
        "fileKeyRef",
    ];

    private static readonly string[] FieldPaths =
    [
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    ];

    private static readonly string[] VolumeFieldPaths =
    [
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "metadata.labels",
        "metadata.annotations",
    ];

    public static void Check(PodContext pod, Field container)
    {
        Variables(pod, container["env"]);
        From(pod, container["envFrom"]);
    }

    /// <summary>Checks a list of variables.</summary>
    public static void Variables(PodContext pod, Field list)
    {
        foreach (Field variable in list.Items())
        {
            if (pod.Require(PodRules.Environment, variable, "name", "an environment variable"))
            {
                pod.Name(
                    PodRules.Environment,
                    variable["name"],
                    NameGrammar.Environment,
                    "name of an environment variable"
                );
            }

            ValueOrSource(pod, variable);
        }
    }

    /// <summary>Checks where a variable's value comes from.</summary>
    public static void ValueOrSource(PodContext pod, Field variable)
    {
        if (variable["valueFrom"].Exists)
        {
            Source(pod, variable, variable["valueFrom"]);
        }
    }

    /// <summary>Checks a list of sources of many variables.</summary>
    public static void From(PodContext pod, Field list)
    {
        foreach (Field item in list.Items())
        {
            pod.Name(PodRules.Environment, item["prefix"], NameGrammar.Environment, "prefix of environment variables");
            int sources = (item["configMapRef"].Exists ? 1 : 0) + (item["secretRef"].Exists ? 1 : 0);
            if (sources != 1)
            {
                pod.Add(
                    PodRules.Environment,
                    item,
                    "an item of `envFrom` names exactly one of `configMapRef` and `secretRef`"
                );
            }

            foreach (string name in new[] { "configMapRef", "secretRef" })
            {
                if (item[name].Exists && pod.Require(PodRules.Environment, item[name], "name", $"`{name}`"))
                {
                    pod.Name(PodRules.Environment, item[name]["name"], NameGrammar.SubdomainPrefix, "object name");
                }
            }
        }
    }

    /// <summary>Checks a field reference of a variable or of a downward API file.</summary>
    public static void FieldReference(PodContext pod, Field reference, bool inVolume)
    {
        if (reference["apiVersion"].Text is { Length: > 0 } version && version != "v1")
        {
            pod.Add(
                PodRules.Environment,
                reference["apiVersion"],
                $"`{NameGrammar.Shorten(version)}` is not a version of a pod; leave it out or write `v1`"
            );
        }

        if (!pod.Require(PodRules.Environment, reference, "fieldPath", "`fieldRef`"))
        {
            return;
        }

        Field path = reference["fieldPath"];
        string[] allowed = inVolume ? VolumeFieldPaths : FieldPaths;
        // The old name of `spec.nodeName`, still converted.
        bool old = !inVolume && path.Text == "spec.host";
        if (!old && !allowed.Contains(path.Text) && !IsSubscript(path.Text!))
        {
            pod.Add(
                PodRules.Environment,
                path,
                $"`{NameGrammar.Shorten(path.Text!)}` can't be read here; it is one of {NameGrammar.Listing(allowed)}, `metadata.labels['key']`, `metadata.annotations['key']`"
            );
        }
    }

    /// <summary>Checks a resource reference of a variable or of a downward API file.</summary>
    public static void ResourceReference(PodContext pod, Field reference, bool needsContainer)
    {
        if (needsContainer)
        {
            pod.Require(PodRules.Environment, reference, "containerName", "`resourceFieldRef`");
        }

        if (!pod.Require(PodRules.Environment, reference, "resource", "`resourceFieldRef`"))
        {
            return;
        }

        Field resource = reference["resource"];
        int dot = resource.Text!.IndexOf('.', StringComparison.Ordinal);
        string side = dot < 0 ? "" : resource.Text[..dot];
        string name = dot < 0 ? "" : resource.Text[(dot + 1)..];
        bool known =
            side is "limits" or "requests"
            && (
                name is "cpu" or "memory" or "ephemeral-storage"
                || name.StartsWith("hugepages-", StringComparison.Ordinal)
            );
        if (!known)
        {
            pod.Add(
                PodRules.Environment,
                resource,
                $"`{NameGrammar.Shorten(resource.Text)}` is not a resource to read; it is `limits.` or `requests.` and `cpu`, `memory`, `ephemeral-storage` or `hugepages-<size>`"
            );
            return;
        }

        Divisor(pod, reference["divisor"], name);
    }

    private static void Divisor(PodContext pod, Field divisor, string resource)
    {
        if (divisor.Json?.Text is not { } text || !Quantity.TryParse(text, out Quantity quantity) || quantity.IsZero)
        {
            return;
        }

        string canonical = quantity.ToString();
        string[] allowed =
            resource == "cpu"
                ? ["1m", "1"]
                : ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];
        if (!allowed.Contains(canonical))
        {
            pod.Add(
                PodRules.Environment,
                divisor,
                $"`{NameGrammar.Shorten(text)}` is not a divisor of {resource}; it is one of {NameGrammar.Listing(allowed)}"
            );
        }
    }

    private static void Source(PodContext pod, Field variable, Field from)
    {
        int count = Sources.Count(s => from[s].Exists);
        if (count != 1)
        {
            pod.Add(
                PodRules.Environment,
                from,
                $"`valueFrom` has {(count == 0 ? "no source" : $"{count} sources")}; it has exactly one of {NameGrammar.Listing(Sources)}"
            );
        }
        else if (variable["value"].Text is { Length: > 0 })
        {
            pod.Add(PodRules.Environment, variable["value"], "`value` and `valueFrom` exclude each other; keep one");
        }

        if (from["fieldRef"].Exists)
        {
            FieldReference(pod, from["fieldRef"], inVolume: false);
        }

        if (from["resourceFieldRef"].Exists)
        {
            ResourceReference(pod, from["resourceFieldRef"], needsContainer: false);
        }

        KeyReference(pod, from["configMapKeyRef"], "`configMapKeyRef`");
        KeyReference(pod, from["secretKeyRef"], "`secretKeyRef`");
        FileReference(pod, from["fileKeyRef"]);
    }

    private static void KeyReference(PodContext pod, Field reference, string what)
    {
        if (!reference.Exists)
        {
            return;
        }

        if (pod.Require(PodRules.Environment, reference, "name", what))
        {
            pod.Name(PodRules.Environment, reference["name"], NameGrammar.Subdomain, "object name");
        }

        if (pod.Require(PodRules.Environment, reference, "key", what))
        {
            pod.Name(PodRules.Environment, reference["key"], NameGrammar.ConfigKey, "key");
        }
    }

    private static void FileReference(PodContext pod, Field reference)
    {
        if (!reference.Exists)
        {
            return;
        }

        if (pod.Require(PodRules.Environment, reference, "key", "`fileKeyRef`"))
        {
            pod.Name(
                PodRules.Environment,
                reference["key"],
                NameGrammar.Environment,
                "name of an environment variable"
            );
        }

        if (
            pod.Require(PodRules.Environment, reference, "path", "`fileKeyRef`")
            && reference["path"].Text!.Split('/').Contains("..")
        )
        {
            pod.Add(PodRules.Environment, reference["path"], "`path` must stay in the volume: no `..`");
        }

        Field name = reference["volumeName"];
        if (!pod.Require(PodRules.Environment, reference, "volumeName", "`fileKeyRef`"))
        {
            return;
        }

        Field volume = pod.Spec["volumes"].Items().FirstOrDefault(v => v["name"].Text == name.Text);
        if (!volume.Exists)
        {
            pod.Add(PodRules.Environment, name, $"the pod has no volume `{NameGrammar.Shorten(name.Text!)}`");
        }
        else if (!volume["emptyDir"].Exists && volume.Entries().Any(e => e.Key.Value != "name" && e.Value.Exists))
        {
            pod.Add(
                PodRules.Environment,
                name,
                $"`{NameGrammar.Shorten(name.Text!)}` is no `emptyDir`, and variables are read from files of such volumes only"
            );
        }
    }

    private static bool IsSubscript(string path)
    {
        foreach (string field in new[] { "metadata.labels['", "metadata.annotations['" })
        {
            if (
                path.StartsWith(field, StringComparison.Ordinal)
                && path.EndsWith("']", StringComparison.Ordinal)
                && path.Length > field.Length + 2
            )
            {
                string key = path[field.Length..^2];
                return NameGrammar.Qualified(
                    field.Contains("labels", StringComparison.Ordinal) ? key : key.ToLowerInvariant()
                )
                    is null;
            }
        }

        return false;
    }
}
