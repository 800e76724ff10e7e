using System.Globalization;
using System.IO.Compression;
using System.Text;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobFormEngine.Requests;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Yaml;
using Rayquest.JobReport.Comment;

namespace Rayquest.JobFormEngine.Links;

/// <summary>A link, and whether it is short enough for the place it leads to.</summary>
public sealed record SizedLink(string Url, int Bytes)
{
    /// <summary>
    /// Longest address that is opened. GitHub answers longer ones than about 8,000 bytes with 414; some proxies give up earlier.
    /// </summary>
    public const int Longest = 6 * 1024;

    public bool Fits => Bytes <= Longest;

    internal static SizedLink Of(string url) => new(url, Encoding.UTF8.GetByteCount(url));
}

/// <summary>Where a request can go from the page: GitHub's own pages with the file filled in.</summary>
public static class FormLinks
{
    /// <summary>GitHub's page for a new file, filled in; who may not write is offered a fork there. Null where the repository isn't known.</summary>
    public static SizedLink? NewFile(FormSnapshot snapshot, string path, string text) =>
        snapshot.Repository is { } repository
            ? SizedLink.Of(
                $"{repository}/new/{Segments(snapshot.Branch)}?filename={Uri.EscapeDataString(path)}&value={Uri.EscapeDataString(text)}"
            )
            : null;

    /// <summary>GitHub's page for a new file with its name alone, for a text that is pasted.</summary>
    public static string? EmptyFile(FormSnapshot snapshot, string path) =>
        snapshot.Repository is { } repository
            ? $"{repository}/new/{Segments(snapshot.Branch)}?filename={Uri.EscapeDataString(path)}"
            : null;

    /// <summary>GitHub's editor of a file that is there; it takes no text, so that is pasted.</summary>
    public static string? EditFile(FormSnapshot snapshot, string path) =>
        snapshot.Repository is { } repository
            ? $"{repository}/edit/{Segments(snapshot.Branch)}/{Segments(path)}"
            : null;

    /// <summary>A rule's page in the repository.</summary>
    public static string? RulePage(FormSnapshot snapshot, string helpPath) =>
        snapshot.Repository is { } repository ? $"{repository}/blob/{Segments(snapshot.Branch)}/{helpPath}" : null;

    /// <summary>
    /// GitHub's issue form, filled in, for who has no write access and no fork. Null where the repository isn't known, and where
    /// the request says what the issue form doesn't ask for.
    /// </summary>
    public static SizedLink? Issue(FormSnapshot snapshot, string team, YamlMapping? request)
    {
        if (
            snapshot.Repository is not { } repository
            || request is null
            || IssueFields(team, request) is not { } fields
        )
        {
            return null;
        }

        IEnumerable<string> query = fields.Select(f => $"{f.Id}={Uri.EscapeDataString(f.Value)}");
        return SizedLink.Of($"{repository}/issues/new?template=ray-job.yml&{string.Join('&', query)}");
    }

    private static List<(string Id, string Value)>? IssueFields(string team, YamlMapping request)
    {
        List<(string, string)> fields = [("team", team)];
        foreach (YamlEntry entry in request.Entries)
        {
            switch (entry.Key.Value, entry.Value)
            {
                // The author of the issue is the owner of the job.
                case ("owner", _):
                case ("kind", YamlScalar { Value: "RayJob" }):
                    break;
                case ("name", YamlScalar name):
                    fields.Add(("name", name.Value));
                    fields.Add(("title", "Ray job: " + name.Value));
                    break;
                case ("description" or "entrypoint" or "image" or "profile" or "timeout", YamlScalar word):
                    fields.Add((entry.Key.Value, word.Value));
                    break;
                case ("workers", YamlMapping workers) when WorkerFields(workers) is { } more:
                    fields.AddRange(more);
                    break;
                default:
                    return null;
            }
        }

        return fields;
    }

    private static List<(string, string)>? WorkerFields(YamlMapping workers)
    {
        List<(string, string)> fields = [];
        foreach (YamlEntry entry in workers.Entries)
        {
            switch (entry.Key.Value, entry.Value)
            {
                case ("replicas", YamlMapping range)
                    when range["min"] is YamlScalar min && range["max"] is YamlScalar max:
                    fields.Add(("replicas", $"{min.Value}-{max.Value}"));
                    break;
                case ("replicas" or "cpu" or "memory" or "gpu" or "gpus", YamlScalar word):
                    fields.Add((entry.Key.Value, word.Value));
                    break;
                default:
                    return null;
            }
        }

        return fields;
    }

    private static string Segments(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}

/// <summary>What the hash of the page's address says to begin with. The hash never leaves the browser.</summary>
/// <param name="Key"><c>from</c> (a request), <c>again</c> (the same once more), <c>kind</c>, <c>example</c>, <c>request</c> (a draft, packed) or <c>text</c> (a request of a comment).</param>
public sealed record FormStart(string Key, string Value)
{
    // As much as a request may be; what unpacks to more is not read on.
    private const int Largest = 256 * 1024;

    private static readonly string[] Keys = ["from", "again", "kind", "example", "request", FormHash.Key];

    /// <summary>Reads a hash, with or without its mark; null for one that says nothing of ours.</summary>
    public static FormStart? Read(string hash)
    {
        string text = hash.TrimStart('#');
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && Array.IndexOf(Keys, text[..equals]) >= 0
            ? new FormStart(text[..equals], Uri.UnescapeDataString(text[(equals + 1)..]))
            : null;
    }

    /// <summary>The hash of a draft: its team and its text, packed.</summary>
    public static string Share(FormDraft draft)
    {
        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(Encoding.UTF8.GetBytes($"{draft.Team}\n{draft.Text}"));
        }

        return "#request=" + Convert.ToBase64String(packed.ToArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    /// <summary>The draft of a shared hash; null where it can't be read.</summary>
    public FormDraft? Shared()
    {
        if (Key == FormHash.Key)
        {
            return FormHash.Read(Value) is { } read ? new FormDraft(read.Team, read.Text) : null;
        }

        if (Key != "request")
        {
            return null;
        }

        try
        {
            string text = Value.Replace('-', '+').Replace('_', '/');
            byte[] packed = Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
            using MemoryStream source = new(packed);
            using DeflateStream inflate = new(source, CompressionMode.Decompress);
            byte[] bytes = new byte[Largest + 256];
            int count = inflate.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            string whole = Encoding.UTF8.GetString(bytes, 0, count);
            int feed = whole.IndexOf('\n', StringComparison.Ordinal);
            return count == bytes.Length || feed < 0 || !RequestPath.IsTeam(whole[..feed])
                ? null
                : new FormDraft(whole[..feed], whole[(feed + 1)..]);
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException)
        {
            return null;
        }
    }
}
