using System.Runtime.InteropServices;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Manifests;

/// <summary>
/// Lays one partial manifest over another the way Kubernetes' strategic merge does: mappings key by key, lists by their
/// merge key, everything else replaced. Environment variables, volumes and mounts are replaced whole, where Kubernetes
/// would mix them: a value of one kind with a source of another, or the sub-path of one volume with the name of another.
/// Tolerations and sources of variables are joined.
/// </summary>
internal static class StrategicMerge
{
    /// <summary>Both together; where both say something, <paramref name="over"/> wins.</summary>
    public static YamlMapping Merge(YamlMapping under, YamlMapping over)
    {
        if (under.Entries.Length == 0)
        {
            return over;
        }

        YamlEntry[] entries = new YamlEntry[under.Entries.Length + over.Entries.Length];
        int count = 0;
        foreach (YamlEntry entry in under.Entries)
        {
            YamlEntry? winner = over.Entry(entry.Key.Value);
            entries[count++] = winner is null
                ? entry
                : new YamlEntry(winner.Key, Merge(entry.Key.Value, entry.Value, winner.Value));
        }

        foreach (YamlEntry entry in over.Entries)
        {
            if (under.Entry(entry.Key.Value) is null)
            {
                entries[count++] = entry;
            }
        }

        Array.Resize(ref entries, count);
        return new YamlMapping(over.Span, ImmutableCollectionsMarshal.AsImmutableArray(entries), isFlow: false);
    }

    /// <summary>The key that tells the items of a list apart, or null for lists that are replaced as a whole.</summary>
    public static string? MergeKey(string list) =>
        list switch
        {
            "containers" or "initContainers" or "volumes" or "env" or "imagePullSecrets" => "name",
            "volumeMounts" => "mountPath",
            "volumeDevices" => "devicePath",
            "ports" => "containerPort",
            "hostAliases" => "ip",
            "topologySpreadConstraints" => "topologyKey",
            "workerGroupSpecs" => "groupName",
            _ => null,
        };

    private static YamlNode Merge(string key, YamlNode under, YamlNode over) =>
        (under, over) switch
        {
            (YamlMapping below, YamlMapping above) => Merge(below, above),
            (YamlSequence below, YamlSequence above) when key is "tolerations" or "envFrom" => Join(below, above),
            (YamlSequence below, YamlSequence above) when MergeKey(key) is { } mergeKey => MergeItems(
                key,
                mergeKey,
                below,
                above
            ),
            _ => over,
        };

    private static YamlSequence MergeItems(string list, string mergeKey, YamlSequence under, YamlSequence over)
    {
        bool replaces = list is "env" or "volumes" or "volumeMounts";
        List<YamlNode> items = new(under.Items.Length + over.Items.Length);
        foreach (YamlNode item in under.Items)
        {
            YamlNode? winner = Find(over, mergeKey, ManifestNodes.TextOf(item, mergeKey));
            items.Add(
                winner is null ? item
                : !replaces && item is YamlMapping below && winner is YamlMapping above ? Merge(below, above)
                : winner
            );
        }

        foreach (YamlNode item in over.Items)
        {
            if (Find(under, mergeKey, ManifestNodes.TextOf(item, mergeKey)) is null)
            {
                items.Add(item);
            }
        }

        return new YamlSequence(over.Span, [.. items], isFlow: false);
    }

    private static YamlNode? Find(YamlSequence list, string mergeKey, string? value)
    {
        foreach (YamlNode item in list.Items)
        {
            if (value is not null && ManifestNodes.TextOf(item, mergeKey) == value)
            {
                return item;
            }
        }

        return null;
    }

    private static YamlSequence Join(YamlSequence under, YamlSequence over)
    {
        List<YamlNode> items = [.. under.Items];
        foreach (YamlNode item in over.Items)
        {
            if (!items.Exists(known => AreEqual(known, item)))
            {
                items.Add(item);
            }
        }

        return new YamlSequence(over.Span, [.. items], isFlow: false);
    }

    /// <summary>Whether two nodes say the same, whatever the order of their keys.</summary>
    public static bool AreEqual(YamlNode left, YamlNode right)
    {
        switch (left, right)
        {
            case (YamlScalar a, YamlScalar b):
                return a.Value == b.Value;
            case (YamlSequence a, YamlSequence b):
                if (a.Items.Length != b.Items.Length)
                {
                    return false;
                }

                for (int i = 0; i < a.Items.Length; i++)
                {
                    if (!AreEqual(a.Items[i], b.Items[i]))
                    {
                        return false;
                    }
                }

                return true;
            case (YamlMapping a, YamlMapping b):
                if (a.Entries.Length != b.Entries.Length)
                {
                    return false;
                }

                foreach (YamlEntry entry in a.Entries)
                {
                    if (b[entry.Key.Value] is not { } other || !AreEqual(entry.Value, other))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }
}
