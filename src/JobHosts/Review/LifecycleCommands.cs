using System.Globalization;
using System.Net;
using Rayquest.JobHosts.Authorship;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobHosts.Review;

/// <summary>What came of the commands on one merged pull request.</summary>
/// <param name="Replies">In the order of the comments; empty when none waited for an answer.</param>
public sealed record LifecycleOutcome(IReadOnlyList<LifecycleReply> Replies);

/// <summary>
/// Follows <c>/stop</c>, <c>/rerun</c> and their like on a merged pull request. Every comment that is a command and has no answer yet
/// is handled, whichever event woke the run, and each exactly once: what it makes is found again by the comment's id, and
/// its answer, which is written last, by a hidden marker. Nothing but the command's word and a job's name is taken from
/// the comment.
/// </summary>
public sealed class LifecycleCommands(GitHubClient github, GitRepository git, ReviewOptions options)
{
    private const string TipReference = "refs/rayquest/base";

    /// <summary>Answers every unanswered command on a pull request; nothing where it isn't merged.</summary>
    /// <exception cref="HostException">Git or GitHub failed; running it again goes on from there.</exception>
    public async Task<LifecycleOutcome> Handle(int number, CancellationToken cancel = default)
    {
        PullRequest pull = await github.PullRequest.Get(number, cancel);
        if (
            pull.MergedAt is not { } merged
            || pull.MergeCommitSha is null
            || pull.Base.Ref != (pull.Base.Repo?.DefaultBranch ?? pull.Base.Ref)
        )
        {
            return new LifecycleOutcome([]);
        }

        List<IssueComment> comments = [.. await github.Issue.Comment.GetAllForIssue(number, cancel)];
        List<LifecycleReply> replies = [];
        MergedPullRequest? known = null;
        foreach (IssueComment comment in comments.OrderBy(c => c.Id).ToArray())
        {
            if (
                comment.CreatedAt < merged
                || comment.User is not { Type: not "Bot" } by
                || LifecycleCommand.ParseComment(comment.Body) is not { } command
                || comments.Exists(c => CommandReplies.IsTo(c, comment.Id))
            )
            {
                continue;
            }

            LifecycleReply? reply = null;
            for (int attempt = 1; reply is null; attempt++)
            {
                known ??= await Look(pull, cancel);
                reply = await Follow(known, comments, comment, by, command, cancel);
                if (reply is null && attempt >= options.Attempts)
                {
                    throw new HeadKeepsMoving(number, attempt);
                }

                if (!options.DryRun && reply is not null)
                {
                    comments.Add(
                        await CommandReplies.Write(
                            github,
                            number,
                            comment.Id,
                            reply,
                            CommentStrings.Of(known.Language),
                            options.Page,
                            cancel
                        )
                    );
                }

                // The main branch has moved, by this command or before it.
                known = reply is null or { Kind: ReplyKind.Committed } ? null : known;
            }

            replies.Add(reply);
        }

        return new LifecycleOutcome(replies);
    }

    private async Task<MergedPullRequest> Look(PullRequest pull, CancellationToken cancel)
    {
        ObjectId merge = ObjectId.Parse(pull.MergeCommitSha!);
        ObjectId tip = FetchTip(pull.Base.Ref);
        git.FetchCommit(options.Remote, merge, options.Credential);
        IReadOnlyList<PullRequestFile> files = await github.PullRequest.Files(pull.Number, cancel);
        return new MergedPullRequest(
            (await PullRequestAuthor.Of(github, pull, null, cancel)).Pull,
            merge,
            tip,
            new CommitTree(git, tip),
            [
                .. files
                    .Where(f => f.Status != "removed" && RequestPath.IsRequest(f.Filename))
                    .Select(f => f.Filename)
                    .Order(StringComparer.Ordinal),
            ]
        );
    }

    /// <summary>Whether a merged pull request asked for what its request runs, and didn't just fix what runs nothing.</summary>
    private bool HasAskedFor(MergedPullRequest merged, string request)
    {
        ObjectId head = ObjectId.Parse(merged.Pull.Head.Sha);
        git.FetchCommit(options.Remote, head, options.Credential);
        // Of a rebase, the commit before the last one is the pull request's own.
        ObjectId? before = git.IsAncestor(head, merged.Merge)
            ? git.ReadCommit(merged.Merge).Parents.FirstOrDefault()
            : git.MergeBase(head, merged.Merge);
        return before is null || !IsSame(request, new CommitTree(git, before), new CommitTree(git, merged.Merge));
    }

    // Whether a request means the same in both.
    private static bool IsSame(string request, CommitTree one, CommitTree other)
    {
        return Digest(one) is { } digest && digest == Digest(other);

        string? Digest(CommitTree tree) =>
            tree.Read(request) is { } bytes
                ? JobPlanner.Identity(RequestDocument.Read(request, bytes.Span), tree)?.Digest
                : null;
    }

    private ObjectId FetchTip(string branch)
    {
        git.Fetch(options.Remote, $"+refs/heads/{branch}:{TipReference}", options.Credential);
        return git.Resolve(TipReference);
    }

    /// <summary>Does what a command asks for; null when the main branch moved meanwhile and nothing was done.</summary>
    private async Task<LifecycleReply?> Follow(
        MergedPullRequest merged,
        List<IssueComment> comments,
        IssueComment comment,
        User by,
        LifecycleCommand command,
        CancellationToken cancel
    )
    {
        LifecycleBranch branch = new(command.Word, merged.Pull.Number, comment.Id, by.Login);
        PullRequest? opened = command.IsOfMerged ? await Find(merged, branch, cancel) : null;
        if (opened is not null)
        {
            await Evaluate(opened, cancel);
        }

        string? request = CommandRule.Target(command, merged.Requests);
        CommandFacts facts = new(command, by.Login, merged.Requests, merged.Tree, merged.Policies)
        {
            Account = by.Id,
            IsEdited = comment.CreatedAt != comment.UpdatedAt,
            Age = options.Time.GetUtcNow() - comment.CreatedAt,
            Author = request is not null && HasAskedFor(merged, request) ? merged.Author : null,
            OpenedPull = opened?.Number,
            OpenedName =
                opened?.Title.Split(' ') is [_, var named]
                && request is not null
                && named != RequestPath.NameOf(request)
                    ? named
                    : null,
            StillOpen = request is null ? [] : await StillOpen(comments, command.Word, request, cancel),
            History = request is null ? null : HistoryOf(merged, request, comment),
            Ledger = options.Ledger,
            GpuHoursUsed = options.GpuHoursUsed,
            IsDryRun = options.DryRun,
        };
        switch (CommandRule.Decide(facts))
        {
            case CommandDecision.CommitToMain decision:
                try
                {
                    CommitOnBranchResult made = await Commit(
                        merged.Pull.Base.Ref,
                        merged.Tip,
                        comment,
                        branch,
                        decision.Whole,
                        cancel
                    );
                    return made.Oid is { } commit ? decision.Reply with { Commit = commit } : null;
                }
                catch (GitHubRefused fault) when (fault.Status is not HttpStatusCode.Unauthorized)
                {
                    // A protected branch takes nothing directly; a pull request it does take.
                    return await Open(
                        decision.Reply with
                        {
                            Kind = ReplyKind.Opened,
                            FellBack = true,
                        },
                        decision.Change
                    );
                }

            case CommandDecision.OpenPull decision:
                return await Open(decision.Reply, decision.Change);
            case var decision:
                return await Named(decision.Reply, cancel);
        }

        async Task<LifecycleReply> Open(LifecycleReply reply, CommandChange change)
        {
            PullRequest made = await OpenPull(merged, comment, branch, change, cancel);
            await Evaluate(made, cancel);
            return reply with { Pull = made.Number };
        }
    }

    // A pull request says more than a commit; a commit of a command has none.
    private async Task<LifecycleReply> Named(LifecycleReply reply, CancellationToken cancel) =>
        reply is { Kind: ReplyKind.Superseded or ReplyKind.Withdrawn, Commit: { Length: > 0 } commit }
        && (await github.Repository.Commit.PullRequests(commit, cancel)).FirstOrDefault(p => p.MergedAt is not null)
            is { } pull
            ? reply with
            {
                Pull = pull.Number,
                Commit = "",
            }
            : reply;

    /// <summary>What became of a request on the main branch since the pull request brought it.</summary>
    private RequestHistory HistoryOf(MergedPullRequest merged, string request, IssueComment comment)
    {
        ObjectId? last = git.LastChange(merged.Tip, request);
        RequestHistory history = new()
        {
            CommittedAs = last is { } made && IsOf(comment, git.ReadCommit(made)) ? made.ToString() : null,
        };
        if (merged.Tree.Find(request) is not null)
        {
            return history with
            {
                ChangedBy = Later(last, merged.Tree),
                Bytes = merged.Tree.Read(request),
                Header = Header(merged.Tree),
            };
        }

        if (last is not { } removal || git.ReadCommit(removal) is not { Parents: [var parent, ..] } commit)
        {
            return history with { RemovedBy = last?.ToString() };
        }

        CommitTree tree = new(git, parent);
        return history with
        {
            ChangedBy = Later(git.LastChange(parent, request), tree),
            RemovedBy = removal.ToString(),
            IsArchived = commit.Message.Contains(CommitTrailers.Archive, StringComparison.Ordinal),
            Bytes = tree.Read(request),
            Header = Header(tree),
        };

        // Who fixes what runs nothing has not asked for something else.
        string? Later(ObjectId? change, CommitTree now) =>
            change is { } made
            && (git.IsAncestor(made, merged.Merge) || IsSame(request, new CommitTree(git, merged.Merge), now))
                ? null
                : change?.ToString();

        JobHeader? Header(CommitTree tree) =>
            tree.Read(RequestPath.JobOf(request)) is { } bytes ? JobHeader.Read(bytes, out _) : null;
    }

    /// <summary>Earlier commands for the same whose pull requests are still open.</summary>
    private async Task<IReadOnlyList<AnsweredCommand>> StillOpen(
        List<IssueComment> comments,
        CommandVerb word,
        string request,
        CancellationToken cancel
    )
    {
        List<AnsweredCommand> open = [];
        foreach (
            AnsweredCommand answered in comments
                .Select(CommandReplies.Of)
                .OfType<AnsweredCommand>()
                .Where(a => a.Word == word && a.Job == AnsweredCommand.JobOf(request))
        )
        {
            if ((await github.PullRequest.Get(answered.Pull, cancel)).State == ItemState.Open)
            {
                open.Add(answered);
            }
        }

        return open;
    }

    private Task<CommitOnBranchResult> Commit(
        string reference,
        ObjectId on,
        IssueComment comment,
        LifecycleBranch branch,
        CommandChange change,
        CancellationToken cancel
    )
    {
        List<FileAddition> additions = [];
        if (change.Added is { } bytes)
        {
            additions.Add(new FileAddition(change.Request, bytes.ToArray()));
        }

        if (change.Rendered is { } rendered)
        {
            additions.Add(new FileAddition(rendered.Path, rendered.Bytes.ToArray()));
        }

        CommitOnBranch commit = new(
            reference,
            on.ToString(),
            string.Create(CultureInfo.InvariantCulture, $"{Title(branch.Word, change.Request)} (#{branch.Pull})"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"Asked for by {branch.Login} in a comment.\n\n{Trailer(comment)}\nCo-authored-by: {branch.Login} <{comment.User!.Id}+{branch.Login}@users.noreply.github.com>"
            ),
            additions,
            change.Removed
        );
        return WriteOnce.Run<CommitOnBranchResult>(
            github,
            Lookup,
            again => github.GraphQL.CreateCommitOnBranch(commit, again),
            cancel
        );

        // Only the commit right on top can be this one: it names the head it belongs on.
        async Task<CommitOnBranchResult?> Lookup(CancellationToken again)
        {
            if (
                await github.Git.Reference.Find($"heads/{reference}", again) is not { } now
                || now.Object.Sha == on.ToString()
            )
            {
                return null;
            }

            ObjectId head = ObjectId.Parse(now.Object.Sha);
            git.FetchCommit(options.Remote, head, options.Credential);
            for (ObjectId? at = head; at is { } id && id != on; )
            {
                CommitInfo info = git.ReadCommit(id);
                if (IsOf(comment, info))
                {
                    return new CommitOnBranchResult(id.ToString());
                }

                at = info.Parents.Count > 0 ? info.Parents[0] : null;
            }

            return new CommitOnBranchResult(null);
        }
    }

    private async Task<PullRequest> OpenPull(
        MergedPullRequest merged,
        IssueComment comment,
        LifecycleBranch branch,
        CommandChange change,
        CancellationToken cancel
    )
    {
        string reference = $"heads/{branch.Name}";
        Reference there =
            await github.Git.Reference.Find(reference, cancel)
            ?? await Once(
                again => github.Git.Reference.Find(reference, again),
                again => github.Git.Reference.Create(reference, merged.Tip.ToString(), again),
                cancel
            );
        ObjectId head = ObjectId.Parse(there.Object.Sha);
        git.FetchCommit(options.Remote, head, options.Credential);
        if (!IsChanged(head, change))
        {
            // Where it gets none, another run of the same command was faster, with the same change.
            await Commit(branch.Name, head, comment, branch, Existing(head, change), cancel);
        }

        return await Find(merged, branch, cancel)
            ?? await Once(
                again => Find(merged, branch, again),
                again =>
                    github.PullRequest.Create(
                        new NewPullRequest(
                            Title(branch.Word, change.Request),
                            branch.Name,
                            merged.Pull.Base.Ref,
                            MarkdownText
                                .Of(
                                    $"Asked for by {MarkdownText.Code(branch.Login)} in {MarkdownText.Link(MarkdownText.Of($"a comment"), comment.HtmlUrl)} on #{branch.Pull}.\n"
                                )
                                .ToString()
                        ),
                        again
                    ),
                cancel
            );
    }

    /// <summary>A write that another run of the same command may have made a moment ago.</summary>
    private async Task<T> Once<T>(
        Func<CancellationToken, Task<T?>> find,
        Func<CancellationToken, Task<T>> write,
        CancellationToken cancel
    )
        where T : class
    {
        try
        {
            return await WriteOnce.Run(github, find, write, cancel);
        }
        catch (GitHubRefused refused) when (refused.Status == HttpStatusCode.UnprocessableEntity)
        {
            if (await find(cancel) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    private bool IsChanged(ObjectId head, CommandChange change) =>
        git.ReadFile(head, change.Request) is var held
        && (change.Added is { } wanted ? held is not null && held.AsSpan().SequenceEqual(wanted.Span) : held is null);

    // The branch may have been made on an older main, which held less than the present one.
    private CommandChange Existing(ObjectId head, CommandChange change) =>
        change with
        {
            Removed = [.. change.Removed.Where(path => git.ReadFile(head, path, 16 << 20) is not null)],
        };

    private async Task<PullRequest?> Find(MergedPullRequest merged, LifecycleBranch branch, CancellationToken cancel) =>
        (
            await github.PullRequest.GetAll(null, merged.Pull.Base.Ref, $"{github.Name.Owner}:{branch.Name}", cancel)
        ).FirstOrDefault(p => p.Head.Ref == branch.Name && p is { IsFork: false, User.Type: "Bot" });

    /// <summary>
    /// Runs that the workflow's own token causes are held back by GitHub until a person lets them: so what it opened is
    /// evaluated here.
    /// </summary>
    private async Task Evaluate(PullRequest opened, CancellationToken cancel)
    {
        if (opened.State == ItemState.Open && !options.DryRun)
        {
            await new PullReviewer(github, git, options).Review(opened.Number, cancel);
        }
    }

    private static string Trailer(IssueComment comment) =>
        string.Create(CultureInfo.InvariantCulture, $"{CommitTrailers.Command}{comment.Id}");

    private static bool IsOf(IssueComment comment, CommitInfo commit) =>
        commit.Message.Split('\n').Contains(Trailer(comment), StringComparer.Ordinal);

    private static string Title(CommandVerb word, string request) =>
        word switch
        {
            CommandVerb.Rerun => $"Run {RequestPath.NameOf(request)} again",
            CommandVerb.Suspend => $"Suspend {RequestPath.NameOf(request)}",
            CommandVerb.Resume => $"Resume {RequestPath.NameOf(request)}",
            CommandVerb.Run => $"Run {RequestPath.NameOf(request)}",
            _ => $"Stop {RequestPath.NameOf(request)}",
        };

    /// <summary>A merged pull request, and the main branch as it is now.</summary>
    /// <param name="Pull">With its true author.</param>
    /// <param name="Requests">The requests it brought or changed.</param>
    private sealed record MergedPullRequest(
        PullRequest Pull,
        ObjectId Merge,
        ObjectId Tip,
        CommitTree Tree,
        IReadOnlyList<string> Requests
    )
    {
        public LoadedPolicies Policies { get; } = PolicyLoader.Load(Tree);

        /// <summary>The language in which its teams are told.</summary>
        public string Language =>
            Policies.Policies.LanguageOf(
                Requests.Select(path => RequestPath.TeamOf(path)!).Distinct(StringComparer.Ordinal)
            );

        /// <summary>Who opened it, where that is a person.</summary>
        public string? Author => Pull.User is { Type: not "Bot" } person ? person.Login : null;
    }
}
