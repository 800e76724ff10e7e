using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Node selector, affinity, tolerations and topology spread.</summary>
public static class SchedulingChecks
{
    public static void Check(PodContext pod)
    {
        MetadataChecks.Labels(pod.Spec["nodeSelector"], pod.Faults, PodRules.NodeSelector);
        NodeAffinity(pod, pod.Spec["affinity"]["nodeAffinity"]);
        PodAffinity(pod, pod.Spec["affinity"]["podAffinity"]);
        PodAffinity(pod, pod.Spec["affinity"]["podAntiAffinity"]);
        foreach (Field toleration in pod.Spec["tolerations"].Items())
        {
            Toleration(pod, toleration);
        }

        foreach (Field constraint in pod.Spec["topologySpreadConstraints"].Items())
        {
            Spread(pod, constraint);
        }
    }

    /// <summary>Checks a label selector.</summary>
    public static void Selector(PodContext pod, RuleInfo rule, Field selector)
    {
        MetadataChecks.Labels(selector["matchLabels"], pod.Faults, rule);
        foreach (Field expression in selector["matchExpressions"].Items())
        {
            Expression(pod, rule, expression, checksValues: true, "In", "NotIn", "Exists", "DoesNotExist");
        }
    }

    private static void Expression(
        PodContext pod,
        RuleInfo rule,
        Field expression,
        bool checksValues,
        params string[] operators
    )
    {
        if (pod.Require(rule, expression, "key", "an expression"))
        {
            pod.Name(rule, expression["key"], NameGrammar.Qualified, "label key");
        }

        Field op = expression["operator"];
        Field values = expression["values"];
        if (pod.Require(rule, expression, "operator", "an expression"))
        {
            pod.OneOf(rule, op, operators);
        }

        switch (op.Text)
        {
            case "In" or "NotIn" when values.Count == 0:
                pod.Add(rule, op, $"`{op.Text}` needs `values`; add them");
                break;
            case "Exists" or "DoesNotExist" when values.Count > 0:
                pod.Add(rule, values, $"`{op.Text}` takes no `values`; remove them");
                break;
            case "Gt" or "Lt" when operators.Contains("Gt") && values.Count != 1:
                pod.Add(rule, op, $"`{op.Text}` needs exactly one value");
                break;
            default:
                break;
        }

        if (checksValues)
        {
            foreach (Field value in values.Items())
            {
                pod.Name(rule, value, NameGrammar.LabelValue, "label value");
            }
        }
    }

    private static void NodeAffinity(PodContext pod, Field affinity)
    {
        Field required = affinity["requiredDuringSchedulingIgnoredDuringExecution"];
        if (required.Exists && required["nodeSelectorTerms"].Count == 0)
        {
            pod.Add(
                PodRules.Affinity,
                required["nodeSelectorTerms"],
                "required node affinity needs at least one of `nodeSelectorTerms`; add one or remove it"
            );
        }

        foreach (Field term in required["nodeSelectorTerms"].Items())
        {
            NodeTerm(pod, term, isRequired: true);
        }

        foreach (Field preferred in affinity["preferredDuringSchedulingIgnoredDuringExecution"].Items())
        {
            pod.InRange(PodRules.Affinity, preferred["weight"], 1, 100);
            NodeTerm(pod, preferred["preference"], isRequired: false);
        }
    }

    // Values of preferred terms are not checked: a preference that fits no node does no harm.
    private static void NodeTerm(PodContext pod, Field term, bool isRequired)
    {
        foreach (Field expression in term["matchExpressions"].Items())
        {
            Expression(
                pod,
                PodRules.Affinity,
                expression,
                checksValues: isRequired,
                "In",
                "NotIn",
                "Exists",
                "DoesNotExist",
                "Gt",
                "Lt"
            );
        }

        foreach (Field field in term["matchFields"].Items())
        {
            if (field["key"].Text is { } key && key != "metadata.name")
            {
                pod.Add(
                    PodRules.Affinity,
                    field["key"],
                    $"`matchFields` knows `metadata.name` only, this is `{NameGrammar.Shorten(key)}`"
                );
            }

            pod.OneOf(PodRules.Affinity, field["operator"], "In", "NotIn");
            if (field["values"].Count != 1)
            {
                pod.Add(PodRules.Affinity, field["values"], "`matchFields` take exactly one value");
            }

            foreach (Field value in field["values"].Items())
            {
                if (value.Text is "")
                {
                    pod.Add(PodRules.Affinity, value, "the name of a node is empty; write one");
                }

                pod.Name(PodRules.Affinity, value, NameGrammar.Subdomain, "node name");
            }
        }
    }

    private static void PodAffinity(PodContext pod, Field affinity)
    {
        foreach (Field term in affinity["requiredDuringSchedulingIgnoredDuringExecution"].Items())
        {
            PodTerm(pod, term);
        }

        foreach (Field preferred in affinity["preferredDuringSchedulingIgnoredDuringExecution"].Items())
        {
            pod.InRange(PodRules.Affinity, preferred["weight"], 1, 100);
            PodTerm(pod, preferred["podAffinityTerm"]);
        }
    }

    private static void PodTerm(PodContext pod, Field term)
    {
        if (pod.Require(PodRules.Affinity, term, "topologyKey", "a pod affinity term"))
        {
            pod.Name(PodRules.Affinity, term["topologyKey"], NameGrammar.Qualified, "label key");
        }

        Selector(pod, PodRules.Affinity, term["labelSelector"]);
        Selector(pod, PodRules.Affinity, term["namespaceSelector"]);
        foreach (Field name in term["namespaces"].Items())
        {
            pod.Name(PodRules.Affinity, name, NameGrammar.Label, "namespace");
        }

        MatchKeys(pod, PodRules.Affinity, term, "matchLabelKeys");
        MatchKeys(pod, PodRules.Affinity, term, "mismatchLabelKeys");
        foreach (Field key in term["mismatchLabelKeys"].Items())
        {
            if (term["matchLabelKeys"].Items().Any(k => k.Text == key.Text))
            {
                pod.Add(PodRules.Affinity, key, $"`{key.Text}` is in `matchLabelKeys` as well; keep one");
            }
        }
    }

    private static void MatchKeys(PodContext pod, RuleInfo rule, Field owner, string list)
    {
        Field keys = owner[list];
        Field selector = owner["labelSelector"];
        if (keys.Count > 0 && !selector.Exists)
        {
            pod.Add(rule, keys, $"`{list}` need a `labelSelector`; add it");
            return;
        }

        foreach (Field key in keys.Items())
        {
            pod.Name(rule, key, NameGrammar.Qualified, "label key");
            if (list == "matchLabelKeys" && key.Text is { } text && IsSelected(pod, selector, text))
            {
                pod.Add(rule, key, $"`{NameGrammar.Shorten(text)}` is in the `labelSelector` as well; keep one");
            }
        }
    }

    // The API server first adds an expression for each key that is a label of the pod; then no key may come twice.
    private static bool IsSelected(PodContext pod, Field selector, string key)
    {
        int times = selector["matchExpressions"].Items().Count(e => e["key"].Text == key);
        bool isLabel = pod.AddedLabels.Contains(key) || pod.Template["metadata"]["labels"][key].Text is not null;
        return selector["matchLabels"][key].Exists ? times > 0 || isLabel : times + (isLabel ? 1 : 0) > 1;
    }

    private static void Toleration(PodContext pod, Field toleration)
    {
        Field op = toleration["operator"];
        string? key = toleration["key"].Text;
        pod.Name(PodRules.Toleration, toleration["key"], NameGrammar.Qualified, "taint key");
        // `Lt` and `Gt` wait for a gate that is off in 1.36.
        pod.OneOf(PodRules.Toleration, op, "Exists", "Equal");
        pod.OneOf(PodRules.Toleration, toleration["effect"], "NoSchedule", "PreferNoSchedule", "NoExecute");
        if (string.IsNullOrEmpty(key) && op.Text != "Exists")
        {
            pod.Add(
                PodRules.Toleration,
                toleration,
                "a toleration without a `key` needs `operator: Exists`, and then tolerates all taints"
            );
        }

        if (op.Text == "Exists" && toleration["value"].Text is { Length: > 0 })
        {
            pod.Add(
                PodRules.Toleration,
                toleration["value"],
                "`operator: Exists` takes no `value`; remove it, or use `Equal`"
            );
        }
        else
        {
            pod.Name(PodRules.Toleration, toleration["value"], NameGrammar.LabelValue, "taint value");
        }

        if (toleration["tolerationSeconds"].Exists && toleration["effect"].Text != "NoExecute")
        {
            pod.Add(
                PodRules.Toleration,
                toleration["tolerationSeconds"],
                "`tolerationSeconds` needs `effect: NoExecute`"
            );
        }
    }

    private static void Spread(PodContext pod, Field constraint)
    {
        RuleInfo rule = PodRules.TopologySpread;
        pod.InRange(rule, constraint["maxSkew"], 1, int.MaxValue);
        pod.Require(rule, constraint, "topologyKey", "a topology spread constraint");
        if (pod.Require(rule, constraint, "whenUnsatisfiable", "a topology spread constraint"))
        {
            pod.OneOf(rule, constraint["whenUnsatisfiable"], "DoNotSchedule", "ScheduleAnyway");
        }

        pod.InRange(rule, constraint["minDomains"], 1, int.MaxValue);
        if (constraint["minDomains"].Exists && constraint["whenUnsatisfiable"].Text != "DoNotSchedule")
        {
            pod.Add(rule, constraint["minDomains"], "`minDomains` needs `whenUnsatisfiable: DoNotSchedule`");
        }

        pod.OneOfNotEmpty(rule, constraint["nodeAffinityPolicy"], "Honor", "Ignore");
        pod.OneOfNotEmpty(rule, constraint["nodeTaintsPolicy"], "Honor", "Ignore");
        Selector(pod, rule, constraint["labelSelector"]);
        MatchKeys(pod, rule, constraint, "matchLabelKeys");
    }
}
