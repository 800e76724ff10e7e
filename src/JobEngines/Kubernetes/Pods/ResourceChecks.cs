using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Requests, limits and claims of a container or pod.</summary>
internal static class ResourceChecks
{
    // Names that are standard in quotas but nothing a container can have.
    private static readonly string[] Plain = ["cpu", "memory", "ephemeral-storage"];

    public static void Check(PodContext pod, Field resources, string owner)
    {
        foreach ((YamlScalar key, Field amount) in resources["limits"].Entries())
        {
            Amount(pod, key, amount, owner);
        }

        foreach ((YamlScalar key, Field amount) in resources["requests"].Entries())
        {
            Amount(pod, key, amount, owner);
            Against(pod, key.Value, amount, resources["limits"]);
        }

        HugePages(pod, resources);
        Claims(pod, resources["claims"]);
    }

    /// <summary>Checks resources of the pod itself, which know no devices.</summary>
    public static void CheckPod(PodContext pod, Field resources)
    {
        Check(pod, resources, "pod");
        if (resources["claims"].Count > 0)
        {
            pod.Add(
                PodRules.ResourceClaim,
                resources["claims"],
                "a pod as a whole makes no `claims`; put them on a container"
            );
        }

        foreach (string side in new[] { "limits", "requests" })
        {
            foreach ((YamlScalar key, Field amount) in resources[side].Entries())
            {
                if (
                    key.Value is not ("cpu" or "memory")
                    && !key.Value.StartsWith("hugepages-", StringComparison.Ordinal)
                )
                {
                    pod.Faults.Add(
                        PodRules.Resource,
                        PodRules.Resource.DefaultSeverity,
                        amount.Path,
                        key.Span,
                        $"a pod as a whole has `cpu`, `memory` and `hugepages-<size>`; put `{NameGrammar.Shorten(key.Value)}` on a container",
                        null
                    );
                }
            }
        }

        Totals(pod, resources);
    }

    /// <summary>Whether a resource is given out in whole devices that can't be overcommitted.</summary>
    public static bool IsExtended(string name) =>
        name.Contains('/', StringComparison.Ordinal)
        && !IsNative(name)
        && !name.StartsWith("requests.", StringComparison.Ordinal);

    private static bool IsNative(string name) =>
        name.AsSpan(0, name.IndexOf('/', StringComparison.Ordinal)).EndsWith("kubernetes.io");

    private static void Amount(PodContext pod, YamlScalar key, Field amount, string owner)
    {
        string name = key.Value;
        if (NameFault(name, owner) is { } fault)
        {
            string near = JobModel.Diagnostics.DidYouMean.Phrase(
                name,
                [.. Plain, "nvidia.com/gpu", "amd.com/gpu", "google.com/tpu"]
            );
            pod.Faults.Add(
                PodRules.Resource,
                PodRules.Resource.DefaultSeverity,
                amount.Path,
                key.Span,
                $"`{NameGrammar.Shorten(name)}` {fault}{near}",
                null
            );
            return;
        }

        if (amount.Json?.Text is not { } text || !Quantity.TryParse(text, out Quantity quantity))
        {
            return;
        }

        if (quantity.IsNegative)
        {
            pod.Add(PodRules.Resource, amount, $"`{name}` is {NameGrammar.Shorten(text)}, but can't be negative");
        }
        else if (IsExtended(name) && !quantity.IsWhole)
        {
            pod.Add(
                PodRules.Resource,
                amount,
                $"`{name}` is {NameGrammar.Shorten(text)}, but is given out in whole numbers"
            );
        }
        else if (PageSize(name) is { } page && page > Quantity.Zero && !quantity.IsMultipleOf(page))
        {
            pod.Add(
                PodRules.Resource,
                amount,
                $"`{name}` is {NameGrammar.Shorten(text)}, but must be a multiple of the page size {page}"
            );
        }
    }

    private static string? NameFault(string name, string owner)
    {
        if (NameGrammar.Qualified(name) is { } malformed)
        {
            return $"is no resource name: {malformed}";
        }

        int slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return Plain.Contains(name) || name.StartsWith("hugepages-", StringComparison.Ordinal)
                ? name.StartsWith("hugepages-", StringComparison.Ordinal) && !(PageSize(name) > Quantity.Zero)
                    ? "has no page size; write `hugepages-2Mi`"
                    : null
                : $"is nothing a {owner} can have; it is {NameGrammar.Listing(Plain)}, `hugepages-<size>` or `domain/name`";
        }

        if (IsNative(name))
        {
            return null;
        }

        // The quota of an extended resource is named `requests.<name>`, which must be a valid name too.
        return IsExtended(name) && NameGrammar.Qualified("requests." + name) is null
            ? null
            : "can't be the name of a device resource";
    }

    private static Quantity? PageSize(string name) =>
        name.StartsWith("hugepages-", StringComparison.Ordinal) && Quantity.TryParse(name.AsSpan(10), out Quantity size)
            ? size
            : null;

    private static void Against(PodContext pod, string name, Field request, Field limits)
    {
        if (request.Json?.Text is not { } text || !Quantity.TryParse(text, out Quantity wanted))
        {
            return;
        }

        bool whole = IsExtended(name) || name.StartsWith("hugepages-", StringComparison.Ordinal);
        Field limit = limits[name];
        if (limit.Json?.Text is not { } most || !Quantity.TryParse(most, out Quantity cap))
        {
            if (whole && !limit.Exists)
            {
                pod.Add(
                    PodRules.Overcommit,
                    request,
                    $"`{name}` can't be overcommitted: it needs a limit, and Ray counts GPUs from limits only; move it to `limits`"
                );
            }

            return;
        }

        if (whole && wanted != cap)
        {
            pod.Add(
                PodRules.Overcommit,
                request,
                $"requests {text} `{name}`, but the limit is {most}; the two must be equal: leave the request out"
            );
        }
        else if (wanted > cap)
        {
            pod.Add(
                PodRules.Overcommit,
                request,
                $"requests {text} `{name}`, above its limit of {most}; lower the request or raise the limit"
            );
        }
    }

    private static void HugePages(PodContext pod, Field resources)
    {
        bool pages = false;
        bool others = false;
        foreach (string side in new[] { "limits", "requests" })
        {
            foreach ((YamlScalar key, _) in resources[side].Entries())
            {
                pages |= key.Value.StartsWith("hugepages-", StringComparison.Ordinal);
                others |= key.Value is "cpu" or "memory";
            }
        }

        if (pages && !others)
        {
            pod.Add(PodRules.Resource, resources, "huge pages need `cpu` or `memory` beside them; add one");
        }
    }

    private static void Claims(PodContext pod, Field claims)
    {
        List<(string Name, string Request)> seen = [];
        foreach (Field claim in claims.Items())
        {
            if (!pod.Require(PodRules.ResourceClaim, claim, "name", "a claim"))
            {
                continue;
            }

            string name = claim["name"].Text!;
            string request = claim["request"].Text ?? "";
            pod.Name(PodRules.ResourceClaim, claim["request"], NameGrammar.Label, "name of a request");
            // Without a request the whole claim is meant, so that a request of it beside is the same thing twice.
            if (
                seen.Exists(s =>
                    s.Name == name && (s.Request == request || s.Request.Length == 0 || request.Length == 0)
                )
            )
            {
                pod.Add(
                    PodRules.ResourceClaim,
                    claim["name"],
                    $"`{NameGrammar.Shorten(name)}` is claimed twice; keep one"
                );
            }

            seen.Add((name, request));
            if (!pod.Spec["resourceClaims"].Items().Any(c => c["name"].Text == name))
            {
                pod.Add(
                    PodRules.ResourceClaim,
                    claim["name"],
                    $"the pod has no resource claim `{NameGrammar.Shorten(name)}`; list it under the pod's `resourceClaims`"
                );
            }
        }
    }

    // The containers together against the pod: requests as the scheduler sums them, huge pages' limits likewise.
    private static void Totals(PodContext pod, Field resources)
    {
        foreach (string name in Resources(resources))
        {
            Field request = resources["requests"][name];
            Field limit = resources["limits"][name];
            // A pod's own request is filled in from its containers, then stands against the pod's limit.
            bool own = request.Exists;
            Field total = own ? request : limit;
            Quantity sum = Sum(pod, name);
            if (Amount(total) is { } most && sum > most)
            {
                pod.Add(
                    PodRules.Overcommit,
                    total,
                    $"the pod {(own ? "requests" : "is limited to")} {total.Json?.Text} `{name}`, but its containers request {sum} together{(pod.AddedRequests.Count + pod.AddedInitRequests.Count > 0 ? ", those the operator adds among them" : "")}; raise it"
                );
            }
        }

        foreach ((YamlScalar key, Field total) in resources["limits"].Entries())
        {
            foreach (Field container in pod.Spec["containers"].Items())
            {
                Field limit = container["resources"]["limits"][key.Value];
                if (Amount(limit) is { } own && Amount(total) is { } cap && own > cap)
                {
                    pod.Add(
                        PodRules.Overcommit,
                        limit,
                        $"the container's limit of {limit.Json?.Text} `{key.Value}` is above the pod's of {total.Json?.Text}; lower it or raise the pod's"
                    );
                }
            }
        }
    }

    private static IEnumerable<string> Resources(Field resources) =>
        resources["requests"]
            .Entries()
            .Concat(resources["limits"].Entries())
            .Select(e => e.Key.Value)
            .Distinct(StringComparer.Ordinal);

    // Sidecars count with the containers, other init containers each alone with the sidecars before it.
    private static Quantity Sum(PodContext pod, string name)
    {
        Quantity running = Total(pod.AddedRequests, name);
        foreach (Field container in pod.Spec["containers"].Items())
        {
            running += Request(container, name);
        }

        Quantity sidecars = Quantity.Zero;
        Quantity starting = Quantity.Zero;
        foreach (Field container in pod.Spec["initContainers"].Items())
        {
            Quantity own = Request(container, name);
            if (container["restartPolicy"].Text == "Always")
            {
                sidecars += own;
                own = Quantity.Zero;
            }

            starting = Larger(starting, sidecars + own);
        }

        return Larger(running + sidecars, Larger(starting, sidecars + Total(pod.AddedInitRequests, name)));
    }

    private static Quantity Larger(Quantity one, Quantity other) => one > other ? one : other;

    private static Quantity Total(IReadOnlyList<(string Resource, Quantity Amount)> added, string name)
    {
        Quantity sum = Quantity.Zero;
        foreach ((string resource, Quantity amount) in added)
        {
            if (resource == name)
            {
                sum += amount;
            }
        }

        return sum;
    }

    // A container's request is filled in from its limit.
    private static Quantity Request(Field container, string name)
    {
        Field request = container["resources"]["requests"][name];
        return Amount(request.Exists ? request : container["resources"]["limits"][name]) ?? Quantity.Zero;
    }

    private static Quantity? Amount(Field field) =>
        field.Json?.Text is { } text && Quantity.TryParse(text, out Quantity amount) ? amount : null;
}
