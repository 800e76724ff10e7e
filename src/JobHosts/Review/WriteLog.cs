namespace Rayquest.JobHosts.Review;

/// <summary>What an evaluation wrote. The lines are for people; what decides anything is said by members of its own.</summary>
internal sealed class WriteLog
{
    private readonly List<string> lines = [];
    private readonly HashSet<string> superseded = new(StringComparer.Ordinal);

    /// <summary>What was written, in order.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>Whether the rendering was committed to the branch.</summary>
    public bool HasCommitted { get; private set; }

    /// <summary>Notes something that was written.</summary>
    public void Add(string line) => lines.Add(line);

    /// <summary>Notes the commit of the rendering.</summary>
    public void AddCommit(string sha)
    {
        HasCommitted = true;
        lines.Add($"commit {sha[..10]}");
    }

    /// <summary>Notes a commit whose success was taken away.</summary>
    public void AddSuperseded(string sha)
    {
        superseded.Add(sha);
        lines.Add($"superseded {sha[..10]}");
    }

    /// <summary>Whether a commit's success was taken away by this evaluation.</summary>
    public bool IsSuperseded(string sha) => superseded.Contains(sha);
}
