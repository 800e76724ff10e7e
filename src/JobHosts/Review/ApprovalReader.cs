using Rayquest.JobHosts.Authorship;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// Gathers who said what about a pull request, and whose work it is. Authors of commits are self-declared; who pushed is
/// GitHub's word. It decides nothing.
/// </summary>
internal sealed class ApprovalReader(GitHubClient github, GitRepository git, ReviewOptions options)
{
    private const string WebFlow = "web-flow";
    private const int MostCommits = 10_000;

    /// <summary>Who is known to have worked on it, without asking for anything more.</summary>
    public async Task<ApprovalInput> Authors(
        PullRequest pull,
        IReadOnlyList<string> editors,
        MergedChange change,
        PullRequestHistory history,
        CancellationToken cancel
    ) =>
        new(pull.User?.Login ?? "ghost", new HashSet<string>([change.Head.ToString()], StringComparer.Ordinal), [])
        {
            AlsoAuthors = [.. editors, .. Contributors(change, history)],
            IsRepair = await IsRepair(pull, change, cancel),
            Accounts = pull.User is { } user ? [KeyValuePair.Create(user.Login, user.Id)] : [],
        };

    /// <summary>The same, with who pushed it: a commit bears any name that somebody writes into it.</summary>
    /// <param name="authors">Who is known to have worked on it.</param>
    public static ApprovalInput WithPushers(PullRequestFacts facts, ApprovalInput authors)
    {
        User[] pushers = [.. (facts.Pushers ?? []).Where(p => !IsViewer(p.Login, facts.History))];
        return authors with
        {
            AlsoAuthors = [.. authors.AlsoAuthors, .. pushers.Select(p => p.Login)],
            Accounts = [.. authors.Accounts, .. pushers.Select(p => KeyValuePair.Create(p.Login, p.Id))],
            UnknownAuthors =
            [
                .. pushers
                    .Where(p => p.Type == "Bot")
                    // Whoever a pull request of ours was opened for was looked up: what is still a bot's is nobody's.
                    .Concat(facts.Pull.User is { Type: "Bot" } bot ? [bot] : [])
                    .Select(p => p.Login)
                    .Distinct(StringComparer.OrdinalIgnoreCase),
            ],
        };
    }

    /// <summary>Everything that counts for approvals and confirmations.</summary>
    /// <param name="authors">Who is known to have worked on it, and pushed it.</param>
    /// <param name="withReviews">Whether approvals are looked for; a confirmation is a comment.</param>
    public async Task<(ApprovalInput Said, IReadOnlyList<PullRequestReview> Reviews)> Read(
        PullRequestFacts facts,
        ApprovalInput authors,
        bool withReviews,
        CancellationToken cancel
    )
    {
        (PullRequest pull, MergedChange change) = (facts.Pull, facts.Change);
        IReadOnlyList<PullRequestReview> reviews =
            facts.Reviews ?? (withReviews ? await github.PullRequest.Review.GetAll(pull.Number, cancel) : []);
        ApprovalEvent[] said =
        [
            .. Statements.Of(reviews, facts.Comments, facts.History.DismissedRequests),
            .. LifecycleBranch.Confirmation(pull, change.Result, change.ChangedPaths),
        ];
        HashSet<string> heads = SameContent(change, facts.Evaluation.Assessment, said);
        return (
            authors with
            {
                Heads = heads,
                Statements = said,
                AlsoAuthors =
                [
                    .. authors.AlsoAuthors,
                    // Somebody else's pull request of the same commits would let its true author approve them.
                    .. facts
                        .Open.Where(p => heads.Contains(p.Head) && p.Number != pull.Number)
                        .Select(p => p.Author)
                        .OfType<string>(),
                ],
                SilencedAt = facts
                    .History.Touched.GroupBy(t => t.Author, StringComparer.OrdinalIgnoreCase)
                    .ToDictionary(t => t.Key, t => t.Max(c => c.At), StringComparer.OrdinalIgnoreCase),
            },
            reviews
        );
    }

    // By whose it is and by its bytes, never by its branch's name alone: we would commit the very same.
    private async Task<bool> IsRepair(PullRequest pull, MergedChange change, CancellationToken cancel)
    {
        if (
            pull.IsFork
            || pull.Head.Ref != RepairPullRequest.Branch
            || change.ResultTree is not { } result
            || change.ChangedPaths.Count == 0
            || !change.ChangedPaths.All(path => path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal))
            || await new RepairPullRequest(github, git, options).Since(change.Head, change.Tip, cancel) is not { } since
        )
        {
            return false;
        }

        IReadOnlyList<RenderChange> wanted = await new MergedReview(github, git, options).Wanted(
            since,
            change.Tip,
            cancel
        );
        return git.WriteTree(change.Tip, [.. wanted.Select(w => new TreeEdit(w.Path, w.Bytes?.ToArray()))]) == result;
    }

    /// <summary>Whether a login is whoever holds the token; a bot's has its suffix in some answers only.</summary>
    public static bool IsViewer(string login, PullRequestHistory history) =>
        history.Viewer.Length > 0 && IsSame(login, history.Viewer);

    /// <summary>Whether two logins are one account's.</summary>
    public static bool IsSame(string one, string other) =>
        string.Equals(Bare(one), Bare(other), StringComparison.OrdinalIgnoreCase);

    private static string Bare(string login) => login.EndsWith("[bot]", StringComparison.Ordinal) ? login[..^5] : login;

    private IEnumerable<string> Contributors(MergedChange change, PullRequestHistory history)
    {
        foreach (HistoryCommit commit in history.Commits)
        {
            if (!IsUpdate(commit.Sha, change))
            {
                foreach (string login in commit.Logins)
                {
                    if (login != WebFlow && !IsViewer(login, history))
                    {
                        yield return login;
                    }
                }
            }
        }

        foreach (ReplacedHead head in history.Replaced)
        {
            if (head.By is { } by && !IsViewer(by, history))
            {
                yield return by;
            }
        }
    }

    /// <summary>Who pushed to the branch since it left the base; a fork that hides it says nothing.</summary>
    public async Task<IReadOnlyList<User>> Pushers(PullRequest pull, MergedChange change, CancellationToken cancel)
    {
        if (pull.Head.Repo?.FullName is not { } repository)
        {
            return [];
        }

        HashSet<string> ahead = new(
            git.Ahead(change.Tip, change.Head, MostCommits).Select(c => c.ToString()),
            StringComparer.Ordinal
        );
        IReadOnlyList<BranchActivity> moves =
            await github.Repository.Activities(repository, pull.Head.Ref, cancel) ?? [];
        return
        [
            .. moves
                .Where(m => ahead.Contains(m.After) && !IsUpdate(m.After, change))
                .Select(m => m.Actor)
                .OfType<User>()
                .DistinctBy(u => u.Login, StringComparer.OrdinalIgnoreCase),
        ];
    }

    // "Update branch" merges the base in, and whoever clicks on it has written nothing.
    private bool IsUpdate(string sha, MergedChange change)
    {
        if (!ObjectId.TryParse(sha, out ObjectId? id) || !git.Has(id))
        {
            return false;
        }

        CommitInfo commit = git.ReadCommit(id);
        return commit.Parents is [var ours, var theirs]
            && git.IsAncestor(theirs, change.Tip)
            && git.MergeTree(ours, theirs) == commit.Tree;
    }

    /// <summary>
    /// The head, and the commits somebody approved that bring the very same: merged into the base as it is, their requests and
    /// manifests are byte for byte those of the head. So an approval outlives the base being merged in, and our own rendering on
    /// top, and nothing else.
    /// </summary>
    private HashSet<string> SameContent(MergedChange change, Assessment assessment, IEnumerable<ApprovalEvent> said)
    {
        HashSet<string> same = new([change.Head.ToString()], StringComparer.Ordinal);
        if (assessment.RenderChanges.Count > 0 || change.ResultTree is not { } result)
        {
            return same;
        }

        ChangeReader reader = new(git);
        foreach (string sha in said.Select(s => s.Sha).Where(s => s.Length > 0).Distinct(StringComparer.Ordinal))
        {
            if (ObjectId.TryParse(sha, out ObjectId? id) && !same.Contains(sha) && IsSame(id))
            {
                same.Add(sha);
            }
        }

        return same;

        bool IsSame(ObjectId approved)
        {
            try
            {
                git.FetchCommit(options.Remote, approved, options.Credential);
            }
            catch (GitException)
            {
                return false; // A commit that no reference leads to any more may be gone.
            }

            if (reader.Read(change.Tip, approved).ResultTree is not { } merged)
            {
                return false;
            }

            return git.IdAt(merged, Folder(RequestPath.Requests)) == git.IdAt(result, Folder(RequestPath.Requests))
                && (
                    git.IdAt(merged, Folder(RequestPath.Jobs)) == git.IdAt(result, Folder(RequestPath.Jobs))
                    || IsRenderedOnTop(approved, change.Head)
                );
        }
    }

    // The head is exactly what its requests render to, and differs from what was approved by that alone.
    private bool IsRenderedOnTop(ObjectId approved, ObjectId head) =>
        git.IsAncestor(approved, head)
        && git.Diff(approved, head).All(c => c.Path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal));

    private static string Folder(string prefix) => prefix.TrimEnd('/');
}
