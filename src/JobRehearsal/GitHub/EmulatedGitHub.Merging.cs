using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>The three ways of merging, with real commits: what GitHub makes of a head and a base.</summary>
public sealed partial class EmulatedGitHub
{
    private readonly Dictionary<(ObjectId Base, ObjectId Head), ObjectId?> merges = [];

    // What GitHub made itself it has signed; a name in a commit's header proves nothing.
    private readonly HashSet<ObjectId> signed = [];

    private Reply MergePull(EmulatedPull pull, EmulatedUser user, JsonObject body)
    {
        var method = Text(body, "merge_method") switch
        {
            null or "merge" => PullRequestMergeMethod.Merge,
            "squash" => PullRequestMergeMethod.Squash,
            "rebase" => PullRequestMergeMethod.Rebase,
            _ => throw Invalid("PullRequest", "merge_method", "invalid"),
        };
        if (Text(body, "sha") is { } sha && sha != pull.HeadSha.ToString())
            throw new ApiFault(409, "Head branch was modified. Review and try the merge again.");
        var merge = Merge(pull, user, method, Text(body, "commit_title"), Text(body, "commit_message"));
        return new Reply(
            200,
            new JsonObject
            {
                ["sha"] = merge.ToString(),
                ["merged"] = true,
                ["message"] = "Pull Request successfully merged",
            }
        );
    }

    private ObjectId Merge(
        EmulatedPull pull,
        EmulatedUser user,
        PullRequestMergeMethod method,
        string? title,
        string? text
    )
    {
        if (!pull.IsOpen || pull.Draft || pull.HeadSha == pull.BaseSha)
            throw new ApiFault(405, "Pull Request is not mergeable");
        if (!options.MergeMethods.Contains(method))
            throw new ApiFault(405, $"{MethodName(method)} are not allowed on this repository.");
        if (MergeRefusal(pull, user, method) is { } refusal)
            throw new ApiFault(405, refusal);
        if (Combine(pull, pull.BaseSha, user, method, title, text) is not { } commit)
            throw new ApiFault(
                405,
                method == PullRequestMergeMethod.Rebase
                    ? "This branch can't be rebased"
                    : "Pull Request has merge conflicts"
            );
        if (Git.UpdateReference("refs/heads/" + pull.BaseBranch, commit, pull.BaseSha) == ReferenceUpdate.Moved)
            throw new ApiFault(405, "Base branch was modified. Review and try the merge again.");
        Record("refs/heads/" + pull.BaseBranch, pull.BaseSha, commit, user, ActivityType.PullRequestMerge);
        MarkMerged(pull, user, commit);
        FollowBranches();
        return commit;
    }

    private void MarkMerged(EmulatedPull pull, EmulatedUser user, ObjectId commit)
    {
        pull.MergedAt = Clock.GetUtcNow();
        pull.MergedBy = user;
        pull.MergeCommit = commit;
        pull.AutoMerge = null;
        SetState(pull, open: false);
        Notify(pull, "closed", user);
    }

    private void TryAutoMerge(EmulatedPull pull)
    {
        if (pull is not { IsOpen: true, Draft: false, AutoMerge: { } method, QueueEntry: null } || Unmet(pull).Any())
            return;
        if (MergedTree(pull) is null)
            return;
        if (QueueRuleOf(pull.BaseBranch) is not null)
            Enqueue(pull, pull.AutoMergeBy!, expectedHead: null, jump: false);
        else
            Merge(pull, pull.AutoMergeBy!, method, null, null);
    }

    /// <summary>The commit that merging a head onto a commit makes; null where the two conflict.</summary>
    private ObjectId? Combine(
        EmulatedPull pull,
        ObjectId onto,
        EmulatedUser by,
        PullRequestMergeMethod method,
        string? title = null,
        string? text = null
    )
    {
        if (method == PullRequestMergeMethod.Rebase)
            return Replay(pull, onto, by);
        if (MergedTree(onto, pull.HeadSha) is not { } tree)
            return null;
        var at = Tick();
        var squash = method == PullRequestMergeMethod.Squash;
        var author = squash ? pull.Author : by;
        var headline =
            title
            ?? (
                squash
                    ? $"{pull.Title} (#{pull.Number})"
                    : $"Merge pull request #{pull.Number} from {pull.HeadOwner}/{pull.HeadBranch}"
            );
        var commit = Git.WriteCommit(
            tree,
            squash ? [onto] : [onto, pull.HeadSha],
            PersonOf(author, at),
            Machine() with
            {
                When = at,
            },
            $"{headline}\n\n{text ?? (squash ? SquashText(pull) : pull.Title)}\n"
        );
        signed.Add(commit);
        return commit;
    }

    // The text GitHub proposes: the messages of all commits.
    private string SquashText(EmulatedPull pull) =>
        string.Join('\n', CommitsOf(pull).Select(commit => "* " + commit.Message.TrimEnd('\n')));

    // Every commit that is no merge, one after the other on the base; new commits even where the base is below them.
    private ObjectId? Replay(EmulatedPull pull, ObjectId onto, EmulatedUser by)
    {
        var tip = onto;
        foreach (var commit in CommitsOf(pull).Where(commit => commit.Parents.Count == 1))
        {
            // A stand-in for the tip whose only parent is the commit's: their merge base is that parent then.
            var standIn = Git.WriteCommit(
                Git.ReadCommit(tip).Tree,
                commit.Parents,
                Machine(),
                Machine(),
                "stand-in for a replay"
            );
            if (Git.MergeTree(standIn, commit.Id) is not { } tree)
                return null;
            if (tree == Git.ReadCommit(tip).Tree)
                continue;
            tip = Git.WriteCommit(tree, [tip], commit.Author, PersonOf(by, Tick()), commit.Message);
        }

        return tip == onto ? null : tip;
    }

    /// <summary>The commits that a pull request brings, oldest first.</summary>
    private IReadOnlyList<CommitInfo> CommitsOf(EmulatedPull pull) => CommitsBetween(pull.BaseSha, pull.HeadSha);

    private List<CommitInfo> CommitsBetween(ObjectId since, ObjectId head) =>
        [
            .. RunGit(["rev-list", "--reverse", "--topo-order", head.ToString(), "^" + since])
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => Git.ReadCommit(ObjectId.Parse(line))),
        ];

    // Facts about two commits: git is asked once.
    private ObjectId? MergedTree(EmulatedPull pull) => MergedTree(pull.BaseSha, pull.HeadSha);

    private ObjectId? MergedTree(ObjectId onto, ObjectId head)
    {
        if (!merges.TryGetValue((onto, head), out var tree))
            merges[(onto, head)] = tree = Git.MergeTree(onto, head);
        return tree;
    }

    private static string MethodName(PullRequestMergeMethod method) =>
        method == PullRequestMergeMethod.Merge ? "Merge commits" : $"{method} merges";

    private static Signature PersonOf(EmulatedUser user, DateTimeOffset at) => new(user.Login, user.Email, at);
}
