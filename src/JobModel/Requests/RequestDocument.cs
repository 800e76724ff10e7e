using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;
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
            request = JobRequestFormat.Read(file, none);
            isReleased = false;
        }
    }

    /// <summary>Reads a request from the bytes of its file.</summary>
    public static RequestDocument Read(string path, ReadOnlySpan<byte> bytes)
    {
        FindingBag findings = new();
        YamlFile nodes = YamlReader.Read(path, bytes, YamlLimits.Request, findings);
        JobRequest? read = JobRequestFormat.Read(nodes, findings);
        return new RequestDocument(path, RequestPath.TeamOf(path) ?? "", nodes, read, findings.Findings);
    }
}
