using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Edits;

/// <summary>
/// What editing a live object does, field by field, as KubeRay 1.7 does it: the one place that knows. Pure; compares the manifest
/// that was merged with the one that would be.
/// </summary>
public static class ManifestEdits
{
    /// <summary>Every field that differs, with its effect, in the order of the manifest; empty for other objects and for equal ones.</summary>
    public static IReadOnlyList<FieldEdit> Of(YamlMapping before, YamlMapping after)
    {
        if (
            !IsSameObject(before, after)
            || KindRules.Of(ManifestNodes.TextOf(after, "kind")) is not { } kind
            || !KindRules.IsEditedInPlace(kind)
        )
        {
            return [];
        }

        List<Difference> differences = [];
        Compare(before, after, [], after.Span, differences);
        return kind switch
        {
            JobKind.RayCluster => RayClusterEdits.Of(before, after, differences),
            JobKind.RayService => RayServiceEdits.Of(before, after, differences),
            JobKind.RayCronJob => RayCronJobEdits.Of(before, after, differences),
            _ => [],
        };
    }

    /// <summary>Whether the two are one object of the cluster: then the second edits the first.</summary>
    public static bool IsSameObject(YamlMapping before, YamlMapping after) =>
        ManifestNodes.TextOf(before, "kind") == ManifestNodes.TextOf(after, "kind")
        && ManifestNodes.TextOf(before["metadata"], "name") == ManifestNodes.TextOf(after["metadata"], "name")
        && ManifestNodes.TextOf(before["metadata"], "namespace")
            == ManifestNodes.TextOf(after["metadata"], "namespace");

    /// <summary>The most that comes of some edits; null where there is none.</summary>
    public static EditEffect? Worst(IReadOnlyList<FieldEdit> edits) =>
        edits.Count == 0 ? null : edits.Max(e => e.Effect);

    private static void Compare(
        YamlNode? before,
        YamlNode? after,
        string[] path,
        SourceSpan near,
        List<Difference> differences
    )
    {
        switch (before, after)
        {
            case (YamlMapping old, YamlMapping now):
                foreach (YamlEntry entry in now.Entries)
                {
                    Compare(
                        old[entry.Key.Value],
                        entry.Value,
                        [.. path, entry.Key.Value],
                        entry.Value.Span,
                        differences
                    );
                }

                foreach (YamlEntry entry in old.Entries.Where(e => now[e.Key.Value] is null))
                {
                    Compare(entry.Value, null, [.. path, entry.Key.Value], now.Span, differences);
                }

                break;
            case (YamlSequence old, YamlSequence now)
                when path.Length > 0
                    && StrategicMerge.MergeKey(path[^1]) is { } key
                    && AreKeyed(old, key)
                    && AreKeyed(now, key):
                CompareKeyed(old, now, key, path, differences);
                break;
            default:
                if (!AreEqual(before, after))
                {
                    differences.Add(new Difference(path, before, after, after?.Span ?? near));
                }

                break;
        }
    }

    private static void CompareKeyed(
        YamlSequence old,
        YamlSequence now,
        string key,
        string[] path,
        List<Difference> differences
    )
    {
        foreach (YamlNode item in now.Items)
        {
            string name = ManifestNodes.TextOf(item, key)!;
            Compare(
                old.Items.FirstOrDefault(i => ManifestNodes.TextOf(i, key) == name),
                item,
                [.. path[..^1], $"{path[^1]}[{name}]"],
                item.Span,
                differences
            );
        }

        foreach (YamlNode item in old.Items)
        {
            string name = ManifestNodes.TextOf(item, key)!;
            if (!now.Items.Any(i => ManifestNodes.TextOf(i, key) == name))
            {
                Compare(item, null, [.. path[..^1], $"{path[^1]}[{name}]"], now.Span, differences);
            }
        }

        if (!InOrder(old, now).SequenceEqual(InOrder(now, old)))
        {
            differences.Add(new Difference(path, old, now, now.Span));
        }

        IEnumerable<string?> InOrder(YamlSequence list, YamlSequence other) =>
            list
                .Items.Select(i => ManifestNodes.TextOf(i, key))
                .Where(n => other.Items.Any(o => ManifestNodes.TextOf(o, key) == n));
    }

    private static bool AreKeyed(YamlSequence list, string key) =>
        list.Items.All(i => ManifestNodes.TextOf(i, key) is { Length: > 0 })
        && list.Items.Select(i => ManifestNodes.TextOf(i, key)).Distinct(StringComparer.Ordinal).Count()
            == list.Items.Length;

    internal static bool AreEqual(YamlNode? left, YamlNode? right) =>
        (left, right) switch
        {
            (null, null) => true,
            (YamlScalar one, YamlScalar other) => one.IsNull == other.IsNull && one.Value == other.Value,
            (YamlMapping one, YamlMapping other) => one.Entries.Length == other.Entries.Length
                && one.Entries.All(e => other.Entry(e.Key.Value) is { } o && AreEqual(e.Value, o.Value)),
            (YamlSequence one, YamlSequence other) => one.Items.Length == other.Items.Length
                && one.Items.Zip(other.Items).All(p => AreEqual(p.First, p.Second)),
            _ => false,
        };
}

/// <summary>A field that two manifests have otherwise.</summary>
/// <param name="Path">Its keys; an item of a list stands behind the list's key, in brackets.</param>
/// <param name="Before">What it was; null for nothing.</param>
/// <param name="After">What it is; null for nothing.</param>
/// <param name="Span">The line that decided it.</param>
internal sealed record Difference(string[] Path, YamlNode? Before, YamlNode? After, SourceSpan Span)
{
    /// <summary>The field as a person would write it.</summary>
    public string Field => string.Join('.', Path);

    /// <summary>Whether the path begins with these keys; a list's key stands for any item of it.</summary>
    public bool IsUnder(params ReadOnlySpan<string> keys)
    {
        if (Path.Length < keys.Length)
        {
            return false;
        }

        for (int i = 0; i < keys.Length; i++)
        {
            if (Path[i] != keys[i] && !Path[i].StartsWith(keys[i] + "[", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the path is these keys and no more.</summary>
    public bool Is(params ReadOnlySpan<string> keys) => Path.Length == keys.Length && IsUnder(keys);
}
