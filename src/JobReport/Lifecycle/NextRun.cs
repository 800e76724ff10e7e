using System.Globalization;
using System.Text;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>Asks for the same again: the request with its <c>run</c> raised and everything else left as it was written.</summary>
public static class NextRun
{
    private const int MostTries = 100;

    /// <summary>The request's new bytes; null where it can't be read, or can't be changed by a line.</summary>
    /// <param name="owner">Who answers for the job, where the request doesn't say; null to leave that open.</param>
    /// <param name="isFree">Whether the request, as it would be, asks for jobs that never ran before.</param>
    /// <param name="templates">The platform's templates; null where they aren't known.</param>
    public static byte[]? Of(
        string path,
        ReadOnlyMemory<byte> request,
        string? owner,
        Func<RequestDocument, bool> isFree,
        IReadOnlyDictionary<string, RequestTemplate>? templates = null
    )
    {
        RequestDocument before = RequestDocument.Read(path, request.Span, templates);
        if (before.HasErrors || before.Request is not { } read || before.File.Documents is not [YamlMapping root, ..])
        {
            return null;
        }

        int run = read.Run?.Value ?? 1;
        for (int next = run + 1; next <= run + MostTries; next++)
        {
            if (Raised(path, root, read, next, read.Owner is null ? owner : null, templates) is not { } raised)
            {
                return null;
            }

            if (isFree(raised.Document))
            {
                return raised.Bytes;
            }
        }

        return null;
    }

    private static (RequestDocument Document, byte[] Bytes)? Raised(
        string path,
        YamlMapping root,
        JobRequest read,
        int next,
        string? owner,
        IReadOnlyDictionary<string, RequestTemplate>? templates
    )
    {
        SourceText source = root.Span.Source;
        string text = source.Text;
        string added = owner is null ? "" : $"owner: {owner}\n";
        if (read.Run is { } there)
        {
            text = string.Create(
                CultureInfo.InvariantCulture,
                $"{text[..there.Span.Span.Start]}{next}{text[there.Span.Span.End..]}"
            );
        }
        else
        {
            added = string.Create(CultureInfo.InvariantCulture, $"run: {next}\n{added}");
        }

        // At the end, as a person would; where the file ends otherwise (a closing brace, a marker) above the first key.
        int first = source.OffsetOfLine(root.Entries[0].Key.Span.Start.Line);
        string[] ways =
        [
            added.Length == 0 || text.EndsWith('\n') ? text + added : $"{text}\n{added}",
            text.Insert(first, added),
        ];
        foreach (string way in ways)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(way);
            RequestDocument document = RequestDocument.Read(path, bytes, templates);
            if (
                !document.HasErrors
                && document.Request is { } after
                && after.Run?.Value == next
                && after.Name?.Value == read.Name?.Value
                && (owner is null || after.Owner?.Value == owner)
            )
            {
                return (document, bytes);
            }
        }

        return null;
    }
}
