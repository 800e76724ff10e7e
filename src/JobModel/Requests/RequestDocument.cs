using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;
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
    /// <summary>The file; without its nodes once they were released.</summary>
    public YamlFile File { get; private set; } = File;

    /// <summary>The file's name without its ending.</summary>
    public string FileName => RequestPath.NameOf(Path);

    /// <summary>Whether the reader found an error, so that nothing may be rendered.</summary>
    public bool HasErrors => Findings.Any(f => f.Severity == Severity.Error);

    /// <summary>
    /// Lets go of the nodes of the file, when every rule has seen them: a run holds all its requests to the end, and each
    /// collection would copy what nobody will look at again.
    /// </summary>
    public void ReleaseNodes() => File = File with { Documents = [], Comments = [] };

    /// <summary>Reads a request from the bytes of its file.</summary>
    public static RequestDocument Read(string path, ReadOnlySpan<byte> bytes)
    {
        FindingBag findings = new();
        YamlFile file = YamlReader.Read(path, bytes, YamlLimits.Request, findings);
        JobRequest? request = JobRequestFormat.Read(file, findings);
        return new RequestDocument(path, RequestPath.TeamOf(path) ?? "", file, request, findings.Findings);
    }
}
