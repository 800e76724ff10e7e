using System.Globalization;
using System.Net;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobHosts.Review;

/// <summary>What came of the commands on one merged pull request.</summary>
/// <param name="Replies">In the order of the comments; empty when none waited for an answer.</param>
public sealed record LifecycleOutcome(IReadOnlyList<LifecycleReply> Replies);

/// <summary>
/// Follows <c>/stop</c> and <c>/rerun</c> on a merged pull request. Every comment that is a command and has no answer yet
/// is handled, whichever event woke the run, and each exactly once: what it makes is found again by the comment's id, and
/// its answer, which is written last, by a hidden marker. Nothing but the command's word and a job's name is taken from
/// the comment.
/// </summary>
public sealed class LifecycleCommands(GitHubClient github, GitRepository git, ReviewOptions options)
{
    private const string TipReference = "refs/rayquest/base";
    private const string Marker = "<!-- rayquest:command ";
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>Stands in the message of a commit that a command became; the comment's id follows.</summary>
    public const string CommandTrailer = "Rayquest-Command: ";

    /// <summary>Answers every unanswered command on a pull request; nothing where it isn't merged.</summary>
    /// <exception cref="HostFault">Git or GitHub failed; running it again goes on from there.</exception>
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
                || LifecycleCommand.OfComment(comment.Body) is not { } command
                || comments.Exists(c => IsReplyTo(c, comment.Id))
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
                    comments.Add(await Reply(known, comment, reply, cancel));
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
            (await Requester.Of(github, pull, null, cancel)).Pull,
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
        LifecycleReply reply = new(ReplyKind.Help, command.Word, by.Login);
        if (command.Word == LifecycleWord.Unknown)
        {
            return reply;
        }

        // An earlier run may have been cut off after it had opened the pull request: whatever has happened to the job
        // since, that is what the command became.
        LifecycleBranch branch = new(command.Word, merged.Pull.Number, comment.Id, by.Login);
        if (await Find(merged, branch, cancel) is { } opened)
        {
            await Judge(opened, cancel);
            return reply with
            {
                Kind = ReplyKind.Opened,
                Pull = opened.Number,
                Request = RequestOf(merged, command),
                FellBack = RouteOf(merged, command.Word) == LifecycleRoute.Commit,
            };
        }

        if (comment.CreatedAt != comment.UpdatedAt)
        {
            return reply with { Kind = ReplyKind.Edited };
        }

        if (options.Time.GetUtcNow() - comment.CreatedAt > Patience)
        {
            return reply with { Kind = ReplyKind.TooOld };
        }

        if (merged.Requests.Count == 0)
        {
            return reply with { Kind = ReplyKind.NoJobHere };
        }

        if (Target(merged, command) is not { } request)
        {
            return reply with
            {
                Kind = command.Name is null ? ReplyKind.NameWhich : ReplyKind.NameUnknown,
                Names = [.. merged.Requests.Select(RequestPath.NameOf)],
            };
        }

        reply = reply with { Request = request };
        if (merged.Policies.IsBroken)
        {
            return reply with { Kind = ReplyKind.PoliciesBroken };
        }

        RequestHistory history = HistoryOf(merged, request);
        IReadOnlyList<string> may = MayCommand(merged, request, history);
        if (!may.Contains(by.Login, StringComparer.OrdinalIgnoreCase))
        {
            return reply with { Kind = ReplyKind.NotAllowed, May = may };
        }

        if (history.Last is { } last && IsOf(comment, git.ReadCommit(last)))
        {
            return reply with { Kind = ReplyKind.Committed, Commit = last.ToString() };
        }

        if (await Hindrance(reply, merged, request, history, command, cancel) is { } hindrance)
        {
            return hindrance;
        }

        if (await AskedBefore(comments, command.Word, request, cancel) is { } before)
        {
            return reply with { Kind = ReplyKind.AlreadyAsked, Pull = before };
        }

        if (Change(merged, request, history, command.Word) is not { } change)
        {
            return reply with { Kind = ReplyKind.RunNotRaised };
        }

        if (options.DryRun)
        {
            return reply with { Kind = ReplyKind.WouldBeDone };
        }

        return await Act(merged, reply, comment, branch, change, cancel);
    }

    /// <summary>Whether there is anything left to stop, or to ask for again, and if not, why.</summary>
    private async Task<LifecycleReply?> Hindrance(
        LifecycleReply reply,
        MergedPullRequest merged,
        string request,
        RequestHistory history,
        LifecycleCommand command,
        CancellationToken cancel
    )
    {
        JobHeader? header = history.Header;
        if (
            command.Name is { } name
            && name != RequestPath.NameOf(request)
            && header is not null
            && !(header.Jobs is [var single] && single.Name == name)
        )
        {
            return reply with
            {
                Kind = header.Jobs.Count > 1 ? ReplyKind.PartOfSweep : ReplyKind.NameUnknown,
                Count = header.Jobs.Count,
                Names = [RequestPath.NameOf(request)],
            };
        }

        if (history.ChangedBy is { } later)
        {
            return await Named(reply with { Kind = ReplyKind.Superseded }, later, cancel);
        }

        if (command.Word == LifecycleWord.Rerun)
        {
            return null;
        }

        if (history.RemovedBy is { } removal)
        {
            return git.ReadCommit(removal).Message.Contains(MainHistory.ArchiveTrailer, StringComparison.Ordinal)
                ? reply with
                {
                    Kind = ReplyKind.Archived,
                }
                : await Named(reply with { Kind = ReplyKind.TakenBack }, removal, cancel);
        }

        JobRun?[] runs =
        [
            .. (header?.Jobs ?? []).Select(job =>
                options.Ledger?.Runs.FirstOrDefault(r =>
                    r.Record.Team == RequestPath.TeamOf(request) && r.Record.Name == job.Name
                )
            ),
        ];
        return runs.Length > 0 && runs.All(run => run?.EndedAt is not null)
            ? reply with
            {
                Kind = ReplyKind.Ended,
                Phase = string.Join(
                    ", ",
                    runs.Select(run => run!.LastState!.Phase.ToString().ToLowerInvariant())
                        .Distinct(StringComparer.Ordinal)
                ),
            }
            : null;
    }

    // A pull request says more than a commit; a commit of a command has none.
    private async Task<LifecycleReply> Named(LifecycleReply reply, ObjectId commit, CancellationToken cancel)
    {
        PullRequest? pull = (await github.Repository.Commit.PullRequests(commit.ToString(), cancel)).FirstOrDefault(p =>
            p.MergedAt is not null
        );
        return pull is null ? reply with { Commit = commit.ToString() } : reply with { Pull = pull.Number };
    }

    /// <summary>The request a command is about; null where it has to be named, or the name fits none.</summary>
    private static string? Target(MergedPullRequest merged, LifecycleCommand command)
    {
        if (command.Name is not { } name)
        {
            return merged.Requests is [var only] ? only : null;
        }

        // The comment above shows the objects' names, which are the request's with five digits behind it.
        return merged.Requests.FirstOrDefault(r => RequestPath.NameOf(r) == name)
            ?? merged.Requests.FirstOrDefault(r =>
                name.Length == RequestPath.NameOf(r).Length + 6
                && name.StartsWith(RequestPath.NameOf(r) + "-", StringComparison.Ordinal)
                && name[^5..].All(char.IsAsciiHexDigitLower)
            );
    }

    private static string RequestOf(MergedPullRequest merged, LifecycleCommand command) =>
        Target(merged, command) ?? (merged.Requests.Count > 0 ? merged.Requests[0] : "");

    /// <summary>What became of a request on the main branch since the pull request brought it.</summary>
    private RequestHistory HistoryOf(MergedPullRequest merged, string request)
    {
        ObjectId? last = git.LastChange(merged.Tip, request);
        if (merged.Tree.Find(request) is not null)
        {
            return new RequestHistory(
                last,
                Unchanged(last) ? null : last,
                null,
                merged.Tree.Read(request),
                Header(merged.Tree)
            );
        }

        if (last is not { } removal || git.ReadCommit(removal).Parents is not [var parent, ..])
        {
            return new RequestHistory(last, null, last, null, null);
        }

        ObjectId? before = git.LastChange(parent, request);
        CommitTree tree = new(git, parent);
        return new RequestHistory(last, Unchanged(before) ? null : before, removal, tree.Read(request), Header(tree));

        bool Unchanged(ObjectId? change) => change is { } commit && git.IsAncestor(commit, merged.Merge);

        JobHeader? Header(CommitTree tree) =>
            tree.Read(RequestPath.JobOf(request)) is { } bytes ? JobHeader.Read(bytes, out _) : null;
    }

    /// <summary>Who answers for the job, and who may approve for its team, by the policies as they are now.</summary>
    private static IReadOnlyList<string> MayCommand(MergedPullRequest merged, string request, RequestHistory history)
    {
        string? owner =
            history.Header?.Owner
            ?? (history.Bytes is { } bytes ? RequestDocument.Read(request, bytes.Span).Request?.Owner?.Value : null);
        return new Entitlements(merged.Policies.Policies.Quotas).MayStop(
            RequestPath.TeamOf(request)!,
            owner,
            merged.Author
        );
    }

    /// <summary>Another command for the same whose pull request is still open.</summary>
    private async Task<int?> AskedBefore(
        List<IssueComment> comments,
        LifecycleWord word,
        string request,
        CancellationToken cancel
    )
    {
        string what = $" {LifecycleCommand.Spelt(word)[1..]}={Short(request)} pull=";
        foreach (IssueComment comment in comments.Where(IsOurs))
        {
            string line = comment.Body!.Split('\n')[0];
            int at = line.IndexOf(what, StringComparison.Ordinal);
            if (
                at >= 0
                && int.TryParse(
                    line[(at + what.Length)..].Split(' ')[0],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out int number
                )
                && (await github.PullRequest.Get(number, cancel)).State == ItemState.Open
            )
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The files a command changes; null when the request can't be changed by a line.</summary>
    private FileChange? Change(MergedPullRequest merged, string request, RequestHistory history, LifecycleWord word)
    {
        string job = RequestPath.JobOf(request);
        if (word == LifecycleWord.Stop)
        {
            return new FileChange(request, null, merged.Tree.Find(job) is null ? [request] : [request, job]);
        }

        HashSet<string> taken =
        [
            .. (options.Ledger?.Runs ?? [])
                .Where(r => r.Record.Team == RequestPath.TeamOf(request))
                .Select(r => r.Record.Name),
        ];
        // Who asked first goes on answering for the job, whoever asks for it again.
        byte[]? raised = history.Bytes is { } bytes
            ? NextRun.Of(
                request,
                bytes,
                merged.Author,
                document =>
                    JobPlanner.Plan(document, merged.Policies.Policies, merged.Tree) is not { } plan
                    || !plan.Jobs.Any(j => taken.Contains(j.ObjectName))
            )
            : null;
        return raised is null ? null : new FileChange(request, raised, []);
    }

    private async Task<LifecycleReply?> Act(
        MergedPullRequest merged,
        LifecycleReply reply,
        IssueComment comment,
        LifecycleBranch branch,
        FileChange change,
        CancellationToken cancel
    )
    {
        LifecycleRoute route = RouteOf(merged, branch.Word);
        if (route == LifecycleRoute.Commit && Direct(merged, change) is { } whole)
        {
            try
            {
                CommitOnBranchResult made = await Commit(
                    merged.Pull.Base.Ref,
                    merged.Tip,
                    comment,
                    branch,
                    whole,
                    cancel
                );
                return made.Oid is { } commit ? reply with { Kind = ReplyKind.Committed, Commit = commit } : null;
            }
            catch (GitHubRefused fault) when (fault.Status is not HttpStatusCode.Unauthorized)
            {
                // A protected branch takes nothing directly; a pull request it does take.
            }
        }

        PullRequest opened = await Open(merged, comment, branch, change, cancel);
        await Judge(opened, cancel);
        return reply with { Kind = ReplyKind.Opened, Pull = opened.Number, FellBack = route == LifecycleRoute.Commit };
    }

    private static LifecycleRoute RouteOf(MergedPullRequest merged, LifecycleWord word)
    {
        LifecycleSettings settings = merged.Policies.Policies.Platform.Lifecycle;
        return word == LifecycleWord.Stop ? settings.Stop : settings.Rerun;
    }

    /// <summary>All that a commit on the main branch would hold; null where somebody has to look at it first.</summary>
    private FileChange? Direct(MergedPullRequest merged, FileChange change)
    {
        if (change.Added is not { } bytes)
        {
            return change;
        }

        Assessment assessment = Assessor.Assess(
            new AssessmentInput
            {
                Base = merged.Tree,
                Result = new OverlayTree(
                    merged.Tree,
                    new Dictionary<string, byte[]?>(StringComparer.Ordinal) { [change.Request] = bytes }
                ),
                ChangedPaths = [change.Request],
                GpuHoursUsed = options.GpuHoursUsed,
            }
        );
        // Who asked was entitled to ask already.
        ChangeEvaluation preview = VerdictRule.Decide(assessment, ApprovalInput.None, null);
        if (
            preview.Verdict != Verdict.Pass
            || preview.Jobs.Any(j => j.Action is JobAction.Replace or JobAction.Stop)
            || preview.RenderChanges is not [{ Bytes: { } rendered } render]
        )
        {
            return null;
        }

        return change with
        {
            Rendered = new FileAddition(render.Path, rendered.ToArray()),
        };
    }

    private Task<CommitOnBranchResult> Commit(
        string reference,
        ObjectId on,
        IssueComment comment,
        LifecycleBranch branch,
        FileChange change,
        CancellationToken cancel
    )
    {
        List<FileAddition> additions = [];
        if (change.Added is { } bytes)
        {
            additions.Add(new FileAddition(change.Request, bytes));
        }

        if (change.Rendered is { } rendered)
        {
            additions.Add(rendered);
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

    private async Task<PullRequest> Open(
        MergedPullRequest merged,
        IssueComment comment,
        LifecycleBranch branch,
        FileChange change,
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

    private bool IsChanged(ObjectId head, FileChange change) =>
        git.ReadFile(head, change.Request) is var held
        && (change.Added is { } wanted ? held is not null && held.AsSpan().SequenceEqual(wanted) : held is null);

    // The branch may have been made on an older main, which held less than the present one.
    private FileChange Existing(ObjectId head, FileChange change) =>
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
    /// judged here.
    /// </summary>
    private async Task Judge(PullRequest opened, CancellationToken cancel)
    {
        if (opened.State == ItemState.Open && !options.DryRun)
        {
            await new PullReviewer(github, git, options).Review(opened.Number, cancel);
        }
    }

    private async Task<IssueComment> Reply(
        MergedPullRequest merged,
        IssueComment comment,
        LifecycleReply reply,
        CancellationToken cancel
    )
    {
        Phrases phrases = Phrases.Of(merged.Policies.Policies.Platform.Language);
        string what = reply is { IsDone: true, Pull: > 0 }
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" {LifecycleCommand.Spelt(reply.Word)[1..]}={Short(reply.Request)} pull={reply.Pull}"
            )
            : "";
        string body =
            MarkdownText.Marker(
                string.Create(CultureInfo.InvariantCulture, $"rayquest:command comment={comment.Id}{what}")
            ) + reply.Write(phrases, options.Page).ToString();
        IssueComment made = await WriteOnce.Run<IssueComment>(
            github,
            async again => (await Replies(again)).FirstOrDefault(),
            again => github.Issue.Comment.Create(merged.Pull.Number, body, again),
            cancel
        );
        // Two runs at once may both have found none: the older answer stays.
        IReadOnlyList<IssueComment> all = await Replies(cancel);
        foreach (IssueComment surplus in all.Skip(1))
        {
            await github.Issue.Comment.Delete(surplus.Id, cancel);
        }

        return all.Count > 0 ? all[0] : made;

        async Task<IReadOnlyList<IssueComment>> Replies(CancellationToken again) =>
            [
                .. (await github.Issue.Comment.GetAllForIssue(merged.Pull.Number, again))
                    .Where(c => IsReplyTo(c, comment.Id))
                    .OrderBy(c => c.Id),
            ];
    }

    // Anybody can write our marker; only a bot's counts.
    private static bool IsOurs(IssueComment comment) =>
        comment.User?.Type == "Bot" && comment.Body?.StartsWith(Marker, StringComparison.Ordinal) == true;

    private static bool IsReplyTo(IssueComment comment, long command) =>
        IsOurs(comment)
        && comment
            .Body!.Split(' ', '\n')
            .Contains(string.Create(CultureInfo.InvariantCulture, $"comment={command}"), StringComparer.Ordinal);

    private static string Trailer(IssueComment comment) =>
        string.Create(CultureInfo.InvariantCulture, $"{CommandTrailer}{comment.Id}");

    private static bool IsOf(IssueComment comment, CommitInfo commit) =>
        commit.Message.Split('\n').Contains(Trailer(comment), StringComparer.Ordinal);

    private static string Title(LifecycleWord word, string request) =>
        word == LifecycleWord.Rerun
            ? $"Run {RequestPath.NameOf(request)} again"
            : $"Stop {RequestPath.NameOf(request)}";

    private static string Short(string request) => $"{RequestPath.TeamOf(request)}/{RequestPath.NameOf(request)}";

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

        /// <summary>Who opened it, where that is a person.</summary>
        public string? Author => Pull.User is { Type: not "Bot" } person ? person.Login : null;
    }

    /// <summary>A request on the main branch since it was brought.</summary>
    /// <param name="Last">The last commit that touched it.</param>
    /// <param name="ChangedBy">A later commit that asked for something else under its name.</param>
    /// <param name="RemovedBy">The commit that took it away; null while it is there.</param>
    /// <param name="Bytes">The request as it is, or was before it went.</param>
    /// <param name="Header">What was rendered from it; null while it isn't.</param>
    private sealed record RequestHistory(
        ObjectId? Last,
        ObjectId? ChangedBy,
        ObjectId? RemovedBy,
        ReadOnlyMemory<byte>? Bytes,
        JobHeader? Header
    );

    /// <summary>What a command changes.</summary>
    /// <param name="Added">The request's new bytes; null takes it away.</param>
    private sealed record FileChange(string Request, byte[]? Added, IReadOnlyList<string> Removed)
    {
        public FileAddition? Rendered { get; init; }
    }
}
