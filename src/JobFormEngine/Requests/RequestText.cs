using System.Collections.Immutable;
using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobFormEngine.Requests;

/// <summary>
/// A request's text that a form edits, value by value: everything else stays as it was written, comments and blank lines
/// included. What an edit gives is read again, and must be the old request with that one value changed.
/// </summary>
public sealed class RequestText
{
    private static readonly string[] Order = [.. JobRequestFormat.Request.Fields.Select(f => f.Key)];

    public RequestText(string text)
    {
        Text = text;
        FindingBag faults = new();
        File = YamlReader.Parse(new SourceText("", text), YamlLimits.Request, faults);
        // What is read in part, or twice, would be written back in part.
        IsReadable =
            !File.IsPartial
            && File.Documents.Count <= 1
            && !faults.HasErrors
            && File.Root is null or YamlMapping or YamlScalar { IsNull: true };
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The text as read.</summary>
    public YamlFile File { get; }

    /// <summary>The request as a mapping; null where the text has none.</summary>
    public YamlMapping? Root => File.Root as YamlMapping;

    /// <summary>Whether it can be edited by value: it has no fault of YAML.</summary>
    public bool IsReadable { get; }

    /// <summary>The value at a place, or null.</summary>
    public YamlNode? At(FieldPlace place) => place.In(Root);

    /// <summary>The text of the scalar at a place; null for anything else.</summary>
    public string? Word(FieldPlace place) => At(place) is YamlScalar { IsNull: false } scalar ? scalar.Value : null;

    /// <summary>The text with a value set, or taken away by null; null where that can't be done without changing more.</summary>
    public string? With(FieldPlace place, YamlNode? value)
    {
        if (!IsReadable)
        {
            return null;
        }

        YamlNode? wanted = RequestNodes.With(Root, [.. place.Parts], value);
        if (RequestNodes.AreSame(wanted, Root))
        {
            return Text;
        }

        foreach (string? way in Ways(place, value, wanted as YamlMapping))
        {
            if (
                way is not null
                && new RequestText(way) is { IsReadable: true } read
                && RequestNodes.AreSame(read.Root, wanted)
            )
            {
                return way;
            }
        }

        return null;
    }

    // The smallest edit first; where it doesn't come out, the whole value of the first key is written anew, its comments lost.
    private IEnumerable<string?> Ways(FieldPlace place, YamlNode? value, YamlMapping? wanted)
    {
        yield return value is null ? Without(place) : Put(place, value);
        if (place.Parts is [string key, ..])
        {
            FieldPlace top = FieldPlace.Root.Key(key);
            YamlNode? whole = wanted?[key];
            yield return whole is null ? Without(top) : Put(top, whole);
        }
    }

    private string? Put(FieldPlace place, YamlNode value)
    {
        YamlNode? there = place.In(Root);
        if (there is not null && there is not YamlScalar { IsNull: true })
        {
            return Replace(place, there, value);
        }

        // The deepest part that is there gets the rest.
        if (place.Parts.Count > 1)
        {
            FieldPlace parent = place.Parent;
            YamlNode? holder = parent.In(Root);
            if (
                holder is null or YamlScalar { IsNull: true }
                || (holder is not YamlMapping && place.Parts[^1] is string)
            )
            {
                return Put(parent, RequestNodes.With(null, [place.Parts[^1]], value)!);
            }

            return place.Parts[^1] is int
                ? Append((YamlSequence)holder, parent, value)
                : Insert((YamlMapping)holder, (string)place.Parts[^1], value);
        }

        string key = (string)place.Parts[0];
        if (Root is { } root)
        {
            return Insert(root, key, value);
        }

        return Ended(Text) + RequestYaml.Entry(key, value, 0);
    }

    private string Replace(FieldPlace place, YamlNode there, YamlNode value)
    {
        TextSpan span = there.Span.Span;
        if (
            IsInFlow(place)
            || there is YamlScalar { Style: not YamlScalarStyle.Block } && value is YamlScalar && !IsLiteral(value)
        )
        {
            return Splice(span.Start, span.End, RequestYaml.Flow(value));
        }

        // Behind the key or the dash: from there to the end of the old value.
        int indent = Indent(place);
        int start = place.Parts[^1] is string key
            ? Text.IndexOf(':', KeyOf(place, key).Span.Span.End) + 1
            : Text.LastIndexOf('-', span.Start - 1) + 1;
        return Splice(start, ContentEnd(there), RequestYaml.Behind(value, indent, indent + 4));
    }

    private string? Insert(YamlMapping mapping, string key, YamlNode value)
    {
        // A key that is there with nothing behind it.
        if (mapping.Entry(key) is { } empty)
        {
            int colon = Text.IndexOf(':', empty.Key.Span.Span.End) + 1;
            int end = Math.Max(colon, empty.Value.Span.Span.Length > 0 ? empty.Value.Span.Span.End : colon);
            int column = empty.Key.Span.Start.Column - 1;
            return Splice(
                colon,
                end,
                mapping.IsFlow
                    ? " " + RequestYaml.Flow(value)
                    : RequestYaml.Behind(value, column, column + key.Length + 2)
            );
        }

        if (mapping.IsFlow)
        {
            string entry = $"{RequestYaml.Flow(RequestNodes.Mapping((key, value)))[1..^1]}";
            return mapping.Entries.IsEmpty
                ? Splice(mapping.Span.Span.Start, mapping.Span.Span.End, $"{{{entry}}}")
                : Splice(ContentEnd(mapping.Entries[^1].Value, mapping.Entries[^1].Key), ", " + entry);
        }

        int at = Before(mapping, key);
        int margin = mapping.Entries[0].Key.Span.Start.Column - 1;
        string lines = RequestYaml.Entry(key, value, margin);
        if (at >= 0)
        {
            return After(mapping.Entries[at], lines);
        }

        // Above the first key, unless that stands behind a dash.
        int first = mapping.Entries[0].Key.Span.Span.Start;
        int line = LineStart(first);
        return Text.AsSpan(line, first - line).Trim(' ').IsEmpty
            ? Splice(line, lines)
            : After(mapping.Entries[0], lines);
    }

    private string After(YamlEntry entry, string lines)
    {
        int end = LineEnd(ContentEnd(entry.Value, entry.Key));
        return end == Text.Length && !Text.EndsWith('\n') ? Text + "\n" + lines : Splice(end, lines);
    }

    private string Append(YamlSequence list, FieldPlace place, YamlNode value)
    {
        if (list.IsFlow)
        {
            return list.Items.IsEmpty
                ? Splice(list.Span.Span.Start, list.Span.Span.End, $"[{RequestYaml.Flow(value)}]")
                : Splice(ContentEnd(list.Items[^1]), ", " + RequestYaml.Flow(value));
        }

        int dash = Text.LastIndexOf('-', list.Items[0].Span.Span.Start - 1);
        int indent = dash - LineStart(dash);
        string item = RequestYaml.Behind(value, indent, indent + 2);
        int end = LineEnd(ContentEnd(list.Items[^1]));
        string added = $"{new string(' ', indent)}-{item}\n";
        return end == Text.Length && !Text.EndsWith('\n') ? Text + "\n" + added : Splice(end, added);
    }

    private string? Without(FieldPlace place)
    {
        YamlNode? there = place.In(Root);
        if (place.Parts.Count == 0 || (there is null && place.Parts[^1] is int))
        {
            return Text;
        }

        YamlNode? holder = place.Parent.In(Root);
        bool isLast =
            holder is YamlMapping { Entries.Length: 1 } or YamlSequence { Items.Length: 1 } && place.Parts.Count > 1;
        if (isLast)
        {
            return Without(place.Parent);
        }

        if (holder is YamlMapping mapping && mapping.Entry((string)place.Parts[^1]) is { } entry)
        {
            int index = mapping.Entries.IndexOf(entry);
            return mapping.IsFlow
                ? WithoutPart(
                    mapping.Entries.Length,
                    index,
                    i => mapping.Entries[i].Key.Span.Span.Start,
                    i => ContentEnd(mapping.Entries[i].Value, mapping.Entries[i].Key)
                )
                : WithoutLines(
                    entry.Key.Span.Span.Start,
                    ContentEnd(entry.Value, entry.Key),
                    index + 1 < mapping.Entries.Length ? mapping.Entries[index + 1].Key.Span.Span.Start : null
                );
        }

        if (holder is YamlSequence list && place.Parts[^1] is int item)
        {
            return list.IsFlow
                ? WithoutPart(
                    list.Items.Length,
                    item,
                    i => list.Items[i].Span.Span.Start,
                    i => ContentEnd(list.Items[i])
                )
                : WithoutLines(
                    Text.LastIndexOf('-', list.Items[item].Span.Span.Start - 1),
                    ContentEnd(list.Items[item]),
                    null
                );
        }

        return Text;
    }

    private string WithoutPart(int count, int index, Func<int, int> start, Func<int, int> end) =>
        index + 1 < count ? Splice(start(index), start(index + 1), "") : Splice(end(index - 1), end(index), "");

    // A key behind a dash leaves its place to the next one.
    private string WithoutLines(int start, int end, int? next)
    {
        int line = LineStart(start);
        return Text.AsSpan(line, start - line).Trim(' ').IsEmpty ? Splice(line, LineEnd(end), "")
            : next is { } follower ? Splice(start, follower, "")
            : Splice(line, LineEnd(end), "");
    }

    private string Splice(int at, string added) => Splice(at, at, added);

    private string Splice(int start, int end, string added) =>
        string.Concat(Text.AsSpan(0, start), added, Text.AsSpan(end));

    private bool IsInFlow(FieldPlace place)
    {
        for (FieldPlace at = place.Parent; ; at = at.Parent)
        {
            if (at.In(Root) is YamlMapping { IsFlow: true } or YamlSequence { IsFlow: true })
            {
                return true;
            }

            if (at.Parts.Count == 0)
            {
                return false;
            }
        }
    }

    private static bool IsLiteral(YamlNode value) =>
        RequestYaml.Behind(value, 0, 0).Contains('\n', StringComparison.Ordinal);

    private int Indent(FieldPlace place) =>
        place.Parts[^1] is string key ? KeyOf(place, key).Span.Start.Column - 1
        : Text.LastIndexOf('-', place.In(Root)!.Span.Span.Start - 1) is var dash ? dash - LineStart(dash)
        : 0;

    private YamlScalar KeyOf(FieldPlace place, string key) => ((YamlMapping)place.Parent.In(Root)!).Entry(key)!.Key;

    // Where a value's last character stands; of a block that is no more than its last line.
    private int ContentEnd(YamlNode value, YamlScalar? key = null)
    {
        int end = value switch
        {
            YamlMapping { IsFlow: false, Entries: [.., var last] } => ContentEnd(last.Value, last.Key),
            YamlSequence { IsFlow: false, Items: [.., var last] } => ContentEnd(last),
            _ => value.Span.Span.End,
        };
        int start = value.Span.Span.Start;
        while (end > start && Text[end - 1] is ' ' or '\n' or '\r' or '\t')
        {
            end--;
        }

        if (key is not null && value.Span.Span.Length == 0)
        {
            int colon = Text.IndexOf(':', key.Span.Span.End);
            return colon < 0 ? key.Span.Span.End : colon + 1;
        }

        return end;
    }

    private int LineStart(int offset) => offset == 0 ? 0 : Text.LastIndexOf('\n', offset - 1) + 1;

    // The start of the next line.
    private int LineEnd(int offset) => Text.IndexOf('\n', offset) is >= 0 and int feed ? feed + 1 : Text.Length;

    // The last entry that comes before the key in the order of the reference; -1 for none.
    private static int Before(YamlMapping mapping, string key)
    {
        int rank = Array.IndexOf(Order, key);
        int found = -1;
        for (int i = 0; i < mapping.Entries.Length; i++)
        {
            int other = Array.IndexOf(Order, mapping.Entries[i].Key.Value);
            if (rank < 0 || other < 0 || other < rank)
            {
                found = i;
            }
        }

        return found;
    }

    private static string Ended(string text) => text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";
}
