using System.Globalization;
using System.Text.Json;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kueue;

/// <summary>What the groups of a cluster ask of the topology, as Kueue's webhook reads it from their pod templates.</summary>
internal static class KueueTopologyChecks
{
    private const string Prefix = "kueue.x-k8s.io/podset-";
    private const string Required = Prefix + "required-topology";
    private const string Preferred = Prefix + "preferred-topology";
    private const string Unconstrained = Prefix + "unconstrained-topology";
    private const string SliceRequired = Prefix + "slice-required-topology";
    private const string SliceSize = Prefix + "slice-size";
    private const string Constraints = Prefix + "slice-required-topology-constraints";
    private const string Group = Prefix + "group-name";

    private static readonly string[] Booleans =
    [
        "1",
        "t",
        "T",
        "TRUE",
        "true",
        "True",
        "0",
        "f",
        "F",
        "FALSE",
        "false",
        "False",
    ];

    private sealed record PodSet(Field Annotations, long Count);

    /// <summary>Checks the head and the worker groups, each alone and those joined by a name, the submitter's pod among them.</summary>
    public static void Check(Field cluster, Field submitter, FaultList faults)
    {
        List<PodSet> sets = [new(AnnotationsOf(cluster["headGroupSpec"]), 1)];
        foreach (Field group in cluster["workerGroupSpecs"].Items())
        {
            long count = group["replicas"].Integer ?? 0;
            sets.Add(
                new(AnnotationsOf(group), group["numOfHosts"].Integer is > 1 and { } hosts ? count * hosts : count)
            );
        }

        foreach (PodSet set in sets.Where(s => s.Annotations.Exists))
        {
            Own(set, faults);
            Slices(set, faults);
            Layers(set, faults);
        }

        sets.Add(new(submitter["metadata"]["annotations"], 1));
        Joined([.. sets.Where(s => s.Annotations[Group].Text is not null)], faults);
    }

    private static Field AnnotationsOf(Field group) => group["template"]["metadata"]["annotations"];

    private static void Own(PodSet set, FaultList faults)
    {
        Field annotations = set.Annotations;
        Field[] kinds = [annotations[Required], annotations[Preferred], annotations[Unconstrained]];
        Field[] given = [.. kinds.Where(k => k.Exists)];
        if (given.Length > 1)
        {
            faults.Add(
                KueueRules.BadTopology,
                given[1],
                "a group asks for one topology: required, preferred or unconstrained; keep one of the annotations"
            );
        }

        foreach (string key in new[] { Required, Preferred, SliceRequired })
        {
            if (annotations[key].Text is { } label && NameGrammar.Qualified(label) is { } fault)
            {
                faults.Add(
                    KueueRules.BadTopology,
                    annotations[key],
                    $"`{NameGrammar.Shorten(label)}` is not a node label: it {fault}"
                );
            }
        }

        if (annotations[Unconstrained].Text is { } value && !Booleans.Contains(value))
        {
            faults.Add(
                KueueRules.BadTopology,
                annotations[Unconstrained],
                $"`{NameGrammar.Shorten(value)}` is not a boolean; write `\"true\"`"
            );
        }

        Field name = annotations[Group];
        if (name.Text is not { } group)
        {
            return;
        }

        string? wrong =
            ulong.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? "can't be a number"
            : annotations[SliceSize].Exists || annotations[SliceRequired].Exists || annotations[Constraints].Exists
                ? "doesn't go with slices"
            : !annotations[Required].Exists && !annotations[Preferred].Exists
                ? "needs a required or preferred topology beside it"
            : null;
        if (wrong is not null)
        {
            faults.Add(KueueRules.BadTopology, name, $"`podset-group-name` {wrong}; fix it, or remove the annotation");
        }
    }

    private static void Slices(PodSet set, FaultList faults)
    {
        Field size = set.Annotations[SliceSize];
        Field required = set.Annotations[SliceRequired];
        if (required.Exists != size.Exists)
        {
            faults.Add(
                KueueRules.BadTopology,
                required.Exists ? required : size,
                "slices have both `podset-slice-required-topology` and `podset-slice-size`; add the other"
            );
        }

        if (size.Text is not { } text)
        {
            return;
        }

        if (
            !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            || number < 1
        )
        {
            faults.Add(
                KueueRules.BadTopology,
                size,
                $"`{NameGrammar.Shorten(text)}` is not a size of a slice; write a number above 0"
            );
        }
        else if (number > set.Count)
        {
            faults.Add(
                KueueRules.BadTopology,
                size,
                $"a slice of {number} pods is larger than the group, which has {set.Count}; lower it"
            );
        }
    }

    private static void Layers(PodSet set, FaultList faults)
    {
        Field constraints = set.Annotations[Constraints];
        if (constraints.Text is not { } text)
        {
            return;
        }

        string? fault =
            set.Annotations[SliceRequired].Exists || set.Annotations[SliceSize].Exists
                ? "doesn't go with the other annotations of slices; keep one form"
                : LayerFault(text, set.Count);
        if (fault is not null)
        {
            faults.Add(KueueRules.BadTopology, constraints, $"`podset-slice-required-topology-constraints` {fault}");
        }
    }

    private static string? LayerFault(string text, long count)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Array || json.RootElement.GetArrayLength() is < 1 or > 3)
            {
                return "is no list of one to three layers, `[{\"topology\": …, \"size\": …}]`";
            }

            HashSet<string> labels = new(StringComparer.Ordinal);
            long above = 0;
            foreach (JsonElement layer in json.RootElement.EnumerateArray())
            {
                string label = Property(layer, "topology") is { ValueKind: JsonValueKind.String } name
                    ? name.GetString()!
                    : "";
                int size =
                    Property(layer, "size") is { ValueKind: JsonValueKind.Number } number
                    && number.TryGetInt32(out int given)
                        ? given
                        : 0;
                string? fault =
                    NameGrammar.Qualified(label) is { } wrong
                        ? $"holds `{NameGrammar.Shorten(label)}`, which is no node label: it {wrong}"
                    : !labels.Add(label) ? $"holds `{NameGrammar.Shorten(label)}` twice"
                    : size < 1 ? "has a layer without a size above 0"
                    : above == 0 && size > count ? $"begins with slices of {size} pods, but the group has {count}"
                    : above > 0 && above % size != 0
                        ? $"has a layer of {size}, which doesn't divide the {above} of the layer above it"
                    : null;
                if (fault is not null)
                {
                    return fault;
                }

                above = size;
            }

            return null;
        }
        catch (JsonException)
        {
            return "is no JSON list";
        }
    }

    // Go's reader takes a key in any case, and of several the last.
    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind != JsonValueKind.Object
            ? null
            : element
                .EnumerateObject()
                .Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                .Select(p => (JsonElement?)p.Value)
                .LastOrDefault();

    private static void Joined(List<PodSet> sets, FaultList faults)
    {
        foreach (
            IGrouping<string, PodSet> group in sets.GroupBy(s => s.Annotations[Group].Text!, StringComparer.Ordinal)
        )
        {
            PodSet[] members = [.. group];
            string? fault =
                members.Length != 2 ? $"joins {members.Length} group(s), but Kueue joins exactly two"
                : members[0].Count != 1 && members[1].Count != 1
                    ? $"joins groups of {members[0].Count} and {members[1].Count} pods, but one of the two must have a single pod"
                : Asked(members[0]) != Asked(members[1]) ? "joins groups that ask for different topologies"
                : null;
            if (fault is not null)
            {
                faults.Add(
                    KueueRules.BadTopology,
                    members[^1].Annotations[Group],
                    $"`podset-group-name: {NameGrammar.Shorten(group.Key)}` {fault}"
                );
            }
        }
    }

    private static (string?, string?) Asked(PodSet set) =>
        (set.Annotations[Required].Text, set.Annotations[Preferred].Text);
}
