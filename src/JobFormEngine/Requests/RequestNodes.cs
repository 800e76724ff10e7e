using System.Collections.Immutable;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobFormEngine.Requests;

/// <summary>Values of a request that stand in no file yet.</summary>
public static class RequestNodes
{
    /// <summary>Text, whatever it looks like.</summary>
    public static YamlScalar Text(string text) => new(default, text, YamlScalarStyle.Quoted);

    /// <summary>A number, a boolean, a quantity or a duration, as it is typed.</summary>
    public static YamlScalar Plain(string text) => new(default, text, YamlScalarStyle.Plain);

    /// <summary>A mapping.</summary>
    public static YamlMapping Mapping(params IEnumerable<(string Key, YamlNode Value)> entries) =>
        new(default, [.. entries.Select(e => new YamlEntry(Plain(e.Key), e.Value))], isFlow: true);

    /// <summary>A list.</summary>
    public static YamlSequence List(params IEnumerable<YamlNode> items) => new(default, [.. items], isFlow: true);

    /// <summary>Whether two values are the same, however they are written.</summary>
    public static bool AreSame(YamlNode? left, YamlNode? right) =>
        (left, right) switch
        {
            (null, null) => true,
            (YamlScalar a, YamlScalar b) => a.IsNull || b.IsNull
                ? a.IsNull && b.IsNull
                : a.Value == b.Value && a.KindName == b.KindName,
            (YamlMapping a, YamlMapping b) => a.Entries.Length == b.Entries.Length
                && a.Entries.All(e => b.Entry(e.Key.Value) is { } other && AreSame(e.Value, other.Value)),
            (YamlSequence a, YamlSequence b) => a.Items.Length == b.Items.Length
                && a.Items.Zip(b.Items).All(p => AreSame(p.First, p.Second)),
            _ => false,
        };

    /// <summary>The value with one place of it set, or taken away by null; what holds nothing afterwards goes too.</summary>
    public static YamlNode? With(YamlNode? node, ReadOnlySpan<object> place, YamlNode? value)
    {
        if (place.IsEmpty)
        {
            return value;
        }

        if (place[0] is int index)
        {
            ImmutableArray<YamlNode> items = node is YamlSequence list ? list.Items : [];
            YamlNode? item = With(index < items.Length ? items[index] : null, place[1..], value);
            items =
                item is null ? (index < items.Length ? items.RemoveAt(index) : items)
                : index < items.Length ? items.SetItem(index, item)
                : items.Add(item);
            return items.IsEmpty ? null : new YamlSequence(default, items, isFlow: true);
        }

        string key = (string)place[0];
        YamlMapping mapping = node as YamlMapping ?? Mapping();
        YamlNode? changed = With(mapping[key], place[1..], value);
        ImmutableArray<YamlEntry> entries = mapping.Entries;
        int at = entries.IndexOf(entries.FirstOrDefault(e => e.Key.Value == key)!);
        entries =
            changed is null ? (at >= 0 ? entries.RemoveAt(at) : entries)
            : at >= 0 ? entries.SetItem(at, new YamlEntry(entries[at].Key, changed))
            : entries.Add(new YamlEntry(Plain(key), changed));
        return entries.IsEmpty ? null : new YamlMapping(default, entries, isFlow: true);
    }
}
