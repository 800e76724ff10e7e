using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Rayquest.JobModel.Plans;

/// <summary>How many GPUs of each type, ordinal by type; few in number, so that looking through them is quick.</summary>
public sealed class GpuCounts : IReadOnlyDictionary<string, long>
{
    private readonly string[] types;
    private readonly long[] counts;

    private GpuCounts(string[] types, long[] counts)
    {
        this.types = types;
        this.counts = counts;
    }

    /// <summary>None at all.</summary>
    public static GpuCounts None { get; } = new([], []);

    /// <inheritdoc/>
    public int Count => types.Length;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => types;

    /// <inheritdoc/>
    public IEnumerable<long> Values => counts;

    /// <inheritdoc/>
    public long this[string key] =>
        TryGetValue(key, out long count)
            ? count
            : throw new KeyNotFoundException($"there is no GPU type `{key}` in it");

    /// <summary>What a dictionary holds.</summary>
    public static GpuCounts Of(IReadOnlyDictionary<string, long> counts)
    {
        string[] names = [.. counts.Keys];
        Array.Sort(names, StringComparer.Ordinal);
        return names.Length == 0 ? None : new GpuCounts(names, Array.ConvertAll(names, name => counts[name]));
    }

    /// <summary>The same with more of one type.</summary>
    public GpuCounts With(string type, long more) => With(new GpuCounts([type], [more]));

    /// <summary>Both together.</summary>
    public GpuCounts With(GpuCounts more)
    {
        if (Count == 0 || more.Count == 0)
        {
            return Count == 0 ? more : this;
        }

        List<string> sumTypes = new(Count + more.Count);
        List<long> sums = new(Count + more.Count);
        int own = 0;
        int other = 0;
        while (own < Count || other < more.Count)
        {
            int order =
                own == Count ? 1
                : other == more.Count ? -1
                : string.CompareOrdinal(types[own], more.types[other]);
            sumTypes.Add(order <= 0 ? types[own] : more.types[other]);
            sums.Add((order <= 0 ? counts[own++] : 0) + (order >= 0 ? more.counts[other++] : 0));
        }

        return new GpuCounts([.. sumTypes], [.. sums]);
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out long value)
    {
        int index = Array.BinarySearch(types, key, StringComparer.Ordinal);
        value = index < 0 ? 0 : counts[index];
        return index >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, long>> GetEnumerator()
    {
        for (int i = 0; i < types.Length; i++)
        {
            yield return new KeyValuePair<string, long>(types[i], counts[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
