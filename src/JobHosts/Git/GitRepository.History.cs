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
        var output = git.Run(["rev-list", "--first-parent", "--reverse", "--diff-merges=first-parent", .. range, "--", folder]);
        return [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ObjectId.Parse)];
    }
}
