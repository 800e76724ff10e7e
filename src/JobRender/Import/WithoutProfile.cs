using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Import;

/// <summary>
/// Finds the profile a manifest was made with: the one all of which stands in it. What the profile says is taken out, so that only
/// the request's own is left to be imported.
/// </summary>
internal static class WithoutProfile
{
    private const string Every = "*";

    /// <summary>The profile that fits and the manifest without it; null where none fits. The platform's default goes before others as large.</summary>
    public static (string Name, YamlMapping Left)? Of(YamlMapping manifest, JobKind kind, PolicySet policies)
    {
        (string Name, YamlMapping Left, int Size)? best = null;
        foreach (
            ProfilePolicy profile in policies
                .Profiles.Values.OrderBy(p => p.Name != policies.Platform.Defaults.Profile)
                .ThenBy(p => p.Name, StringComparer.Ordinal)
        )
        {
            int size = 0;
            if (
                profile.Manifest is { Entries.Length: > 0 } said
                && Take(manifest, JobShape.Relevant(said, kind), ref size, missing: null, "") is YamlMapping rest
                && size > (best?.Size ?? 0)
            )
            {
                best = (profile.Name, rest, size);
            }
        }

        return best is { } found ? (found.Name, found.Left) : null;
    }

    /// <summary>The manifest without what a profile says of it, and the paths of what the profile says and the manifest doesn't.</summary>
    public static (YamlMapping Left, IReadOnlyList<string> Missing) AsFarAsItGoes(
        YamlMapping manifest,
        JobKind kind,
        ProfilePolicy profile
    )
    {
        int size = 0;
        List<string> missing = [];
        return Take(manifest, JobShape.Relevant(profile.Manifest, kind), ref size, missing, "") is YamlMapping left
            ? (left, missing)
            : (manifest, missing);
    }

    /// <summary>
    /// What is left of a node once the profile's is taken out. What the profile says and isn't there is noted in
    /// <paramref name="missing"/>; without such a list the result is null then.
    /// </summary>
    private static YamlNode? Take(YamlNode from, YamlNode said, ref int size, List<string>? missing, string path) =>
        (from, said) switch
        {
            (YamlMapping mapping, YamlMapping part) => Mapping(mapping, part, ref size, missing, path),
            (YamlScalar left, YamlScalar right) when left.Value == right.Value => Counted(left, ref size),
            _ => Missed(missing, path) ? from : null,
        };

    private static bool Missed(List<string>? missing, string path)
    {
        missing?.Add(path);
        return missing is not null;
    }

    private static YamlNode Counted(YamlNode node, ref int size)
    {
        size++;
        return new YamlScalar(node.Span, "", YamlScalarStyle.Plain);
    }

    private static YamlMapping? Mapping(
        YamlMapping from,
        YamlMapping said,
        ref int size,
        List<string>? missing,
        string path
    )
    {
        List<YamlEntry> left = [.. from.Entries];
        foreach (YamlEntry entry in said.Entries)
        {
            string key = entry.Key.Value;
            string below = path.Length == 0 ? key : $"{path}.{key}";
            int at = left.FindIndex(e => e.Key.Value == key);
            if (at < 0)
            {
                // Rendering drops what the profile says of groups where the job has none.
                if (key == "workerGroupSpecs" || Missed(missing, below))
                {
                    continue;
                }

                return null;
            }

            YamlNode? rest =
                left[at].Value is YamlSequence list && entry.Value is YamlSequence items
                    ? List(key, list, items, ref size, missing, below)
                    : Take(left[at].Value, entry.Value, ref size, missing, below);
            if (rest is null)
            {
                return null;
            }

            if (IsNothing(rest))
            {
                left.RemoveAt(at);
            }
            else
            {
                left[at] = new YamlEntry(left[at].Key, rest);
            }
        }

        return new YamlMapping(from.Span, [.. left], isFlow: false);
    }

    private static bool IsNothing(YamlNode node) =>
        node
            is YamlScalar { Value: "", Style: YamlScalarStyle.Plain }
                or YamlMapping { Entries.Length: 0 }
                or YamlSequence { Items.Length: 0 };

    private static YamlSequence? List(
        string key,
        YamlSequence from,
        YamlSequence said,
        ref int size,
        List<string>? missing,
        string path
    )
    {
        List<YamlNode> left = [.. from.Items];
        string? mergeKey = StrategicMerge.MergeKey(key);
        foreach (YamlNode item in said.Items)
        {
            string? name = mergeKey is null ? null : ManifestNodes.TextOf(item, mergeKey);
            bool isStar = name == Every;

            // Groups the manifest doesn't have are dropped by rendering; other items must be there.
            bool isFound = key == "workerGroupSpecs";
            for (int i = 0; i < left.Count; i++)
            {
                bool isMeant =
                    mergeKey is null || name is null
                        ? StrategicMerge.AreEqual(left[i], item)
                        : isStar
                            || ManifestNodes.TextOf(left[i], mergeKey) == name
                            // Ray's container is the first, whatever a manifest of others calls it.
                            || (
                                missing is not null
                                && i == 0
                                && key == "containers"
                                && name is "ray-head" or "ray-worker"
                            );
                if (!isMeant)
                {
                    continue;
                }

                isFound = true;
                if (mergeKey is null || name is null)
                {
                    size++;
                    left.RemoveAt(i--);
                    break;
                }

                // The key stays: it tells whose the rest is.
                YamlMapping part = (YamlMapping)item;
                if (
                    Take(
                        left[i],
                        new YamlMapping(
                            part.Span,
                            [.. part.Entries.Where(e => e.Key.Value != mergeKey)],
                            isFlow: false
                        ),
                        ref size,
                        missing,
                        path
                    )
                    is not YamlMapping rest
                )
                {
                    return null;
                }

                if (rest.Entries.Length == 1 && key is not ("workerGroupSpecs" or "containers"))
                {
                    left.RemoveAt(i--);
                }
                else
                {
                    left[i] = rest;
                }
            }

            if (!isFound && !Missed(missing, path))
            {
                return null;
            }
        }

        return new YamlSequence(from.Span, [.. left], isFlow: false);
    }
}
