using System.Globalization;
using System.Text.Json.Nodes;

namespace Rayquest.JobRehearsal.Cluster;

/// <summary>The objects of the emulated cluster, sorted the way etcd sorts them.</summary>
internal sealed class ClusterStore(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, JsonObject> objects = new(StringComparer.Ordinal);
    private long revision = 1000;

    public long Revision
    {
        get
        {
            lock (gate)
            {
                return revision;
            }
        }
    }

    public JsonObject? Get(EmulatedKind kind, string ns, string name)
    {
        lock (gate)
        {
            return objects.TryGetValue(Key(kind, ns, name), out var found) ? (JsonObject)found.DeepClone() : null;
        }
    }

    /// <summary>Stores an object, giving it what a server gives: uid, creation time, revision, generation.</summary>
    public JsonObject Put(EmulatedKind kind, JsonObject item, bool keepRevision = false)
    {
        lock (gate)
        {
            var stored = (JsonObject)item.DeepClone();
            stored["apiVersion"] ??= kind.ApiVersion;
            stored["kind"] ??= kind.Kind;
            if (stored["metadata"] is not JsonObject metadata)
            {
                stored["metadata"] = metadata = [];
            }

            var key = Key(kind, Text(metadata, "namespace"), Text(metadata, "name"));
            revision++;
            metadata["uid"] ??= $"00000000-0000-4000-8000-{revision:000000000000}";
            metadata["creationTimestamp"] ??= Now();
            metadata["generation"] ??= 1;
            if (!keepRevision || metadata["resourceVersion"] is null)
            {
                metadata["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
            }

            objects[key] = stored;
            return (JsonObject)stored.DeepClone();
        }
    }

    public bool Remove(EmulatedKind kind, string ns, string name)
    {
        lock (gate)
        {
            revision++;
            return objects.Remove(Key(kind, ns, name));
        }
    }

    public void RemoveAll(EmulatedKind kind)
    {
        lock (gate)
        {
            foreach (
                var key in objects.Keys.Where(key => key.StartsWith(Prefix(kind), StringComparison.Ordinal)).ToList()
            )
            {
                objects.Remove(key);
            }
        }
    }

    /// <summary>Text of the objects of a kind after a key, as many as asked for, and the key to go on from (empty at the end).</summary>
    public (List<string> Items, string Next, int Remaining) List(
        EmulatedKind kind,
        string? ns,
        Func<JsonObject, bool> filter,
        string after,
        int limit
    )
    {
        lock (gate)
        {
            var prefix = Prefix(kind) + (ns is null ? "" : ns + "/");
            var items = new List<string>();
            var last = "";
            var remaining = 0;
            foreach (var (key, value) in objects)
            {
                if (
                    !key.StartsWith(prefix, StringComparison.Ordinal)
                    || string.CompareOrdinal(key, after) <= 0
                    || !filter(value)
                )
                {
                    continue;
                }

                if (limit > 0 && items.Count == limit)
                {
                    remaining++;
                    continue;
                }

                items.Add(value.ToJsonString());
                last = key;
            }

            return (items, remaining > 0 ? last : "", remaining);
        }
    }

    internal static string Text(JsonObject? item, string name) =>
        item?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    internal static Dictionary<string, string> Labels(JsonObject item)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (item["metadata"]?["labels"] is JsonObject map)
        {
            foreach (var (name, value) in map)
            {
                labels[name] = value is JsonValue text && text.TryGetValue<string>(out var found) ? found : "";
            }
        }

        return labels;
    }

    private string Now() =>
        time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Prefix(EmulatedKind kind) => $"{kind.Group}/{kind.Plural}/";

    private static string Key(EmulatedKind kind, string ns, string name) =>
        Prefix(kind) + (kind.Namespaced ? $"{ns}/{name}" : name);
}
