using System.Text;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>A request with some keys of its own changed and everything else left as it was written.</summary>
internal static class RequestEdit
{
    /// <summary>The request's new bytes; null where it can't be read, or isn't written line by line.</summary>
    /// <param name="to">The path it will have.</param>
    /// <param name="changes">Values by key; null takes the key away.</param>
    /// <param name="isMeant">Whether the result says what it should: a text that is changed by lines is read again.</param>
    public static byte[]? Of(
        string path,
        ReadOnlyMemory<byte> request,
        string to,
        IReadOnlyList<(string Key, string? Value)> changes,
        Func<JobRequest, bool> isMeant
    )
    {
        RequestDocument before = RequestDocument.Read(path, request.Span);
        if (before.HasErrors || before.File.Documents is not [YamlMapping root, ..] || !IsByLines(root))
        {
            return null;
        }

        SourceText source = root.Span.Source;
        string text = source.Text;
        string added = "";
        // From the end on, so that what stands before keeps its place.
        foreach (
            (string key, string? value) in changes.OrderByDescending(c => root[c.Key]?.Span.Span.Start ?? int.MaxValue)
        )
        {
            if (root.Entries.FirstOrDefault(e => e.Key.Value == key) is not { } entry)
            {
                added += value is null ? "" : $"{key}: {value}\n";
                continue;
            }

            text = value is null
                ? text.Remove(entry.Key.Span, entry.Value.Span, source)
                : $"{text[..entry.Value.Span.Span.Start]}{value}{text[entry.Value.Span.Span.End..]}";
        }

        int first = source.OffsetOfLine(root.Entries[0].Key.Span.Start.Line);
        // At the end, as a person would; where the file ends otherwise, above the first key.
        string[] ways =
        [
            added.Length == 0 || text.EndsWith('\n') ? text + added : $"{text}\n{added}",
            text.Insert(first, added),
        ];
        foreach (string way in ways)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(way);
            RequestDocument after = RequestDocument.Read(to, bytes);
            if (!after.HasErrors && after.Request is { } read && isMeant(read))
            {
                return bytes;
            }
        }

        return null;
    }

    private static bool IsByLines(YamlMapping root) =>
        root.Entries.DistinctBy(e => e.Key.Span.Start.Line).Count() == root.Entries.Length;

    private static string Remove(this string text, SourceSpan key, SourceSpan value, SourceText source)
    {
        int from = source.OffsetOfLine(key.Start.Line);
        int end = text.IndexOf('\n', Math.Min(value.Span.End, text.Length));
        return end < 0 ? text[..from] : text[..from] + text[(end + 1)..];
    }
}
