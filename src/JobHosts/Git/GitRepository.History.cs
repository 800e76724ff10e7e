namespace Rayquest.JobHosts.Git;

/// <summary>The part that walks a branch's own commits.</summary>
public sealed partial class GitRepository
{
    /// <summary>
    /// The commits of a branch that touch a folder, the oldest first, along first parents: what happened on the branch,
    /// not on what was merged into it.
    /// </summary>
    /// <param name="since">Left out with everything before it; null for the whole history.</param>
    public IReadOnlyList<ObjectId> FirstParents(ObjectId? since, ObjectId head, string folder)
    {
        string[] range = since is { } from ? [head.ToString(), $"^{from}"] : [head.ToString()];
        var output = git.Run([
            "rev-list",
            "--first-parent",
            "--reverse",
            "--diff-merges=first-parent",
            .. range,
            "--",
            folder,
        ]);
        return [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ObjectId.Parse)];
    }

    /// <summary>The last commit of a branch, at or before one of its commits, that touched a path; null when none did.</summary>
    public ObjectId? LastChange(ObjectId head, string path)
    {
        var output = git.Run([
            "rev-list",
            "--first-parent",
            "--max-count=1",
            "--diff-merges=first-parent",
            head.ToString(),
            "--",
            path,
        ]);
        var line = output.Text.TrimEnd('\n');
        return line.Length == 0 ? null : ObjectId.Parse(line);
    }
}
