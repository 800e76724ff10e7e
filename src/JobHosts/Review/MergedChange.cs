using Rayquest.JobHosts.Git;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Review;

/// <summary>What merging a head into a branch would change, read from Git objects alone.</summary>
/// <param name="Tip">The branch as it is.</param>
/// <param name="Head">The head; nothing of it is checked out.</param>
/// <param name="Fork">Where the head left the branch: what GitHub's diff starts from.</param>
/// <param name="Base">The tree of the tip.</param>
/// <param name="Result">The tree after the merge; the base itself where an obstacle is in the way.</param>
/// <param name="ResultTree">Its object; null with an obstacle.</param>
public sealed record MergedChange(
    ObjectId Tip,
    ObjectId Head,
    ObjectId Fork,
    CommitTree Base,
    CommitTree Result,
    ObjectId? ResultTree,
    IReadOnlyList<string> ChangedPaths,
    MergeObstacle Obstacle,
    IReadOnlyList<string> Conflicts
)
{
    /// <summary>The change as it is assessed; who and what else is known is added by the caller.</summary>
    public AssessmentInput Input(GitRepository git) =>
        new()
        {
            Base = Base,
            Result = Result,
            ChangedPaths = ChangedPaths,
            Obstacle = Obstacle,
            Conflicts = Conflicts,
            Fork = Fork == Tip ? null : new CommitTree(git, Fork),
        };
}

/// <summary>Works out what merges bring. What one head's author made unreadable is a verdict on that head, and no fault.</summary>
public sealed class ChangeReader(GitRepository git)
{
    private readonly Dictionary<ObjectId, CommitTree> trees = [];

    /// <summary>What a head would change on a branch.</summary>
    /// <exception cref="GitException">Git failed.</exception>
    public MergedChange Read(ObjectId tip, ObjectId head)
    {
        CommitTree before = TreeOf(tip);
        ObjectId fork = git.MergeBase(tip, head) ?? tip;
        string[] own;
        try
        {
            // First, since it is bounded: a tree of millions of paths would keep the merge busy.
            own = [.. git.Diff(fork, head).Select(c => c.Path)];
        }
        catch (TooManyEntries)
        {
            return Stopped(MergeObstacle.Unreadable, [], []);
        }

        // Nothing happened on the branch meanwhile: the merge is the head.
        TreeMerge merge = fork == tip ? new TreeMerge(git.ReadCommit(head).Tree, []) : git.Merge(tip, head);
        if (merge.Tree is not { } tree)
        {
            return Stopped(MergeObstacle.Conflict, own, merge.Conflicts);
        }

        try
        {
            IReadOnlyList<TreeChange> changes = git.Diff(tip, tree);
            string[] changed = [.. changes.Select(c => c.Path)];
            if (
                ChangePaths.KindOf(changed) != ChangeKind.Ordinary
                && git.RebaseTree(tip, head) is { } rebased
                && rebased != tree
            )
            {
                return Stopped(MergeObstacle.RebaseDiffers, changed, []);
            }

            return new MergedChange(
                tip,
                head,
                fork,
                before,
                before.After(tree, changes),
                tree,
                changed,
                MergeObstacle.None,
                []
            );
        }
        catch (TooManyEntries)
        {
            return Stopped(MergeObstacle.Unreadable, own, []);
        }

        MergedChange Stopped(MergeObstacle obstacle, IReadOnlyList<string> changed, IReadOnlyList<string> conflicts) =>
            new(tip, head, fork, before, before, null, changed, obstacle, conflicts);
    }

    /// <summary>What a queue or a push has made of a branch already: the difference of two commits.</summary>
    public MergedChange Between(ObjectId tip, ObjectId result) =>
        new(
            tip,
            result,
            tip,
            TreeOf(tip),
            TreeOf(result),
            git.ReadCommit(result).Tree,
            [.. git.Diff(tip, result).Select(c => c.Path)],
            MergeObstacle.None,
            []
        );

    /// <summary>A commit's tree, listed once.</summary>
    public CommitTree TreeOf(ObjectId commit)
    {
        if (!trees.TryGetValue(commit, out CommitTree? tree))
        {
            trees[commit] = tree = new CommitTree(git, commit);
        }

        return tree;
    }
}
