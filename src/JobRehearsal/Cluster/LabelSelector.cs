namespace Rayquest.JobRehearsal.Cluster;

/// <summary>Kubernetes label selectors: <c>a=b,c!=d,e,!f,g in (h,i),j notin (k)</c>.</summary>
internal static class LabelSelector
{
    public static bool Matches(string selector, IReadOnlyDictionary<string, string> labels) =>
        Parts(selector).All(part => Holds(part, labels));

    private static bool Holds(string part, IReadOnlyDictionary<string, string> labels)
    {
        if (part.StartsWith('!'))
        {
            return !labels.ContainsKey(part[1..].Trim());
        }

        var set = part.IndexOf('(', StringComparison.Ordinal);
        if (set > 0)
        {
            var head = part[..set].Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var values = part[(set + 1)..part.LastIndexOf(')')].Split(',', StringSplitOptions.TrimEntries);
            var has = labels.TryGetValue(head[0], out var value) && values.Contains(value, StringComparer.Ordinal);
            return string.Equals(head[1], "in", StringComparison.Ordinal) ? has : !has;
        }

        foreach (var (symbol, equal) in new[] { ("!=", false), ("==", true), ("=", true) })
        {
            var at = part.IndexOf(symbol, StringComparison.Ordinal);
            if (at > 0)
            {
                var same =
                    labels.TryGetValue(part[..at].Trim(), out var value)
                    && string.Equals(value, part[(at + symbol.Length)..].Trim(), StringComparison.Ordinal);
                return same == equal;
            }
        }

        return labels.ContainsKey(part);
    }

    private static IEnumerable<string> Parts(string selector)
    {
        var depth = 0;
        var start = 0;
        for (var index = 0; index <= selector.Length; index++)
        {
            if (index == selector.Length || (selector[index] == ',' && depth == 0))
            {
                var part = selector[start..index].Trim();
                if (part.Length > 0)
                {
                    yield return part;
                }

                start = index + 1;
            }
            else
            {
                depth += selector[index] switch
                {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
            }
        }
    }
}
