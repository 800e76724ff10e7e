using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.CrossChecks;

/// <summary>The objects of a run, by which names are looked up: the files' own and those said to exist.</summary>
public class ObjectIndex
{
    private static readonly string[] BuiltIn =
    [
        "PriorityClass/system-cluster-critical",
        "PriorityClass/system-node-critical",
    ];

    private readonly HashSet<string> objects = new(StringComparer.Ordinal);
    private readonly HashSet<string> kindsSeen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> quotas = new(StringComparer.Ordinal);
    private readonly HashSet<string> namespacesWithDefaults = new(StringComparer.Ordinal);
    private readonly bool isWhole;

    /// <summary>Collects the objects of all documents.</summary>
    public ObjectIndex(IEnumerable<ManifestDocument> documents, ManifestOptions options)
    {
        isWhole = options.IsWholeWorld;
        objects.UnionWith(BuiltIn);
        objects.UnionWith(options.KnownObjects);
        foreach (ManifestDocument document in documents)
        {
            if (document is not { Kind: { } kind, Name: { } name })
            {
                continue;
            }

            // Volcano's Job is another kind of the same name.
            if (kind == "Job" && document.ApiVersion?.StartsWith("batch/", StringComparison.Ordinal) is false)
            {
                continue;
            }

            objects.Add($"{kind}/{name}");
            objects.Add($"{kind}/{document.Namespace}/{name}");
            kindsSeen.Add($"{kind}/{document.Namespace}");
            Remember(document, kind);
        }
    }

    /// <summary>Whether cert-manager's kinds are known to be there.</summary>
    public bool HasCertManager =>
        objects.Contains("CustomResourceDefinition/certificates.cert-manager.io") || objects.Contains("cert-manager");

    /// <summary>Whether an object of a namespace is among the files or said to exist.</summary>
    public bool Has(string kind, string ns, string name) => objects.Contains($"{kind}/{ns}/{name}");

    /// <summary>Whether a name in neither must be taken for missing.</summary>
    public bool IsCertain(string kind, string ns) => isWhole || kindsSeen.Contains($"{kind}/{ns}");

    /// <summary>Looks up what a pod names: what is out of sight is a warning, unless the files are the whole world.</summary>
    public void CheckNames(PodContext pod, string ns)
    {
        CheckClass(pod, "runtimeClassName", "RuntimeClass");
        CheckClass(pod, "priorityClassName", "PriorityClass");
        Field account = pod.Spec["serviceAccountName"];
        if (
            account.Text is { Length: > 0 } service
            && service != "default"
            && !NameGrammar.IsPlaceholder(service)
            && !Has("ServiceAccount", ns, service)
        )
        {
            Severity severity = isWhole ? Severity.Error : Severity.Warning;
            pod.Faults.Add(
                PodRules.MissingObject,
                severity,
                account.Path,
                account.Span,
                $"no ServiceAccount `{NameGrammar.Shorten(service)}` of namespace {ns} is among the files, and without it the pods are refused; where the cluster has it, say so: `--known ServiceAccount/{ns}/{NameGrammar.Shorten(service)}`",
                null
            );
        }
    }

    private void CheckClass(PodContext pod, string field, string kind)
    {
        Field name = pod.Spec[field];
        if (
            name.Text is { Length: > 0 } text
            && !NameGrammar.IsPlaceholder(text)
            && !objects.Contains($"{kind}/{text}")
        )
        {
            // Out of sight is not wrong: the cluster may have it.
            pod.Faults.Add(
                PodRules.MissingObject,
                isWhole ? Severity.Error : Severity.Warning,
                name.Path,
                name.Span,
                $"no {kind} `{NameGrammar.Shorten(text)}` is among the files, and without it the pods are refused; where the cluster has it, say so: `--known {kind}/{NameGrammar.Shorten(text)}`",
                null
            );
        }
    }

    /// <summary>Checks that containers state what the quotas of the namespace want stated.</summary>
    public void CheckQuotas(PodContext pod, string ns)
    {
        if (!quotas.TryGetValue(ns, out HashSet<string>? wanted) || namespacesWithDefaults.Contains(ns))
        {
            return;
        }

        foreach (Field container in pod.AllContainers)
        {
            List<string> missing =
            [
                .. wanted.Where(w => !States(container["resources"], w)).Order(StringComparer.Ordinal),
            ];
            if (missing.Count > 0)
            {
                pod.Add(
                    PodRules.Quota,
                    container["resources"],
                    $"a ResourceQuota of namespace {ns} wants {NameGrammar.Listing(missing)} stated by container `{container["name"].Text}`; add them"
                );
            }
        }
    }

    private void Remember(ManifestDocument document, string kind)
    {
        if (kind == "ResourceQuota")
        {
            HashSet<string> wanted = quotas.TryGetValue(document.Namespace, out HashSet<string>? known)
                ? known
                : quotas[document.Namespace] = new(StringComparer.Ordinal);
            foreach ((YamlScalar key, _) in document.Root["spec"]["hard"].Entries())
            {
                if (key.Value is "cpu" or "memory")
                {
                    wanted.Add("requests." + key.Value);
                }
                else if (key.Value is "requests.cpu" or "requests.memory" or "limits.cpu" or "limits.memory")
                {
                    wanted.Add(key.Value);
                }
            }
        }
        else if (
            kind == "LimitRange"
            && document.Root["spec"]["limits"].Items().Any(l => l["default"].Exists || l["defaultRequest"].Exists)
        )
        {
            namespacesWithDefaults.Add(document.Namespace);
        }
    }

    // A limit stands in for a missing request.
    private static bool States(Field resources, string wanted)
    {
        string[] parts = wanted.Split('.');
        return resources["limits"][parts[1]].Exists
            || (parts[0] == "requests" && resources["requests"][parts[1]].Exists);
    }
}
