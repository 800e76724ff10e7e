using System.Text;

namespace Rayquest.JobLint.Rules.RenderedJobs;

/// <summary>A file under <c>jobs/</c> as it stands; header is null when it has none of ours.</summary>
internal sealed record RenderedFile(string Path, ReadOnlyMemory<byte> Bytes, JobHeader? Header, int Body)
{
    /// <summary>The first line.</summary>
    public SourceSpan Top
    {
        get
        {
            int end = Bytes.Span.IndexOf((byte)'\n');
            string first = Encoding.UTF8.GetString(Bytes.Span[..(end < 0 ? Math.Min(Bytes.Length, 200) : end)]);
            return new SourceSpan(new SourceText(Path, first), new TextSpan(0, first.Length));
        }
    }

    /// <summary>The files a run has to look at: all of them, or those a change touches.</summary>
    public static IEnumerable<RenderedFile> Of(RepositoryContext context)
    {
        IEnumerable<string> paths =
            context.Base is not null ? context.ChangedPaths.Where(p => p.StartsWith(RequestPath.Jobs, StringComparison.Ordinal))
            : context.IsWhole ? context.Tree.List(RequestPath.Jobs).Select(e => e.Path)
            : [];
        foreach (string path in paths)
        {
            string file = path[(path.LastIndexOf('/') + 1)..];
            if (file is ".gitkeep" or "README.md" || context.Tree.Read(path) is not { } bytes)
            {
                continue;
            }

            JobHeader? header = JobHeader.Read(bytes, out int body);
            yield return new RenderedFile(path, bytes, header, body);
        }
    }
}
