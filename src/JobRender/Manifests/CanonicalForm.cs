using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;

namespace Rayquest.JobRender.Manifests;

/// <summary>
/// Brings a manifest into the form that survives the operator's round trip through Go types (facts 4.3), so that Argo CD
/// sees no difference: canonical quantities as text, no null, no <c>false</c> or <c>0</c> where Go leaves zero values out,
/// no empty mapping or list that it would drop. Lists whose order means nothing are sorted.
/// Two empty mappings are written: <c>scaleStrategy</c> and <c>template.metadata</c> of a worker group are plain Go structs, which
/// the operator writes back even when they hold nothing. The list of groups is atomic, so that applying it without them would
/// take them away again, a difference for ever, and a new generation of a job that runs.
/// </summary>
internal static class CanonicalForm
{
    public static YamlMapping Of(YamlMapping manifest) => Mapping(manifest, "");

    private static YamlMapping Mapping(YamlMapping mapping, string parent)
    {
        // The keys of these are names of the author's choice, and their values nothing but text.
        if (
            parent
            is "data"
                or "labels"
                or "annotations"
                or "nodeSelector"
                or "matchLabels"
                or "clusterSelector"
                or "rayStartParams"
        )
        {
            return mapping;
        }

        bool amounts = parent is "limits" or "requests";
        // Most of a manifest is canonical already: nothing is copied until something differs.
        List<YamlEntry>? changed = null;
        for (int i = 0; i < mapping.Entries.Length; i++)
        {
            YamlEntry entry = mapping.Entries[i];
            string key = entry.Key.Value;
            YamlNode value = entry.Value switch
            {
                YamlMapping inner => Mapping(inner, key),
                YamlSequence list => List(list, key),
                YamlScalar scalar when amounts || key is "sizeLimit" or "divisor" => Amount(scalar),
                _ => entry.Value,
            };
            bool same = ReferenceEquals(value, entry.Value);
            bool isLeftOut = IsLeftOut(key, value, amounts);
            if (changed is null && (!same || isLeftOut))
            {
                changed = new List<YamlEntry>(mapping.Entries.Length);
                for (int earlier = 0; earlier < i; earlier++)
                {
                    changed.Add(mapping.Entries[earlier]);
                }
            }

            if (changed is not null && !isLeftOut)
            {
                changed.Add(same ? entry : new YamlEntry(entry.Key, value));
            }
        }

        return changed is null ? mapping : new YamlMapping(mapping.Span, [.. changed], isFlow: false);
    }

    private static bool IsLeftOut(string key, YamlNode value, bool isAmount) =>
        value switch
        {
            YamlScalar { IsNull: true } => true,
            _ when isAmount => false,
            YamlScalar scalar => PlainOf(scalar) switch
            {
                // These are plain Go values with omitempty; pointers such as runAsUser or backoffLimit keep their zero.
                "false" => key
                    is "suspend"
                        or "shutdownAfterJobFinishes"
                        or "hostNetwork"
                        or "hostPID"
                        or "hostIPC"
                        or "stdin"
                        or "stdinOnce"
                        or "tty"
                        or "readOnly",
                "0" => key
                    is "ttlSecondsAfterFinished"
                        or "hostPort"
                        or "initialDelaySeconds"
                        or "timeoutSeconds"
                        or "periodSeconds"
                        or "successThreshold"
                        or "failureThreshold",
                // EnvVar.Value: a variable without one is empty all the same.
                "" => key == "value",
                _ => false,
            },
            YamlMapping { Entries.Length: 0 } => key
                is "labels"
                    or "annotations"
                    or "nodeSelector"
                    or "limits"
                    or "requests"
                    or "rayStartParams"
                    or "resources",
            YamlSequence { Items.Length: 0 } => true,
            _ => false,
        };

    // The scalar as Go would hold it; quoted words are text and only the empty one matters.
    private static string? PlainOf(YamlScalar scalar)
    {
        if (scalar.Value.Length == 0)
        {
            return "";
        }

        if (scalar.Style != YamlScalarStyle.Plain || scalar.Value[0] is not ('f' or 'F' or '0' or '-' or '+'))
        {
            return null;
        }

        PlainScalar.Resolve(scalar.Value, out string canonical);
        return canonical;
    }

    private static YamlScalar Amount(YamlScalar scalar) =>
        !scalar.IsNull && Quantity.TryParse(scalar.Value, out Quantity quantity)
            ? scalar.Style == YamlScalarStyle.Quoted && quantity.ToString() == scalar.Value
                ? scalar
                : ManifestNodes.Text(scalar.Span, quantity.ToString())
            : scalar;

    private static YamlSequence List(YamlSequence list, string key)
    {
        List<YamlNode>? changed = null;
        for (int i = 0; i < list.Items.Length; i++)
        {
            YamlNode item = list.Items[i] switch
            {
                YamlMapping mapping when key == "workerGroupSpecs" => WithStructs(Mapping(mapping, "")),
                YamlMapping mapping => Mapping(mapping, ""),
                YamlSequence inner => List(inner, ""),
                _ => list.Items[i],
            };
            if (!ReferenceEquals(item, list.Items[i]))
            {
                changed ??= [.. list.Items];
                changed[i] = item;
            }
        }

        bool isOrdered = list.Items.Length < 2 || key is not ("containers" or "env" or "volumes" or "volumeMounts");
        return isOrdered
            ? changed is null
                ? list
                : new YamlSequence(list.Span, [.. changed], isFlow: false)
            : new YamlSequence(list.Span, [.. Ordered(changed ?? [.. list.Items], key)], isFlow: false);
    }

    private static YamlMapping WithStructs(YamlMapping group)
    {
        List<YamlEntry> entries = [.. group.Entries];
        int at = entries.FindIndex(e => e.Key.Value == "template");
        bool isWhole = true;
        if (at >= 0 && entries[at].Value is YamlMapping template && template.Entry("metadata") is null)
        {
            YamlEntry metadata = Empty("metadata", template);
            entries[at] = new YamlEntry(
                entries[at].Key,
                new YamlMapping(template.Span, [metadata, .. template.Entries], isFlow: false)
            );
            isWhole = false;
        }

        if (group.Entry("scaleStrategy") is null)
        {
            entries.Add(Empty("scaleStrategy", group));
            isWhole = false;
        }

        return isWhole ? group : new YamlMapping(group.Span, [.. entries], isFlow: false);
    }

    private static YamlEntry Empty(string key, YamlNode at) =>
        ManifestNodes.Entry(key, new YamlMapping(at.Span, [], isFlow: true));

    private static List<YamlNode> Ordered(List<YamlNode> items, string key)
    {
        switch (key)
        {
            case "containers":
                PutRayContainerFirst(items);
                return items;
            case "env":
                return EnvironmentOrder.Of(items);
            case "volumes":
                return [.. items.OrderBy(i => ManifestNodes.TextOf(i, "name"), StringComparer.Ordinal)];
            case "volumeMounts":
                return [.. items.OrderBy(i => ManifestNodes.TextOf(i, "mountPath"), StringComparer.Ordinal)];
            default:
                return items;
        }
    }

    // KubeRay takes the first container for Ray's (C1); the others are the profile's sidecars.
    private static void PutRayContainerFirst(List<YamlNode> items)
    {
        int ray = items.FindIndex(i =>
            ManifestNodes.TextOf(i, "name") is RayPods.HeadContainer or RayPods.WorkerContainer
        );
        if (ray > 0)
        {
            YamlNode container = items[ray];
            items.RemoveAt(ray);
            items.Insert(0, container);
        }
    }
}

/// <summary>
/// Orders environment variables by name, but each after those it refers to: Kubernetes expands <c>$(NAME)</c> only from
/// variables that stand before.
/// </summary>
internal static class EnvironmentOrder
{
    public static List<YamlNode> Of(List<YamlNode> variables)
    {
        if (variables.Count < 2 || !variables.TrueForAll(v => ManifestNodes.TextOf(v, "name") is not null))
        {
            return variables;
        }

        List<YamlNode> sorted = [.. variables.OrderBy(v => ManifestNodes.TextOf(v, "name"), StringComparer.Ordinal)];
        List<YamlNode> result = new(sorted.Count);
        HashSet<YamlNode> placed = new(ReferenceEqualityComparer.Instance);
        Dictionary<string, YamlNode> byName = new(sorted.Count, StringComparer.Ordinal);
        foreach (YamlNode variable in sorted)
        {
            byName[ManifestNodes.TextOf(variable, "name")!] = variable;
        }

        foreach (YamlNode variable in sorted)
        {
            Emit(variable);
        }

        return result;

        void Emit(YamlNode variable)
        {
            if (!placed.Add(variable))
            {
                return;
            }

            foreach (string name in References(ManifestNodes.TextOf(variable, "value") ?? ""))
            {
                if (byName.TryGetValue(name, out YamlNode? referred))
                {
                    Emit(referred);
                }
            }

            result.Add(variable);
        }
    }

    /// <summary>The names in <c>$(NAME)</c>; reads every character once, however many openings there are.</summary>
    private static IEnumerable<string> References(string value)
    {
        int at = value.IndexOf("$(", StringComparison.Ordinal);
        while (at >= 0)
        {
            int end = at + 2;
            while (end < value.Length && (char.IsAsciiLetterOrDigit(value[end]) || value[end] is '_' or '-' or '.'))
            {
                end++;
            }

            if (end < value.Length && value[end] == ')')
            {
                yield return value[(at + 2)..end];
            }

            at = value.IndexOf("$(", end, StringComparison.Ordinal);
        }
    }
}
