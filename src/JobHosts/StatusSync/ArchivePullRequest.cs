using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>
/// The archive where the rules of the main branch refuse our commits: one pull request of ours, on a branch that is always called
/// the same, so that quotas don't fill up for ever. What is there is found again and completed, whatever call a pass was killed
/// at.
/// </summary>
internal sealed class ArchivePullRequest(GitHubClient client, GitRepository repository, ArchiverOptions options)
{
    public const string Branch = "rayquest/archive";
    public const string Label = "rayquest/archive";
    private const string Local = "refs/rayquest/archive";

    /// <summary>Proposes what the plan removes; the pull request's number, or null when the branch moved meanwhile.</summary>
    /// <param name="due">Every file that may go by now, of which the plan's are the first.</param>
    public int? Propose(ObjectId main, ArchivePlan plan, IReadOnlySet<string> due)
    {
        var tip = Tip();
        if (tip is { } there && IsStale(there, main, due))
        {
            // A pull request goes with its branch.
            client.Git.Reference.Delete($"heads/{Branch}").GetAwaiter().GetResult();
            tip = null;
        }

        if (tip is null)
        {
            client.Git.Reference.Create($"heads/{Branch}", main.ToString()).GetAwaiter().GetResult();
            tip = main;
        }

        if (Complete(tip, main, plan) is not { } complete)
        {
            return null;
        }

        tip = complete;
        var pull = Find(tip) ?? Open(plan);
        if (!pull.Labels.Any(label => label.Name == Label) && pull.State == ItemState.Open)
        {
            client.Issue.Labels.AddToIssue(pull.Number, [Label]).GetAwaiter().GetResult();
        }

        return pull.Number;
    }

    /// <summary>The branch's commit once it removes all that the plan does; null when it moved meanwhile.</summary>
    private ObjectId? Complete(ObjectId tip, ObjectId main, ArchivePlan plan)
    {
        var removed = Removed(tip, main);
        List<string> missing = [.. plan.Paths.Where(path => !removed.Contains(path))];
        if (missing.Count == 0)
        {
            return tip;
        }

        var there = repository.ListTree(tip).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        if (!missing.TrueForAll(there.Contains))
        {
            return Join(tip, main, plan, [.. removed.Concat(missing)]);
        }

        var (headline, body) = Archiver.Message(plan);
        var made = client
            .GraphQL.CreateCommitOnBranch(new CommitOnBranch(Branch, tip.ToString(), headline, body, [], missing))
            .GetAwaiter()
            .GetResult();
        return made.Oid is { } oid ? ObjectId.Parse(oid) : null;
    }

    /// <summary>What came to main after the branch was made goes by a merge of the two; without an author, so that GitHub signs it.</summary>
    private ObjectId? Join(ObjectId tip, ObjectId main, ArchivePlan plan, IReadOnlyList<string> paths)
    {
        var there = repository.ListTree(main).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        var tree = client
            .Git.Tree.Create(
                new NewTree(
                    [.. paths.Where(there.Contains).Select(path => new NewTreeItem(path, "100644", "blob", null))],
                    repository.ReadCommit(main).Tree.ToString()
                )
            )
            .GetAwaiter()
            .GetResult();
        var (headline, body) = Archiver.Message(plan);
        var commit = client
            .Git.Commit.Create(new NewCommit($"{headline}\n\n{body}", tree.Sha, [tip.ToString(), main.ToString()]))
            .GetAwaiter()
            .GetResult();
        return client.Git.Reference.Update($"heads/{Branch}", commit.Sha).GetAwaiter().GetResult() is null
            ? null
            : ObjectId.Parse(commit.Sha);
    }

    private HashSet<string> Removed(ObjectId tip, ObjectId main) =>
        repository.MergeBase(tip, main) is { } forked
            ? repository
                .Diff(forked, tip)
                .Where(change => change.IsDeleted)
                .Select(change => change.Path)
                .ToHashSet(StringComparer.Ordinal)
            : [];

    /// <summary>Takes the pull request back: the commits get through again.</summary>
    public void Withdraw()
    {
        if (client.Git.Reference.Find($"heads/{Branch}").GetAwaiter().GetResult() is not null)
        {
            client.Git.Reference.Delete($"heads/{Branch}").GetAwaiter().GetResult();
        }
    }

    private ObjectId? Tip()
    {
        if (client.Git.Reference.Find($"heads/{Branch}").GetAwaiter().GetResult() is not { Object.Sha: var sha })
        {
            return null;
        }

        repository.Fetch(options.Remote!, $"+refs/heads/{Branch}:{Local}", options.Credential);
        return ObjectId.Parse(sha) is var tip && repository.Has(tip) ? tip : repository.Resolve(Local);
    }

    /// <summary>Whether the branch holds nothing any more, or something else than the removal of what is due.</summary>
    private bool IsStale(ObjectId tip, ObjectId main, IReadOnlySet<string> due)
    {
        if (repository.MergeBase(tip, main) is not { } forked)
        {
            return true;
        }

        if (tip == main)
        {
            return false;
        }

        var changes = repository.Diff(forked, tip);
        return changes.Count == 0
            || forked == tip
            || changes.Any(change => !change.IsDeleted || !due.Contains(change.Path));
    }

    /// <summary>The open one, or the one of this very commit that somebody closed: who said no isn't asked again.</summary>
    private PullRequest? Find(ObjectId tip)
    {
        var all = client
            .PullRequest.GetAll(state: null, head: $"{client.Name.Owner}:{Branch}")
            .GetAwaiter()
            .GetResult()
            .Where(pull => !pull.IsFork && pull.Head.Ref == Branch && pull.Base.Ref == BaseBranch)
            .ToList();
        return all.Find(pull => pull.State == ItemState.Open)
            ?? all.Find(pull => pull.MergedAt is null && pull.Head.Sha == tip.ToString());
    }

    private string BaseBranch => options.Reference["refs/heads/".Length..];

    private PullRequest Open(ArchivePlan plan)
    {
        var (headline, body) = Archiver.Message(plan);
        return WriteOnce
            .Run<PullRequest>(
                client,
                async cancel =>
                    (await client.PullRequest.GetAll(head: $"{client.Name.Owner}:{Branch}", cancel: cancel))
                        is [var open, ..]
                        ? open
                        : null,
                cancel =>
                    client.PullRequest.Create(
                        new NewPullRequest(
                            headline,
                            Branch,
                            BaseBranch,
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"These jobs have ended, and the cluster shows none of them alive. Their requests and manifests go; the ledger keeps what happened.\n\n```\n{body.Replace('`', '\'')}```\n\nThis is a pull request because the rules of `{BaseBranch}` refuse our commits: `docs/operations.md#the-rules-of-main` says how to let them through. Until it is merged these jobs count as held.\n"
                            )
                        ),
                        cancel
                    )
            )
            .GetAwaiter()
            .GetResult();
    }
}
