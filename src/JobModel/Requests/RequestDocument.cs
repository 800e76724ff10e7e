using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Requests;

/// <summary>A request file as read: its place, its text, the request as far as it could be read, and the reader's findings.</summary>
public sealed record RequestDocument(
    string Path,
    string Team,
    YamlFile File,
    JobRequest? Request,
    IReadOnlyList<Finding> Findings
)
{
    private IReadOnlyDictionary<string, RequestTemplate>? templates;
    private YamlFile file = File;
    private JobRequest? request = Request;
    private bool isReleased;

    /// <summary>The text of the file.</summary>
    public SourceText Source { get; } = File.Source;

    /// <summary>The file; read again from its text once it was released.</summary>
    public YamlFile File
    {
        get
        {
            ReadAgain();
            return file;
        }
    }

    /// <summary>The request as far as it could be read; read again from the text once it was released.</summary>
    public JobRequest? Request
    {
        get
        {
            ReadAgain();
            return request;
        }
    }

    /// <summary>What its template and parameters come to; null where it has none.</summary>
    public RequestExpansion? Expansion { get; private set; }

    /// <summary>Whether all of it is known: its template is there, and its parameters fit.</summary>
    public bool IsComplete => Expansion is not { IsComplete: false };

    /// <summary>The mapping that is read as the request: the file's own, or what its template and parameters make of it.</summary>
    public YamlMapping? Root
    {
        get
        {
            ReadAgain();
            return Expansion?.Root ?? file.Root as YamlMapping;
        }
    }

    /// <summary>The file's name without its ending.</summary>
    public string FileName => RequestPath.NameOf(Path);

    /// <summary>Whether the reader found an error, so that nothing may be rendered.</summary>
    public bool HasErrors => Findings.Any(f => f.Severity == Severity.Error);

    /// <summary>
    /// Lets go of all that can be read again from the text, when every rule has seen it: a run over a repository holds all its
    /// requests to the end, and each collection would copy what hardly anybody looks at again. A file with faults is kept.
    /// </summary>
    public void Release()
    {
        if (Findings.Count == 0)
        {
            file = new YamlFile(Source, [], [], IsPartial: false);
            request = null;
            isReleased = true;
        }
    }

    private void ReadAgain()
    {
        if (isReleased)
        {
            FindingBag none = new();
            file = YamlReader.Parse(Source, YamlLimits.Request, none);
            Expansion = RequestExpansion.Of(file, templates, none);
            request = JobRequestFormat.Read(file, none, Expansion);
            isReleased = false;
        }
    }

    /// <summary>Reads a request from the bytes of its file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What is in it.</param>
    /// <param name="templates">The platform's templates; null where only what the request says itself is asked for.</param>
    public static RequestDocument Read(
        string path,
        ReadOnlySpan<byte> bytes,
        IReadOnlyDictionary<string, RequestTemplate>? templates = null
    )
    {
        FindingBag findings = new();
        YamlFile nodes = YamlReader.Read(path, bytes, YamlLimits.Request, findings);
        RequestExpansion? expansion = RequestExpansion.Of(nodes, templates, findings);
        JobRequest? read = JobRequestFormat.Read(nodes, findings, expansion);
        return new RequestDocument(
            path,
            RequestPath.TeamOf(path) ?? "",
            nodes,
            read,
            expansion is null ? findings.Findings : [.. findings.Findings.Select(expansion.Localize)]
        )
        {
            Expansion = expansion,
            templates = templates,
        };
    }
}
