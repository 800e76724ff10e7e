using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>The plain fields of a pod spec: names, DNS, deadlines, classes, gates and claims.</summary>
internal static class PodSpecChecks
{
    public static void Check(PodContext pod)
    {
        Field spec = pod.Spec;
        pod.OneOf(spec["restartPolicy"], "Always", "OnFailure", "Never");
        pod.InRange(PodRules.PodSpec, spec["activeDeadlineSeconds"], 1, int.MaxValue);
        pod.Name(PodRules.PodName, spec["serviceAccountName"], NameGrammar.Subdomain, "service account name");
        if (spec["serviceAccountName"].Text is null or "")
        {
            pod.Name(PodRules.PodName, spec["serviceAccount"], NameGrammar.Subdomain, "service account name");
        }

        pod.Name(PodRules.PodName, spec["nodeName"], NameGrammar.Subdomain, "node name");
        if (spec["runtimeClassName"].Text is "")
        {
            pod.Add(
                PodRules.PodName,
                spec["runtimeClassName"],
                "`runtimeClassName` is empty, which is no name; leave the field out for the default runtime"
            );
        }

        pod.Name(PodRules.PodName, spec["runtimeClassName"], NameGrammar.Subdomain, "runtime class name");
        pod.Name(PodRules.PodName, spec["priorityClassName"], NameGrammar.Subdomain, "priority class name");
        pod.Name(PodRules.PodName, spec["hostname"], NameGrammar.Label, "host name");
        pod.Name(PodRules.PodName, spec["subdomain"], NameGrammar.Label, "subdomain");
        Hostname(pod);
        Priority(pod);
        System(pod);
        Dns(pod);
        HostAliases(pod);
        Gates(pod);
        ResourceClaims(pod);
        if (spec["resources"].Exists)
        {
            ResourceChecks.CheckPod(pod, spec["resources"]);
        }
    }

    private static void Hostname(PodContext pod)
    {
        Field name = pod.Spec["hostnameOverride"];
        if (name.Text is not { } text)
        {
            return;
        }

        if (text.Length == 0)
        {
            pod.Add(PodRules.PodName, name, "`hostnameOverride` is empty, which is no name; leave the field out");
        }

        pod.Name(PodRules.PodName, name, NameGrammar.Subdomain, "host name");
        if (text.Length > 64)
        {
            pod.Add(PodRules.PodName, name, $"`hostnameOverride` has {text.Length} characters, at most 64 are allowed");
        }

        if (pod.Spec["setHostnameAsFQDN"].IsTrue || pod.HostNetwork)
        {
            pod.Add(
                PodRules.PodSpec,
                name,
                "`hostnameOverride` excludes `setHostnameAsFQDN` and `hostNetwork`; keep one"
            );
        }
    }

    // The priority admission computes the number from the class and refuses a pod that brings another.
    private static void Priority(PodContext pod)
    {
        Field spec = pod.Spec;
        bool classless = spec["priorityClassName"].Text is null or "";
        pod.OneOfNotEmpty(PodRules.UnsupportedValue, spec["preemptionPolicy"], "PreemptLowerPriority", "Never");
        if (classless && spec["priority"].Integer is { } priority && priority != 0)
        {
            pod.Add(
                PodRules.PodSpec,
                spec["priority"],
                $"`priority` is {priority}, but comes from a priority class; name one with `priorityClassName` and remove it"
            );
        }

        if (classless && spec["preemptionPolicy"].Text == "Never")
        {
            pod.Add(
                PodRules.PodSpec,
                spec["preemptionPolicy"],
                "`preemptionPolicy` comes from a priority class; name one with `priorityClassName` and remove it"
            );
        }
    }

    private static void System(PodContext pod)
    {
        Field spec = pod.Spec;
        if (spec["os"].Exists && pod.Require(PodRules.PodSpec, spec["os"], "name", "`os`"))
        {
            pod.OneOf(spec["os"]["name"], "linux", "windows");
        }

        if (spec["overhead"].Count > 0 && spec["runtimeClassName"].Text is null or "")
        {
            pod.Add(
                PodRules.PodSpec,
                spec["overhead"],
                "`overhead` comes from a runtime class; name one with `runtimeClassName` and remove it"
            );
        }
    }

    private static void Dns(PodContext pod)
    {
        Field policy = pod.Spec["dnsPolicy"];
        Field config = pod.Spec["dnsConfig"];
        pod.OneOf(PodRules.Dns, policy, "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
        if (policy.Text == "None" && config["nameservers"].Count == 0)
        {
            pod.Add(PodRules.Dns, policy, "`dnsPolicy: None` needs at least one of `dnsConfig.nameservers`; add one");
        }

        if (config["nameservers"].Count > 3)
        {
            pod.Add(
                PodRules.Dns,
                config["nameservers"],
                $"there are {config["nameservers"].Count} name servers, at most 3 are allowed"
            );
        }

        foreach (Field server in config["nameservers"].Items())
        {
            Address(pod, server);
        }

        int searched = 0;
        foreach (Field search in config["searches"].Items())
        {
            searched += (search.Text?.Length ?? 0) + 1;
        }

        if (config["searches"].Count > 32 || searched > 2049)
        {
            pod.Add(
                PodRules.Dns,
                config["searches"],
                "at most 32 search domains with 2048 characters together are allowed"
            );
        }

        foreach (Field search in config["searches"].Items())
        {
            if (search.Text is { } text && NameGrammar.SearchDomain(text) is { } fault)
            {
                pod.Add(PodRules.Dns, search, $"`{NameGrammar.Shorten(text)}` is not a search domain: it {fault}");
            }
        }

        foreach (Field option in config["options"].Items())
        {
            pod.Require(PodRules.Dns, option, "name", "a DNS option");
        }
    }

    private static void HostAliases(PodContext pod)
    {
        foreach (Field alias in pod.Spec["hostAliases"].Items())
        {
            Address(pod, alias["ip"]);
            foreach (Field name in alias["hostnames"].Items())
            {
                pod.Name(PodRules.Dns, name, NameGrammar.Subdomain, "host name");
            }
        }
    }

    private static void Address(PodContext pod, Field address)
    {
        if (address.Text is { } text && !NameGrammar.IsIpAddress(text))
        {
            pod.Add(
                PodRules.Dns,
                address,
                $"`{NameGrammar.Shorten(text)}` is not an IP address; write `10.0.0.1` or `fd00::1`, without leading zeros"
            );
        }
    }

    private static void Gates(PodContext pod)
    {
        foreach (Field gate in pod.Spec["readinessGates"].Items())
        {
            if (pod.Require(PodRules.PodSpec, gate, "conditionType", "a readiness gate"))
            {
                pod.Name(PodRules.PodSpec, gate["conditionType"], NameGrammar.Qualified, "condition type");
            }
        }

        foreach (Field gate in pod.Spec["schedulingGates"].Items())
        {
            if (pod.Require(PodRules.PodSpec, gate, "name", "a scheduling gate"))
            {
                pod.Name(PodRules.PodSpec, gate["name"], NameGrammar.Qualified, "scheduling gate");
            }
        }

        if (pod.Spec["nodeName"].Text is { Length: > 0 } && pod.Spec["schedulingGates"].Count > 0)
        {
            pod.Add(
                PodRules.PodSpec,
                pod.Spec["nodeName"],
                "a pod with scheduling gates can't have a `nodeName`; keep one"
            );
        }
    }

    private static void ResourceClaims(PodContext pod)
    {
        foreach (Field claim in pod.Spec["resourceClaims"].Items())
        {
            if (pod.Require(PodRules.ResourceClaim, claim, "name", "a resource claim"))
            {
                pod.Name(PodRules.ResourceClaim, claim["name"], NameGrammar.Label, "claim name");
            }

            foreach (string name in new[] { "resourceClaimName", "resourceClaimTemplateName" })
            {
                if (claim[name].Text is "")
                {
                    pod.Add(PodRules.ResourceClaim, claim[name], $"`{name}` is empty; name one");
                }
            }

            pod.Name(PodRules.ResourceClaim, claim["resourceClaimName"], NameGrammar.Subdomain, "resource claim");
            pod.Name(
                PodRules.ResourceClaim,
                claim["resourceClaimTemplateName"],
                NameGrammar.Subdomain,
                "resource claim template"
            );
            if (claim["resourceClaimName"].Exists == claim["resourceClaimTemplateName"].Exists)
            {
                pod.Add(
                    PodRules.ResourceClaim,
                    claim["name"],
                    "a resource claim has exactly one of `resourceClaimName` and `resourceClaimTemplateName`"
                );
            }
        }
    }
}
