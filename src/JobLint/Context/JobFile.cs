using System.Text;

namespace Rayquest.JobLint.Context;

/// <summary>A file under <c>jobs/</c> as it stands.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="FirstLine">Its first line, for showing.</param>
/// <param name="Header">Its header; null when it has none of ours.</param>
/// <param name="IsIntact">Whether the content is what the header says.</param>
internal sealed record JobFile(string Path, string FirstLine, JobHeader? Header, bool IsIntact)
{
    private const int MetadataLength = 4096;

    /// <summary>The namespace of its first object; empty where none is said.</summary>
    public string Namespace { get; private init; } = "";

    /// <summary>The first line.</summary>
    public SourceSpan Top => new(new SourceText(Path, FirstLine), new TextSpan(0, FirstLine.Length));

    /// <summary>The files a run has to look at: all of them, or those a change touches.</summary>
    public static IEnumerable<JobFile> Of(RepositoryContext context)
    {
        IEnumerable<string> paths =
            context.Base is not null
                ? context.ChangedPaths.Where(p => p.StartsWith(RequestPath.Jobs, StringComparison.Ordinal))
            : context.IsWhole ? context.JobEntries.Select(e => e.Path)
            : [];
        return Of(context, paths);
    }

    /// <summary>Every file there is, whatever the change touches.</summary>
    public static IEnumerable<JobFile> All(RepositoryContext context) =>
        context.Base is null && context.IsWhole
            ? context.JobFiles
            : Of(context, context.JobEntries.Select(e => e.Path));

    private static IEnumerable<JobFile> Of(RepositoryContext context, IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            string file = path[(path.LastIndexOf('/') + 1)..];
            if (file is not (".gitkeep" or "README.md") && context.Tree.Read(path) is { } bytes)
            {
                yield return Read(path, bytes);
            }
        }
    }

    private static JobFile Read(string path, ReadOnlyMemory<byte> bytes)
    {
        JobHeader? header = JobHeader.Read(bytes, out int body);
        int end = bytes.Span.IndexOf((byte)'\n');
        return new JobFile(
            path,
            Encoding.UTF8.GetString(bytes.Span[..(end < 0 ? Math.Min(bytes.Length, 200) : end)]),
            header,
            header is not null && JobHeader.Digest(bytes.Span[body..]) == header.ContentDigest
        )
        {
            Namespace = NamespaceOf(bytes.Span[..Math.Min(bytes.Length, MetadataLength)]),
        };
    }

    // As it is rendered: two blanks before it, in the object's metadata.
    private static string NamespaceOf(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> key = "\n  namespace: "u8;
        int at = text.IndexOf(key);
        if (at < 0)
        {
            return "";
        }

        ReadOnlySpan<byte> rest = text[(at + key.Length)..];
        int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        return Encoding.UTF8.GetString(rest[..(end < 0 ? rest.Length : end)]).Trim('"', '\'', ' ');
    }
}
