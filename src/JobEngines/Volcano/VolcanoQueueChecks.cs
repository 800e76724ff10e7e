using System.Globalization;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Volcano;

/// <summary>The VQ rules: what Volcano's webhook refuses of a Queue.</summary>
public static class VolcanoQueueChecks
{
    private const string Hierarchy = "volcano.sh/hierarchy";
    private const string Weights = "volcano.sh/hierarchy-weights";

    /// <summary>Checks a Queue.</summary>
    public static void Check(ManifestDocument document, FaultList faults)
    {
        Field spec = document.Root["spec"];
        Field capability = spec["capability"];
        Field deserved = spec["deserved"];
        Field guarantee = spec["guarantee"]["resource"];
        foreach (Field amounts in new[] { capability, deserved, guarantee })
        {
            foreach ((YamlScalar key, Field amount) in amounts.Entries())
            {
                if (Amount(amount) is { IsNegative: false, IsWhole: false } && IsCounted(key.Value))
                {
                    faults.Add(
                        VolcanoRules.BadQueue,
                        amount,
                        $"`{NameGrammar.Shorten(key.Value)}` is given out in whole numbers; write one"
                    );
                }
                else if (Amount(amount) is { IsNegative: true })
                {
                    faults.Add(
                        VolcanoRules.BadQueue,
                        amount,
                        $"`{NameGrammar.Shorten(key.Value)}` is negative; write 0 or more"
                    );
                }
            }
        }

        foreach ((YamlScalar key, Field amount) in guarantee.Entries())
        {
            if (Amount(amount) is { } least && (Amount(deserved[key.Value]) is not { } share || share < least))
            {
                faults.Add(
                    VolcanoRules.BadQueue,
                    amount,
                    $"more {NameGrammar.Shorten(key.Value)} is guaranteed than deserved; raise `deserved`, or lower this"
                );
            }
        }

        foreach ((YamlScalar key, Field amount) in deserved.Entries())
        {
            if (Amount(amount) is { } share && Amount(capability[key.Value]) is { } most && share > most)
            {
                faults.Add(
                    VolcanoRules.BadQueue,
                    amount,
                    $"more {NameGrammar.Shorten(key.Value)} is deserved than `capability` allows; lower it, or raise that"
                );
            }
        }

        if (spec["parent"].Text is { Length: > 0 } parent && parent == document.Name && parent != "root")
        {
            faults.Add(
                VolcanoRules.BadQueue,
                spec["parent"],
                "a queue can't be its own parent; name another, or leave it out"
            );
        }

        Annotations(document.Root["metadata"]["annotations"], faults);
    }

    private static void Annotations(Field annotations, FaultList faults)
    {
        Field path = annotations[Hierarchy];
        Field list = annotations[Weights];
        if (path.Text is null or "" && list.Text is null or "")
        {
            return;
        }

        string[] weights = (list.Text ?? "").Split('/');
        int parts = (path.Text ?? "").Split('/').Length;
        if (parts != weights.Length)
        {
            faults.Add(
                VolcanoRules.BadQueue,
                list.Exists ? list : path,
                $"`{Hierarchy}` has {parts} part(s) and `{Weights}` {weights.Length}; write one weight for each"
            );
        }
        else if (
            weights.FirstOrDefault(w =>
                !(double.TryParse(w, NumberStyles.Float, CultureInfo.InvariantCulture, out double weight) && weight > 0)
            ) is
            { } wrong
        )
        {
            faults.Add(
                VolcanoRules.BadQueue,
                list,
                $"`{NameGrammar.Shorten(wrong)}` is not a weight; write a number above 0"
            );
        }
    }

    // What Kubernetes counts in whole numbers: devices, and its own objects.
    private static bool IsCounted(string resource) =>
        ResourceChecks.IsExtended(resource)
        || resource
            is "pods"
                or "services"
                or "services.nodeports"
                or "services.loadbalancers"
                or "replicationcontrollers"
                or "resourcequotas"
                or "secrets"
                or "configmaps"
                or "persistentvolumeclaims";

    private static Quantity? Amount(Field field) =>
        field.Json is { } json && Quantity.TryParse(json.Text, out Quantity amount) ? amount : null;
}
