using System.Globalization;
using System.Text;

namespace Rayquest.JobHosts.Git;

/// <summary>What Git makes of a merge of two commits. Nothing is committed and no reference moves.</summary>
/// <param name="Tree">The merged tree; null when they conflict.</param>
/// <param name="Conflicts">The paths in conflict, ordinal.</param>
public sealed record TreeMerge(ObjectId? Tree, IReadOnlyList<string> Conflicts);

/// <summary>The part that works out what a merge would bring.</summary>
public sealed partial class GitRepository
{
    private const int MostConflicts = 50;

    // A commit that only exists to tell merge-tree its merge base: the same bytes on any machine.
    private static readonly Signature Nobody = new("rayquest", "rayquest@localhost", DateTimeOffset.UnixEpoch);

    /// <summary>The three-way merge of a branch's tip and a head: what GitHub's merge button and its squash would make.</summary>
    public TreeMerge Merge(ObjectId ours, ObjectId theirs)
    {
        string[] arguments =
        [
            "merge-tree",
            "--write-tree",
            "--no-messages",
            "--name-only",
            "-z",
            ours.ToString(),
            theirs.ToString(),
        ];
        var result = git.Try(arguments);
        if (result.ExitCode is not (0 or 1))
            throw GitProgram.Fault(arguments, result);
        var records = Records(result.Output).Select(record => Encoding.UTF8.GetString(record.Span)).ToList();
        return result.ExitCode == 0
            ? new TreeMerge(ObjectId.Parse(records[0]), [])
            : new TreeMerge(null, [.. records.Skip(1).Distinct().Order(StringComparer.Ordinal).Take(MostConflicts)]);
    }

    /// <summary>The merged tree of two commits; null when they conflict.</summary>
    public ObjectId? MergeTree(ObjectId ours, ObjectId theirs) => Merge(ours, theirs).Tree;

    /// <summary>
    /// What GitHub's rebase would make: the commits of the head that the tip lacks, merges left out, each put on top of the one
    /// before. It may differ from the merge, silently: a commit and its reversal cancel out in a merge, and undo in a rebase
    /// what the base had meanwhile got by other means. Null when one conflicts, or there are more than GitHub rebases.
    /// </summary>
    public ObjectId? RebaseTree(ObjectId tip, ObjectId head)
    {
        const int most = 100;
        string[] range = [head.ToString(), $"^{tip}"];
        var listed = git.Run([
            "rev-list",
            "--reverse",
            "--topo-order",
            "--no-merges",
            string.Create(CultureInfo.InvariantCulture, $"--max-count={most + 1}"),
            .. range,
        ]);
        ObjectId[] commits = [.. listed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ObjectId.Parse)];
        if (commits.Length > most)
            return null;
        var tree = ReadCommit(tip).Tree;
        foreach (var commit in commits)
        {
            var info = ReadCommit(commit);
            if (info.Parents is not [var parent])
                return null;
            if (ReadCommit(parent).Tree == tree)
            {
                tree = info.Tree;
                continue;
            }

            // Both sides have one parent, which is therefore their merge base.
            var onto = WriteCommit(tree, [parent], Nobody, Nobody, "onto");
            if (MergeTree(onto, commit) is not { } next)
                return null;
            tree = next;
        }

        return tree;
    }

    /// <summary>The commits of a head that a base lacks, the newest first; at most <paramref name="most"/> of them.</summary>
    public IReadOnlyList<ObjectId> Ahead(ObjectId tip, ObjectId head, int most)
    {
        var listed = git.Run([
            "rev-list",
            string.Create(CultureInfo.InvariantCulture, $"--max-count={most}"),
            head.ToString(),
            $"^{tip}",
        ]);
        return [.. listed.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ObjectId.Parse)];
    }

    /// <summary>The object at a path of a commit or tree; null when there is none.</summary>
    public ObjectId? IdAt(ObjectId treeish, string path)
    {
        if (!IsOneLine(path))
            return null;
        if (objects.Describe([$"{treeish}:{path}"])[0] is { } here)
            return here.Id;
        // Of what a remote still owes only its name is here.
        return promised is null ? null
            : ListTree(treeish, path) is [{ Mode: not EntryMode.Submodule } entry] && entry.Path == path ? entry.Id
            : null;
    }
}
