using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kueue;

/// <summary>The KW rules: what Kueue's webhooks refuse of its own objects beside what their schemas say.</summary>
public static class KueueQueueChecks
{
    /// <summary>Checks an object of Kueue's group.</summary>
    public static void Check(ManifestDocument document, FaultList faults)
    {
        Field spec = document.Root["spec"];
        switch (document.Kind)
        {
            case "ClusterQueue":
                Groups(spec, spec["cohortName"].Exists ? spec["cohortName"] : spec["cohort"], isCohort: false, faults);
                // The same reader as that of a pod's selectors.
                SchedulingChecks.Selector(
                    new PodContext(faults, spec, PodRole.Submitter),
                    KueueRules.BadQueue,
                    spec["namespaceSelector"]
                );
                OnFlavors(spec, faults);
                Totals(spec["resourceGroups"], faults);
                Weight(spec["fairSharing"]["weight"], faults);
                break;
            case "Cohort":
                Groups(spec, spec["parentName"].Exists ? spec["parentName"] : spec["parent"], isCohort: true, faults);
                Weight(spec["fairSharing"]["weight"], faults);
                break;
            case "ResourceFlavor":
                Flavor(spec, faults);
                break;
            default:
                break;
        }
    }

    private static void Groups(Field spec, Field parent, bool isCohort, FaultList faults)
    {
        bool hasParent = parent.Text is { Length: > 0 };
        HashSet<string> resources = new(StringComparer.Ordinal);
        HashSet<string> flavors = new(StringComparer.Ordinal);
        foreach (Field group in spec["resourceGroups"].Items())
        {
            List<string?> covered = [];
            foreach (Field resource in group["coveredResources"].Items())
            {
                covered.Add(resource.Text);
                if (resource.Text is not { } name)
                {
                    continue;
                }

                if (!resources.Add(name))
                {
                    faults.Add(
                        KueueRules.BadQueue,
                        resource,
                        $"`{NameGrammar.Shorten(name)}` is covered already; a resource stands in one group only"
                    );
                }
                else if (NameGrammar.Qualified(name) is { } fault)
                {
                    faults.Add(
                        KueueRules.BadQueue,
                        resource,
                        $"`{NameGrammar.Shorten(name)}` is not a resource: it {fault}"
                    );
                }
            }

            foreach (Field flavor in group["flavors"].Items())
            {
                if (flavor["name"].Text is { } name && !flavors.Add(name))
                {
                    faults.Add(
                        KueueRules.BadQueue,
                        flavor["name"],
                        $"flavor `{NameGrammar.Shorten(name)}` is there already; a flavor stands in one group only"
                    );
                }

                Quotas(flavor["resources"], covered, hasParent, isCohort, faults);
            }
        }
    }

    private static void Quotas(Field resources, List<string?> covered, bool hasParent, bool isCohort, FaultList faults)
    {
        int at = 0;
        foreach (Field resource in resources.Items())
        {
            if (at >= covered.Count)
            {
                return;
            }

            if (covered[at] is { } wanted && resource["name"].Text is { } name && name != wanted)
            {
                faults.Add(
                    KueueRules.BadQueue,
                    resource["name"],
                    $"here `coveredResources` has `{NameGrammar.Shorten(wanted)}`, not `{NameGrammar.Shorten(name)}`; keep their order"
                );
            }

            at++;
            NotNegative(resource["nominalQuota"], faults);
            foreach (string limit in new[] { "borrowingLimit", "lendingLimit" })
            {
                Field field = resource[limit];
                NotNegative(field, faults);
                // For `borrowingLimit` of a ClusterQueue the schema has said so already.
                if (field.Exists && !hasParent && (isCohort || limit == "lendingLimit"))
                {
                    faults.Add(
                        KueueRules.BadQueue,
                        field,
                        $"`{limit}` needs {(isCohort ? "a parent cohort, `parentName`" : "a cohort, `cohortName`")}; add it, or remove the limit"
                    );
                }
            }

            if (
                !isCohort
                && Amount(resource["lendingLimit"]) is { } lent
                && Amount(resource["nominalQuota"]) is { } own
                && lent > own
            )
            {
                faults.Add(
                    KueueRules.BadQueue,
                    resource["lendingLimit"],
                    "`lendingLimit` is above `nominalQuota`, but a queue lends only what is its own; lower it"
                );
            }
        }
    }

    private static void NotNegative(Field field, FaultList faults)
    {
        if (Amount(field) is { IsNegative: true })
        {
            faults.Add(KueueRules.BadQueue, field, $"`{field.Name}` is negative; write 0 or more");
        }
    }

    private static Quantity? Amount(Field field) =>
        field.Json is { } json && Quantity.TryParse(json.Text, out Quantity amount) ? amount : null;

    private static void OnFlavors(Field spec, FaultList faults)
    {
        HashSet<string> flavors =
        [
            .. spec["resourceGroups"]
                .Items()
                .SelectMany(g => g["flavors"].Items())
                .Select(f => f["name"].Text)
                .OfType<string>(),
        ];
        foreach (Field check in spec["admissionChecksStrategy"]["admissionChecks"].Items())
        {
            foreach (Field flavor in check["onFlavors"].Items())
            {
                if (flavor.Text is { } name && !flavors.Contains(name))
                {
                    faults.Add(
                        KueueRules.BadQueue,
                        flavor,
                        $"the queue has no flavor `{NameGrammar.Shorten(name)}`{DidYouMean.Phrase(name, flavors)}"
                    );
                }
            }
        }
    }

    private static void Totals(Field groups, FaultList faults)
    {
        int flavors = groups.Items().Sum(g => g["flavors"].Count);
        int resources = groups.Items().Sum(g => g["coveredResources"].Count);
        if (flavors > 256 || resources > 256)
        {
            faults.Add(
                KueueRules.BadQueue,
                groups,
                $"{flavors} flavors and {resources} resources in all; at most 256 of each are allowed"
            );
        }

        foreach (Field group in groups.Items())
        {
            int pairs = group["flavors"].Items().Sum(f => f["resources"].Count);
            if (pairs > 512)
            {
                faults.Add(
                    KueueRules.BadQueue,
                    group["flavors"],
                    $"{pairs} amounts in a group; at most 512 are allowed: split the group"
                );
            }
        }
    }

    private static void Weight(Field weight, FaultList faults)
    {
        if (Amount(weight) is { } amount && (amount.IsNegative || (!amount.IsZero && amount.Nanos <= 1)))
        {
            faults.Add(KueueRules.BadQueue, weight, "a weight is 0, or above 1e-9; write a whole number");
        }
    }

    private static void Flavor(Field spec, FaultList faults)
    {
        MetadataChecks.Labels(spec["nodeLabels"], faults, KueueRules.BadQueue);
        foreach (Field toleration in spec["tolerations"].Items())
        {
            if (toleration["key"].Text is { Length: > 0 } key && NameGrammar.Qualified(key) is { } fault)
            {
                faults.Add(
                    KueueRules.BadQueue,
                    toleration["key"],
                    $"`{NameGrammar.Shorten(key)}` is not a taint's key: it {fault}"
                );
            }
        }

        HashSet<(string, string)> seen = [];
        foreach (Field taint in spec["nodeTaints"].Items())
        {
            if (taint["key"].Text is { } key && NameGrammar.Qualified(key) is { } fault)
            {
                faults.Add(
                    KueueRules.BadQueue,
                    taint["key"],
                    $"`{NameGrammar.Shorten(key)}` is not a taint's key: it {fault}"
                );
            }

            if (taint["value"].Text is { } value && NameGrammar.LabelValue(value) is { } wrong)
            {
                faults.Add(
                    KueueRules.BadQueue,
                    taint["value"],
                    $"`{NameGrammar.Shorten(value)}` is not a taint's value: it {wrong}"
                );
            }

            if (!seen.Add((taint["key"].Text ?? "", taint["effect"].Text ?? "")))
            {
                faults.Add(
                    KueueRules.BadQueue,
                    taint["key"],
                    "a taint of this key and effect is there already; remove one"
                );
            }
        }
    }
}
