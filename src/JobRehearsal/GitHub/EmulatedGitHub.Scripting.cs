using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>What people do at their keyboards, and what a test wants to look at afterwards.</summary>
public sealed partial class EmulatedGitHub
{
    private readonly Dictionary<string, EmulatedUser> users = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<EmulatedApp> apps = [];
    private readonly List<EmulatedIssue> issues = [];
    private readonly List<EmulatedComment> comments = [];
    private readonly List<EmulatedDeletion> deletions = [];
    private readonly List<EmulatedStatus> statuses = [];
    private readonly List<EmulatedCheckRun> checkRuns = [];
    private readonly List<EmulatedDeployment> deployments = [];
    private readonly List<EmulatedDispatch> dispatches = [];
    private readonly Dictionary<string, Label> labels = new(StringComparer.OrdinalIgnoreCase);
    private long lastId = 1000;
    private long lastUser;

    public IReadOnlyList<EmulatedComment> Comments => Snapshot(comments);

    public IReadOnlyList<EmulatedStatus> Statuses => Snapshot(statuses);

    public IReadOnlyList<EmulatedCheckRun> CheckRuns => Snapshot(checkRuns);

    public IReadOnlyList<EmulatedDeployment> Deployments => Snapshot(deployments);

    public IReadOnlyList<EmulatedDispatch> Dispatches => Snapshot(dispatches);

    public IReadOnlyList<EmulatedPull> Pulls => [.. Snapshot(issues).OfType<EmulatedPull>()];

    /// <summary>Somebody with a token of their own.</summary>
    public EmulatedUser AddUser(string login, PermissionLevel permission = PermissionLevel.Write) =>
        AddIdentity(login, permission, null);

    /// <summary>A GitHub App that is installed here; its tokens last an hour and act as <c>SLUG[bot]</c>.</summary>
    /// <param name="publicKey">PEM.</param>
    /// <param name="permissions">What it was given beyond what every App here may.</param>
    public void AddApp(
        string appId,
        long installationId,
        string slug,
        string publicKey,
        params IReadOnlyList<string> permissions
    )
    {
        lock (gate)
        {
            var app = new EmulatedApp(appId, installationId, slug, publicKey) { Permissions = permissions };
            apps.Add(app);
            AddIdentity(slug + "[bot]", PermissionLevel.Write, app.Id).Granted.UnionWith(permissions);
        }
    }

    /// <summary>What an App's tokens act as, without its key: for tests that aren't about tokens.</summary>
    public EmulatedUser AddAppUser(string slug, long appId) =>
        AddIdentity(slug + "[bot]", PermissionLevel.Write, appId);

    /// <summary>Makes every token of every App invalid at once.</summary>
    public void RevokeInstallationTokens()
    {
        lock (gate)
            apps.ForEach(app => app.Tokens.Clear());
    }

    /// <summary>
    /// Commits files onto a branch (made from <paramref name="from"/>, or from nothing) and returns its head.
    /// </summary>
    /// <exception cref="PushDeclined">A ruleset refuses it.</exception>
    /// <param name="files">Path and text; null takes the file away.</param>
    /// <param name="author">Whose name the commit bears, where it isn't the pusher's: anybody's can be written.</param>
    public ObjectId Push(
        EmulatedUser user,
        string branch,
        string message,
        IReadOnlyDictionary<string, string?> files,
        string? from = null,
        EmulatedUser? author = null
    ) => PushTo(user, "refs/heads/" + branch, message, files, from, author);

    /// <summary>Commits files onto a branch of somebody's fork, made from our branch <paramref name="from"/>.</summary>
    public ObjectId PushToFork(
        EmulatedUser user,
        string branch,
        string message,
        IReadOnlyDictionary<string, string?> files,
        string? from = "main"
    ) => PushTo(user, ForkReference(user.Login, branch), message, files, from, null);

    /// <summary>Opens a pull request from a branch here, or, as <c>owner:branch</c>, from a fork's.</summary>
    public EmulatedPull OpenPull(
        EmulatedUser author,
        string head,
        string title,
        string? body = null,
        string @base = "main"
    )
    {
        lock (gate)
        {
            var parts = head.Split(':', 2);
            var (owner, branch) = parts is [var o, var b] ? (o, b) : (Name.Owner, head);
            var reference = owner == Name.Owner ? "refs/heads/" + branch : ForkReference(owner, branch);
            var sha =
                Git.TryResolve(reference)
                ?? throw new ApiFault(422, "Validation Failed", Problem("PullRequest", "head", "invalid"));
            if (Git.TryResolve("refs/heads/" + @base) is not { } baseSha)
                throw new ApiFault(422, "Validation Failed", Problem("PullRequest", "base", "invalid"));
            var twin = issues
                .OfType<EmulatedPull>()
                .Any(p => p.IsOpen && p.HeadReference == reference && p.BaseBranch == @base);
            if (twin)
                throw new ApiFault(422, "Validation Failed", $"A pull request already exists for {owner}:{branch}.");
            if (sha == baseSha || Git.IsAncestor(sha, baseSha))
                throw new ApiFault(422, "Validation Failed", $"No commits between {@base} and {head}");
            var pull = new EmulatedPull(
                issues.Count + 1,
                author,
                title,
                body,
                Clock.GetUtcNow(),
                owner,
                branch,
                reference,
                @base
            )
            {
                HeadSha = sha,
                BaseSha = baseSha,
            };
            issues.Add(pull);
            Git.UpdateReference($"refs/pull/{pull.Number}/head", sha, null);
            Notify(pull, "opened", author);
            return pull;
        }
    }

    /// <summary>A closed pull request of the past without a branch of its own: repositories have thousands of them.</summary>
    public EmulatedPull PastPull(EmulatedUser author, string title, ObjectId commit)
    {
        lock (gate)
        {
            var pull = new EmulatedPull(
                issues.Count + 1,
                author,
                title,
                "",
                Clock.GetUtcNow(),
                Name.Owner,
                "past",
                "refs/heads/past",
                "main"
            )
            {
                HeadSha = commit,
                BaseSha = commit,
                MergedAt = Clock.GetUtcNow(),
                MergeCommit = commit,
            };
            issues.Add(pull);
            SetState(pull, open: false);
            return pull;
        }
    }

    /// <summary>A Deployment that is there already.</summary>
    public EmulatedDeployment Deploy(EmulatedUser user, string sha, string environment, string task)
    {
        lock (gate)
        {
            var deployment = new EmulatedDeployment(NextId(), sha, sha, task, environment, null, null, user, Tick());
            deployments.Add(deployment);
            return deployment;
        }
    }

    /// <summary>A label the repository has, whoever wears it.</summary>
    public void DefineLabel(string name)
    {
        lock (gate)
            labels.TryAdd(name, new Label(name));
    }

    /// <summary>Takes a label out of the repository.</summary>
    public void UndefineLabel(string name)
    {
        lock (gate)
            labels.Remove(name);
    }

    /// <summary>Puts a label on without anybody's asking.</summary>
    public void Label(int issue, string label)
    {
        lock (gate)
        {
            labels.TryAdd(label, new Label(label));
            issues[issue - 1].Labels.Add(label);
        }
    }

    public EmulatedIssue OpenIssue(EmulatedUser author, string title, string body)
    {
        lock (gate)
        {
            var issue = new EmulatedIssue(issues.Count + 1, author, title, body, Clock.GetUtcNow());
            issues.Add(issue);
            return issue;
        }
    }

    public EmulatedComment Comment(EmulatedUser author, int issue, string body)
    {
        lock (gate)
        {
            var comment = new EmulatedComment(NextId(), issue, author, body, Tick());
            comments.Add(comment);
            return comment;
        }
    }

    /// <param name="state">APPROVED, CHANGES_REQUESTED or COMMENTED.</param>
    /// <param name="commit">The head that was looked at; the present one when not given.</param>
    public EmulatedReview Review(EmulatedUser author, int pull, string state, string body = "", ObjectId? commit = null)
    {
        lock (gate)
        {
            FollowBranches();
            var target = PullOf(pull);
            if (author == target.Author && state != "COMMENTED")
                throw new ApiFault(422, "Unprocessable Entity", "Can not approve your own pull request");
            var review = new EmulatedReview(
                NextId(),
                author,
                state,
                (commit ?? target.HeadSha).ToString(),
                body,
                Tick()
            );
            target.Reviews.Add(review);
            TryAutoMerge(target);
            return review;
        }
    }

    /// <summary>Changes a comment's text; who may write may change anybody's.</summary>
    public void EditComment(EmulatedUser user, EmulatedComment comment, string body)
    {
        lock (gate)
            UpdateComment(comment, user, new JsonObject { ["body"] = body });
    }

    /// <summary>Takes a comment away; who may write may take anybody's.</summary>
    public void DeleteComment(EmulatedUser user, EmulatedComment comment)
    {
        lock (gate)
            DeleteComment(comment, user);
    }

    /// <summary>Changes a review's text, which its author may at any time.</summary>
    public void EditReview(EmulatedReview review, string body)
    {
        lock (gate)
            (review.Body, review.LastEditedAt, review.Editor) = (body, Tick(), review.Author);
    }

    /// <summary>Gives somebody another login; the old one can be taken by anybody then.</summary>
    public void Rename(EmulatedUser user, string login)
    {
        lock (gate)
        {
            users.Remove(user.Login);
            user.Login = login;
            users.Add(login, user);
        }
    }

    public void DismissReview(int pull, long review)
    {
        lock (gate)
            PullOf(pull).Reviews.Single(r => r.Id == review).Dismiss();
    }

    /// <summary>Merges as a person pressing the button would.</summary>
    public ObjectId Merge(EmulatedUser user, int pull, PullRequestMergeMethod method = PullRequestMergeMethod.Merge)
    {
        lock (gate)
        {
            FollowBranches();
            return Merge(PullOf(pull), user, method, null, null);
        }
    }

    /// <summary>Moves a branch to any commit, forward or not, as <c>git push --force</c> does.</summary>
    public void ForcePush(EmulatedUser user, string branch, ObjectId commit)
    {
        lock (gate)
        {
            var reference = "refs/heads/" + branch;
            var old = Git.TryResolve(reference);
            MustTake(user, reference, old, commit);
            Git.UpdateReference(reference, commit, old);
            RecordPush(reference, old, commit, user);
            FollowBranches();
        }
    }

    public void Close(int number)
    {
        lock (gate)
            SetState(issues[number - 1], open: false);
    }

    /// <summary>Opens a closed pull request again, as whoever may write can.</summary>
    public void Reopen(EmulatedUser user, int number)
    {
        lock (gate)
        {
            SetState(issues[number - 1], open: true);
            FollowBranches();
            Notify(PullOf(number), "reopened", user);
        }
    }

    /// <summary>Points a pull request at another base branch, as its author can at any time.</summary>
    public void Retarget(EmulatedUser user, int number, string @base)
    {
        lock (gate)
        {
            var pull = PullOf(number);
            pull.BaseBranch = @base;
            FollowBranches();
            Notify(pull, "edited", user);
        }
    }

    public EmulatedPull Pull(int number)
    {
        lock (gate)
        {
            FollowBranches();
            return PullOf(number);
        }
    }

    public IReadOnlyList<string> LabelsOf(int number)
    {
        lock (gate)
            return [.. issues[number - 1].Labels.Order(StringComparer.Ordinal)];
    }

    private static string ForkReference(string owner, string branch) => $"refs/forks/{owner}/heads/{branch}";

    private ObjectId PushTo(
        EmulatedUser user,
        string reference,
        string message,
        IReadOnlyDictionary<string, string?> files,
        string? from,
        EmulatedUser? author
    )
    {
        lock (gate)
        {
            var old = Git.TryResolve(reference);
            var parent = old ?? (from is null ? null : Git.Resolve("refs/heads/" + from));
            var edits = files.Select(file => new TreeEdit(
                file.Key,
                file.Value is null ? null : Encoding.UTF8.GetBytes(file.Value)
            ));
            var person = PersonOf(author ?? user, Tick());
            var commit = Git.WriteCommit(
                Git.WriteTree(parent, [.. edits]),
                parent is { } p ? [p] : [],
                person,
                person,
                message
            );
            MustTake(user, reference, old, commit);
            Git.UpdateReference(reference, commit, old);
            RecordPush(reference, old, commit, user);
            FollowBranches();
            return commit;
        }
    }

    // Somebody may have pushed with git itself: pull requests and the queue follow their branches, as on GitHub.
    private void FollowBranches()
    {
        foreach (var pull in issues.OfType<EmulatedPull>().Where(p => p.IsOpen).ToList())
        {
            pull.BaseSha = Git.TryResolve("refs/heads/" + pull.BaseBranch) ?? pull.BaseSha;
            if (Git.TryResolve(pull.HeadReference) is not { } head)
            {
                // A pull request goes with its branch; a fork may be gone whole, and leaves it open.
                if (!pull.IsFork)
                    (pull.IsOpen, pull.ClosedAt) = (false, Clock.GetUtcNow());
            }
            else if (head != pull.HeadSha)
                MoveHead(pull, head);
        }

        foreach (var branch in queues.Where(queue => queue.Value.Count > 0).Select(queue => queue.Key).ToList())
            Advance(branch);
    }

    private void MoveHead(EmulatedPull pull, ObjectId head)
    {
        var before = pull.HeadSha;
        var pusher = PusherOf(pull, head);
        Git.UpdateReference($"refs/pull/{pull.Number}/head", head, before);
        pull.HeadSha = head;
        pull.UpdatedAt = Clock.GetUtcNow();
        pull.Synchronizations.Add(
            new EmulatedSynchronization(before, head, pusher, !Git.IsAncestor(before, head), Clock.GetUtcNow())
        );
        Notify(
            pull,
            "synchronize",
            pusher,
            new JsonObject { ["before"] = before.ToString(), ["after"] = head.ToString() }
        );
        if (pull.QueueEntry is not null)
            Leave(pull, "UNKNOWN_REMOVAL_REASON", pusher);
        // Who can't write here doesn't merge by pushing after somebody else has said "merge when ready".
        if (pusher is { CanWrite: false })
            pull.AutoMerge = null;
        if (
            options.DismissStaleReviews
            || ActiveRules(pull.BaseBranch).Any(applied => applied.Rule.DismissesStaleReviews)
        )
            foreach (var review in pull.Reviews.Where(r => r.State == "APPROVED"))
                review.Dismiss();
        TryAutoMerge(pull);
    }

    private EmulatedUser AddIdentity(string login, PermissionLevel permission, long? appId)
    {
        lock (gate)
        {
            if (users.TryGetValue(login, out var known))
                return known;
            // Counted on: a login that was given up doesn't bring its number back.
            var id = ++lastUser;
            var user = new EmulatedUser(id, login, $"rehearsal-token-{id}", permission, appId);
            users.Add(login, user);
            return user;
        }
    }

    private EmulatedPull PullOf(int pull) =>
        pull >= 1 && pull <= issues.Count && issues[pull - 1] is EmulatedPull found
            ? found
            : throw new ApiFault(404, "Not Found");

    private long NextId() => ++lastId;

    private DateTimeOffset Tick()
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return Clock.GetUtcNow();
    }

    private IReadOnlyList<T> Snapshot<T>(List<T> list)
    {
        lock (gate)
            return [.. list];
    }

    private static JsonObject Problem(string resource, string field, string code) =>
        new()
        {
            ["resource"] = resource,
            ["field"] = field,
            ["code"] = code,
        };
}

/// <summary>A GitHub App and the tokens it was given.</summary>
internal sealed class EmulatedApp(string appId, long installationId, string slug, string publicKey)
{
    /// <summary>The App's number; an App that signs with its client id has one as well.</summary>
    public long Id { get; } =
        long.TryParse(appId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : 700_000 + installationId;

    public string AppId { get; } = appId;
    public long InstallationId { get; } = installationId;
    public string Slug { get; } = slug;
    public IReadOnlyList<string> Permissions { get; init; } = [];
    public string PublicKey { get; } = publicKey;
    public Dictionary<string, DateTimeOffset> Tokens { get; } = new(StringComparer.Ordinal);
}
