using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRender.Folder;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// The repair of <c>jobs/</c> where the rules of the default branch refuse our commits: one pull request of ours, on a branch that
/// is always called the same, whose head is one commit on the default branch. What is there is found again and completed,
/// whatever call a run was killed at.
/// </summary>
internal sealed class RepairPullRequest(GitHubClient github, GitRepository git, ReviewOptions options)
{
    /// <summary>Its branch, and its label.</summary>
    public const string Branch = "rayquest/repair";

    // Where the next commit is made: the branch of an open pull request is never without one.
    private const string Draft = "rayquest/repair-next";
    private const string Pattern = "refs/heads/rayquest/repair*";
    private const string Local = "refs/rayquest/repair";
    private const string LocalDraft = Local + "-next";
    private const string Trailer = "Rayquest-Repair-Since: ";
    private const string GitHubItself = "web-flow";
    private const int Shown = 50;

    /// <summary>Brings it along when another branch is fetched, whether it is there or not.</summary>
    public static string Refspec => $"+{Pattern}:{Local}*";

    /// <summary>The branch as it was fetched; null when there is none.</summary>
    public ObjectId? Fetched => git.TryResolve(Local);

    /// <summary>
    /// The state of the default branch that a head repairs from, by GitHub's word on whose commit it is: only what we made, on top
    /// of the default branch, says something. Null for everybody else's.
    /// </summary>
    public async Task<ObjectId?> Since(ObjectId head, ObjectId tip, CancellationToken cancel)
    {
        CommitInfo commit = git.ReadCommit(head);
        if (
            commit.Parents is not [var parent]
            || !git.IsAncestor(parent, tip)
            || LastLine(commit.Message) is not { } line
            || !line.StartsWith(Trailer, StringComparison.Ordinal)
            || !ObjectId.TryParse(line[Trailer.Length..], out ObjectId? since)
            || !git.Has(since)
            || !git.IsAncestor(since, tip)
        )
        {
            return null;
        }

        string viewer = await github.GraphQL.Viewer(cancel);
        return
            await github.Repository.Commit.Newest(head.ToString(), 1, cancel) is [var made]
            && made.Commit.Verification is { Verified: true }
            && made.Committer?.Login == GitHubItself
            && made.Author?.Login is { } author
            && GitHubLogin.IsSame(author, viewer)
            ? since
            : null;
    }

    /// <summary>Proposes what is to be changed; the pull request's number, or null when somebody else is at work on it.</summary>
    /// <param name="since">What it repairs from.</param>
    public async Task<int?> Propose(
        string branch,
        ObjectId since,
        ObjectId tip,
        IReadOnlyList<RenderChange> changes,
        CancellationToken cancel
    )
    {
        ObjectId wanted = git.WriteTree(
            tip,
            [.. changes.Select(change => new TreeEdit(change.Path, change.Bytes?.ToArray()))]
        );
        ObjectId? head = await Head(cancel);
        if (head is not null && (git.MergeTree(tip, head) != wanted || await Since(head, tip, cancel) is null))
        {
            head = null;
        }

        if (head is not null && git.TryResolve(LocalDraft) is not null)
        {
            await Delete(Draft, cancel);
        }

        if (head is null)
        {
            string? made = await Write(since, tip, changes, cancel);
            if (made is null)
            {
                return null;
            }

            head = ObjectId.Parse(made);
        }

        PullRequest pull = await Find(branch, head, cancel) ?? await Open(branch, changes, cancel);
        if (pull.State == ItemState.Open && !pull.Labels.Any(label => label.Name == Branch))
        {
            await github.Issue.Labels.AddToIssue(pull.Number, [Branch], cancel);
        }

        return pull.Number;
    }

    /// <summary>Takes it back where it has nothing to add: our commits get through again, or it was merged.</summary>
    public async Task Withdraw(CancellationToken cancel)
    {
        await Delete(Draft, cancel);
        await Delete(Branch, cancel);
    }

    /// <summary>Whether merging it would change nothing any more.</summary>
    public bool IsSpent(ObjectId tip) => Fetched is { } head && git.MergeTree(tip, head) == git.ReadCommit(tip).Tree;

    // What was fetched before may be gone meanwhile.
    private async Task<ObjectId?> Head(CancellationToken cancel)
    {
        if (await github.Git.Reference.Find($"heads/{Branch}", cancel) is not { Object.Sha: var sha })
        {
            return null;
        }

        git.Fetch(options.Remote, Refspec, options.Credential);
        return ObjectId.Parse(sha) is var head && git.Has(head) ? head : null;
    }

    private async Task Delete(string branch, CancellationToken cancel)
    {
        if (await github.Git.Reference.Find($"heads/{branch}", cancel) is not null)
        {
            await github.Git.Reference.Delete($"heads/{branch}", cancel);
        }
    }

    private async Task<string?> Write(
        ObjectId since,
        ObjectId tip,
        IReadOnlyList<RenderChange> changes,
        CancellationToken cancel
    )
    {
        await Delete(Draft, cancel);
        await github.Git.Reference.Create($"heads/{Draft}", tip.ToString(), cancel);
        CommitOnBranchResult made = await github.GraphQL.CreateCommitOnBranch(
            new CommitOnBranch(
                Draft,
                tip.ToString(),
                MergedReview.Headline,
                $"{MergedReview.Body}\n\n{Trailer}{since}",
                [
                    .. changes
                        .Where(change => change.Bytes is not null)
                        .Select(change => new FileAddition(change.Path, change.Bytes!.Value.ToArray())),
                ],
                [.. changes.Where(change => change.Bytes is null).Select(change => change.Path)]
            ),
            cancel
        );
        if (made.Oid is not { } commit)
        {
            return null;
        }

        if (await github.Git.Reference.Find($"heads/{Branch}", cancel) is null)
        {
            await github.Git.Reference.Create($"heads/{Branch}", commit, cancel);
        }
        else
        {
            await github.Git.Reference.Replace($"heads/{Branch}", commit, cancel);
        }

        await github.Git.Reference.Delete($"heads/{Draft}", cancel);
        return commit;
    }

    /// <summary>The open one, or the one of this very commit that somebody closed: who said no isn't asked again.</summary>
    private async Task<PullRequest?> Find(string branch, ObjectId head, CancellationToken cancel)
    {
        PullRequest[] all =
        [
            .. (
                await github.PullRequest.GetAll(state: null, head: $"{github.Name.Owner}:{Branch}", cancel: cancel)
            ).Where(pull => !pull.IsFork && pull.Head.Ref == Branch && pull.Base.Ref == branch),
        ];
        return all.FirstOrDefault(pull => pull.State == ItemState.Open)
            ?? all.FirstOrDefault(pull => pull.MergedAt is null && pull.Head.Sha == head.ToString());
    }

    private Task<PullRequest> Open(string branch, IReadOnlyList<RenderChange> changes, CancellationToken cancel)
    {
        string files = string.Concat(
            changes
                .Take(Shown)
                .Select(change => $"{(change.Bytes is null ? "removes" : "writes")} {change.Path.Replace('`', '\'')}\n")
        );
        string more =
            changes.Count > Shown
                ? string.Create(CultureInfo.InvariantCulture, $"and {changes.Count - Shown} more\n")
                : "";
        return WriteOnce.Run<PullRequest>(
            github,
            async again =>
                (await github.PullRequest.GetAll(head: $"{github.Name.Owner}:{Branch}", cancel: again))
                    is [var open, ..]
                    ? open
                    : null,
            again =>
                github.PullRequest.Create(
                    new NewPullRequest(
                        MergedReview.Headline,
                        Branch,
                        branch,
                        $"{MergedReview.Body} Until this is merged, what is missing doesn't run.\n\n```\n{files}{more}```\n\nThis is a pull request because the rules of `{branch}` refuse our commits: `docs/operations.md#the-rules-of-main` says how to let them through.\n"
                    ),
                    again
                ),
            cancel
        );
    }

    private static string? LastLine(string message)
    {
        string text = message.TrimEnd('\n', '\r', ' ');
        return text.Length == 0 ? null : text[(text.LastIndexOf('\n') + 1)..];
    }
}
