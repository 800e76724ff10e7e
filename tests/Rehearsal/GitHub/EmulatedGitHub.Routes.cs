using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.Rehearsal.GitHub;

/// <summary>REST: which call goes where, who may make it, and GitHub's own rules for it.</summary>
public sealed partial class EmulatedGitHub
{
    private const int LongestComment = 65_536;

    private Shapes Say => field ??= new Shapes(ApiUrl, Name);

    private Reply Route(ApiRequest request, RecordedCall call)
    {
        if (request.BadJson)
            throw new ApiFault(400, "Problems parsing JSON");
        if (request is { Method: "POST", Segments: ["app", "installations", var installation, "access_tokens"] })
            return CreateInstallationToken(request, installation);
        if (request.Token is null)
            throw new ApiFault(401, "Requires authentication");
        var user = Identify(request) ?? throw new ApiFault(401, "Bad credentials");
        if (request is { Method: "POST", Segments: ["graphql"] })
            return GraphQL(request, call, user);
        if (request is { Method: "GET", Segments: ["user"] })
            return user.IsApp
                ? throw new ApiFault(403, "Resource not accessible by integration")
                : new Reply(200, Say.User(user));
        if (request.Segments is not ["repos", var owner, var name, .. var rest])
            throw NotEmulated(request);
        // What a token may not even see is not there.
        if (user.Permission == PermissionLevel.None || $"{owner}/{name}" != Name.ToString())
            throw new ApiFault(404, "Not Found");
        if (request.Method == "GET")
            return Get(request, rest);
        var anyReader = rest is ["issues", _, "comments"] or ["issues"] or ["pulls"] or ["pulls", _, "reviews"];
        if (!user.CanWrite && !anyReader)
            throw new ApiFault(403, "Resource not accessible by integration");
        return Change(request, user, [request.Method, .. rest]);
    }

    private Reply Get(ApiRequest request, string[] path) =>
        path switch
        {
            [] => new Reply(200, Say.Repository(Name.Owner, 1, fork: false)),
            ["pulls"] => ListPulls(request),
            ["pulls", var n] => GetPull(PullOf(Number(n))),
            ["pulls", var n, "files"] => Page(request, Files(PullOf(Number(n)))),
            ["pulls", var n, "reviews"] => Page(request, Reviews(PullOf(Number(n)))),
            ["pulls", var n, "comments"] => Page(request, ReviewComments(PullOf(Number(n)))),
            ["pulls", var n, "merge"] => PullOf(Number(n)).MergedAt is null
                ? throw new ApiFault(404, "Not Found")
                : new Reply(204),
            ["issues", "comments", var id] => new Reply(200, Say.Comment(CommentOf(id))),
            ["issues", var n] => new Reply(200, IssueJson(IssueOf(n))),
            ["issues", var n, "comments"] => Page(
                request,
                comments.Where(c => c.Issue == IssueOf(n).Number).Select(c => Say.Comment(c))
            ),
            ["issues", var n, "labels"] => Page(request, LabelsOf(IssueOf(n)).Select(Say.Label)),
            ["labels"] => Page(request, labels.Values.Select(Say.Label)),
            ["collaborators", var login, "permission"] => GetPermission(login),
            ["commits", .. var reference, "status"] => GetCombined(request, CommitOf(reference)),
            ["commits", .. var reference, "statuses"] => Page(
                request,
                StatusesOf(CommitOf(reference)).Select(s => Say.Status(s, withCreator: true))
            ),
            ["commits", .. var reference, "check-runs"] => ListCheckRuns(request, CommitOf(reference)),
            ["commits", var sha, "pulls"] => Page(request, PullsWith(CommitOf([sha]))),
            ["check-runs", var id] => new Reply(200, Say.CheckRun(CheckRunOf(id))),
            ["check-runs", var id, "annotations"] => Page(request, CheckRunOf(id).Annotations),
            ["contents", .. var file] => GetContents(request, string.Join('/', file)),
            ["deployments"] => ListDeployments(request),
            ["deployments", var id, "statuses"] => Page(request, DeploymentStatuses(DeploymentOf(id))),
            ["git", "ref", .. var reference] => GetReference(string.Join('/', reference)),
            ["git", "blobs", var sha] => GetBlob(sha),
            ["git", "trees", .. var tree] => GetTree(request, string.Join('/', tree)),
            ["git", "commits", var sha] => GetCommit(sha),
            _ => throw NotEmulated(request),
        };

    private Reply Change(ApiRequest request, EmulatedUser user, string[] path)
    {
        var body = request.Body as JsonObject ?? [];
        return path switch
        {
            ["POST", "pulls"] => CreatePull(user, body),
            ["PATCH", "pulls", var n] => UpdateIssue(PullOf(Number(n)), body, pull: true),
            ["PUT", "pulls", var n, "merge"] => MergePull(PullOf(Number(n)), user, body),
            ["POST", "pulls", var n, "reviews"] => CreateReview(PullOf(Number(n)), user, body),
            ["DELETE", "pulls", "comments", var id] => DeleteReviewComment(id),
            ["POST", "issues"] => CreateIssue(user, body),
            ["PATCH", "issues", "comments", var id] => UpdateComment(CommentOf(id), body),
            ["DELETE", "issues", "comments", var id] => DeleteComment(CommentOf(id)),
            ["PATCH", "issues", var n] => UpdateIssue(IssueOf(n), body, pull: false),
            ["POST", "issues", var n, "comments"] => CreateComment(IssueOf(n), user, body),
            ["POST", "issues", var n, "labels"] => SetLabels(IssueOf(n), body, replace: false),
            ["PUT", "issues", var n, "labels"] => SetLabels(IssueOf(n), body, replace: true),
            ["DELETE", "issues", var n, "labels", var label] => RemoveLabel(IssueOf(n), label),
            ["POST", "labels"] => CreateLabel(body),
            ["POST", "statuses", var sha] => CreateStatus(sha, user, body),
            ["POST", "check-runs"] => CreateCheckRun(user, body),
            ["PATCH", "check-runs", var id] => UpdateCheckRun(CheckRunOf(id), user, body),
            ["POST", "deployments"] => CreateDeployment(user, body),
            ["POST", "deployments", var id, "statuses"] => CreateDeploymentStatus(DeploymentOf(id), user, body),
            ["POST", "dispatches"] => Dispatch(user, body),
            ["POST", "git", "blobs"] => CreateBlob(body),
            ["POST", "git", "trees"] => CreateTree(body),
            ["POST", "git", "commits"] => CreateCommit(user, body),
            ["POST", "git", "refs"] => CreateReference(body),
            ["PATCH", "git", "refs", .. var reference] => UpdateReference(string.Join('/', reference), body),
            ["DELETE", "git", "refs", .. var reference] => DeleteReference(string.Join('/', reference)),
            _ => throw NotEmulated(request),
        };
    }

    // ---- pull requests ----

    private Reply ListPulls(ApiRequest request)
    {
        var state = request.Parameters.GetValueOrDefault("state", "open");
        var head = request.Parameters.GetValueOrDefault("head");
        var @base = request.Parameters.GetValueOrDefault("base");
        return Page(
            request,
            issues
                .OfType<EmulatedPull>()
                .Where(p => state == "all" || p.IsOpen == (state == "open"))
                .Where(p => head is null || head == $"{p.HeadOwner}:{p.HeadBranch}")
                .Where(p => @base is null || @base == p.BaseBranch)
                .OrderByDescending(p => p.Number)
                .Select(PullJson)
        );
    }

    private Reply GetPull(EmulatedPull pull)
    {
        var json = PullJson(pull);
        var mergeable = pull.IsOpen && Git.MergeTree(pull.BaseSha, pull.HeadSha) is not null;
        json["merged"] = pull.MergedAt is not null;
        json["mergeable"] = pull.IsOpen ? mergeable : null;
        json["rebaseable"] = pull.IsOpen ? mergeable : null;
        json["mergeable_state"] =
            !pull.IsOpen ? "unknown"
            : !mergeable ? "dirty"
            : MissingContexts(pull).Any() ? "blocked"
            : "clean";
        json["merged_by"] = pull.MergedBy is { } by ? Say.User(by) : null;
        json["comments"] = comments.Count(c => c.Issue == pull.Number);
        json["review_comments"] = pull.ReviewComments.Count;
        json["maintainer_can_modify"] = pull.IsFork;
        json["commits"] = 1;
        json["additions"] = 0;
        json["deletions"] = 0;
        json["changed_files"] = ChangesOf(pull).Count;
        return new Reply(200, json);
    }

    private Reply CreatePull(EmulatedUser user, JsonObject body)
    {
        var pull = OpenPull(
            user,
            Required(body, "PullRequest", "head"),
            Required(body, "PullRequest", "title"),
            Text(body, "body"),
            Required(body, "PullRequest", "base")
        );
        pull.Draft = body["draft"]?.GetValue<bool>() ?? false;
        return new Reply(201, GetPull(pull).Body);
    }

    private Reply MergePull(EmulatedPull pull, EmulatedUser user, JsonObject body)
    {
        var method = Text(body, "merge_method") switch
        {
            null or "merge" => PullRequestMergeMethod.Merge,
            "squash" => PullRequestMergeMethod.Squash,
            "rebase" => throw new ApiFault(405, "Rebase merges are not allowed on this repository."),
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
        if (MissingContexts(pull).FirstOrDefault() is { } missing)
            throw new ApiFault(405, $"Required status check \"{missing}\" is expected.");
        if (Git.MergeTree(pull.BaseSha, pull.HeadSha) is not { } tree)
            throw new ApiFault(405, "Merge conflict: Pull Request is not mergeable");
        var at = Tick();
        var headline = title ?? $"Merge pull request #{pull.Number} from {pull.HeadOwner}/{pull.HeadBranch}";
        var squash = method == PullRequestMergeMethod.Squash;
        var commit = Git.WriteCommit(
            tree,
            squash ? [pull.BaseSha] : [pull.BaseSha, pull.HeadSha],
            new Signature(user.Login, user.Login + "@users.noreply.example.com", at),
            new Signature("GitHub", "noreply@github.com", at),
            $"{headline}\n\n{text ?? pull.Title}\n"
        );
        if (Git.UpdateReference("refs/heads/" + pull.BaseBranch, commit, pull.BaseSha) == ReferenceUpdate.Moved)
            throw new ApiFault(405, "Base branch was modified. Review and try the merge again.");
        pull.MergedAt = at;
        pull.MergedBy = user;
        pull.MergeCommit = commit;
        pull.AutoMerge = null;
        SetState(pull, open: false);
        return commit;
    }

    private void TryAutoMerge(EmulatedPull pull)
    {
        if (pull is not { IsOpen: true, AutoMerge: { } method } || MissingContexts(pull).Any())
            return;
        if (Git.MergeTree(pull.BaseSha, pull.HeadSha) is not null)
            Merge(pull, pull.AutoMergeBy!, method, null, null);
    }

    private IEnumerable<string> MissingContexts(EmulatedPull pull) =>
        options.RequiredContexts.Where(context =>
            StatusesOf(pull.HeadSha).FirstOrDefault(s => s.Context == context)?.State != "success"
        );

    private IReadOnlyList<TreeChange> ChangesOf(EmulatedPull pull) =>
        Git.Diff(Git.MergeBase(pull.BaseSha, pull.HeadSha) ?? pull.BaseSha, pull.HeadSha);

    private IEnumerable<JsonNode> Files(EmulatedPull pull) =>
        ChangesOf(pull)
            .Take(3000)
            .Select(change => new JsonObject
            {
                ["sha"] = (change.IsDeleted ? change.OldId : change.NewId).ToString(),
                ["filename"] = change.Path,
                ["status"] =
                    change.IsAdded ? "added"
                    : change.IsDeleted ? "removed"
                    : "modified",
                ["additions"] = Lines(change.NewId),
                ["deletions"] = Lines(change.OldId),
                ["changes"] = Lines(change.NewId) + Lines(change.OldId),
                ["blob_url"] = Say.Url("blob/" + change.Path),
                ["raw_url"] = Say.Url("raw/" + change.Path),
                ["contents_url"] = Say.Url("contents/" + change.Path),
            });

    private int Lines(ObjectId blob) =>
        Git.ReadBlobs([blob], 10 << 20).GetValueOrDefault(blob)?.Count(b => b == (byte)'\n') ?? 0;

    private IEnumerable<JsonNode> PullsWith(ObjectId commit) =>
        issues
            .OfType<EmulatedPull>()
            .Where(pull => pull.MergeCommit == commit || pull.HeadSha == commit)
            .Select(PullJson);

    private JsonObject PullJson(EmulatedPull pull) => Say.Pull(pull, LabelsOf(pull));

    // ---- reviews ----

    private IEnumerable<JsonNode> Reviews(EmulatedPull pull) => pull.Reviews.Select(r => Say.Review(r, pull.Number));

    private IEnumerable<JsonNode> ReviewComments(EmulatedPull pull) =>
        pull.ReviewComments.Select(c => Say.ReviewComment(c, pull.Number));

    private Reply CreateReview(EmulatedPull pull, EmulatedUser user, JsonObject body)
    {
        var state = Text(body, "event") switch
        {
            "APPROVE" => "APPROVED",
            "REQUEST_CHANGES" => "CHANGES_REQUESTED",
            "COMMENT" => "COMMENTED",
            null => "PENDING",
            _ => throw Invalid("PullRequestReview", "event", "invalid"),
        };
        if (user == pull.Author && state is "APPROVED" or "CHANGES_REQUESTED")
            throw new ApiFault(422, "Unprocessable Entity", "Can not approve your own pull request");
        var commit = Text(body, "commit_id") ?? pull.HeadSha.ToString();
        var remarks = (body["comments"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var changed = remarks.Count == 0 ? [] : ChangesOf(pull).Select(change => change.Path).ToHashSet();
        if (remarks.Any(remark => !changed.Contains(Required(remark, "PullRequestReviewComment", "path"))))
            throw new ApiFault(422, "Unprocessable Entity", "Path could not be resolved");
        var review = new EmulatedReview(NextId(), user, state, commit, Text(body, "body") ?? "", Tick());
        if (state is "COMMENTED" or "CHANGES_REQUESTED" && review.Body.Length == 0 && remarks.Count == 0)
            throw new ApiFault(422, "Unprocessable Entity", "Review body can't be blank");
        pull.Reviews.Add(review);
        foreach (var remark in remarks)
            pull.ReviewComments.Add(
                new EmulatedReviewComment(
                    NextId(),
                    review.Id,
                    user,
                    Text(remark, "path")!,
                    Integer(remark, "line") ?? throw Invalid("PullRequestReviewComment", "line", "missing_field"),
                    Integer(remark, "start_line"),
                    Body(remark, "PullRequestReviewComment"),
                    commit,
                    review.SubmittedAt
                )
            );
        TryAutoMerge(pull);
        return new Reply(200, Say.Review(review, pull.Number));
    }

    private Reply DeleteReviewComment(string id)
    {
        var gone = issues.OfType<EmulatedPull>().Sum(p => p.ReviewComments.RemoveAll(c => Same(c.Id, id)));
        return gone > 0 ? new Reply(204) : throw new ApiFault(404, "Not Found");
    }

    // ---- issues, comments, labels ----

    private Reply CreateIssue(EmulatedUser user, JsonObject body) =>
        new(201, IssueJson(OpenIssue(user, Required(body, "Issue", "title"), Text(body, "body") ?? "")));

    private Reply UpdateIssue(EmulatedIssue issue, JsonObject body, bool pull)
    {
        if (body.ContainsKey("title"))
            issue.Title = Required(body, "Issue", "title");
        if (body.ContainsKey("body"))
            issue.Body = Text(body, "body");
        if (Text(body, "state") is { } state)
            SetState(issue, state == "open");
        if (Text(body, "state_reason") is { } reason)
            issue.StateReason = reason;
        issue.UpdatedAt = Tick();
        return pull ? GetPull((EmulatedPull)issue) : new Reply(200, IssueJson(issue));
    }

    private void SetState(EmulatedIssue issue, bool open)
    {
        issue.IsOpen = open;
        issue.ClosedAt = open ? null : Clock.GetUtcNow();
        issue.UpdatedAt = Clock.GetUtcNow();
    }

    private Reply CreateComment(EmulatedIssue issue, EmulatedUser user, JsonObject body) =>
        new(201, Say.Comment(Comment(user, issue.Number, Body(body, "IssueComment"))));

    private Reply UpdateComment(EmulatedComment comment, JsonObject body)
    {
        comment.Body = Body(body, "IssueComment");
        comment.UpdatedAt = Tick();
        comment.Edits++;
        return new Reply(200, Say.Comment(comment));
    }

    private Reply DeleteComment(EmulatedComment comment)
    {
        comments.Remove(comment);
        return new Reply(204);
    }

    private Reply SetLabels(EmulatedIssue issue, JsonObject body, bool replace)
    {
        var names = (body["labels"] as JsonArray ?? []).Select(label => label!.ToString()).ToList();
        if (names.FirstOrDefault(name => name.Length is 0 or > 50) is not null)
            throw Invalid("Label", "name", "invalid");
        if (replace)
            issue.Labels.Clear();
        foreach (var name in names.Where(name => !issue.Labels.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            labels.TryAdd(name, new Label(name));
            issue.Labels.Add(labels[name].Name);
        }

        issue.UpdatedAt = Tick();
        return new Reply(200, Shapes.List(LabelsOf(issue).Select(Say.Label)));
    }

    private Reply RemoveLabel(EmulatedIssue issue, string label) =>
        issue.Labels.RemoveAll(l => l.Equals(label, StringComparison.OrdinalIgnoreCase)) > 0
            ? new Reply(200, Shapes.List(LabelsOf(issue).Select(Say.Label)))
            : throw new ApiFault(404, "Label does not exist");

    private Reply CreateLabel(JsonObject body)
    {
        var label = new Label(Required(body, "Label", "name"), Text(body, "color"), Text(body, "description"));
        if (label.Color is { } color && (color.Length != 6 || !color.All(char.IsAsciiHexDigit)))
            throw Invalid("Label", "color", "invalid");
        if (!labels.TryAdd(label.Name, label))
            throw Invalid("Label", "name", "already_exists");
        return new Reply(201, Say.Label(label));
    }

    private IEnumerable<Label> LabelsOf(EmulatedIssue issue) => issue.Labels.Select(name => labels[name]);

    private JsonObject IssueJson(EmulatedIssue issue) =>
        Say.Issue(issue, LabelsOf(issue), comments.Count(c => c.Issue == issue.Number));

    private Reply GetPermission(string login)
    {
        if (!users.TryGetValue(login, out var user))
            throw new ApiFault(404, $"{login} is not a user");
        var permission = user.Permission.ToString().ToLowerInvariant();
        var who = Say.User(user);
        who["role_name"] = permission;
        return new Reply(
            200,
            new JsonObject
            {
                ["permission"] = permission,
                ["role_name"] = permission,
                ["user"] = who,
            }
        );
    }

    // ---- statuses and checks ----

    private Reply CreateStatus(string sha, EmulatedUser user, JsonObject body)
    {
        if (!ObjectId.TryParse(sha, out var id) || Git.TryResolve(sha) is null)
            throw new ApiFault(422, $"No commit found for SHA: {sha}");
        var state = Text(body, "state");
        if (state is not ("error" or "failure" or "pending" or "success"))
            throw Invalid("Status", "state", "invalid");
        if (Text(body, "description") is { Length: > 140 })
            throw new ApiFault(
                422,
                "Validation Failed",
                Custom("Status", "description", "description is too long (maximum is 140 characters)")
            );
        var context = Text(body, "context") ?? "default";
        if (StatusesOf(id).Count(s => s.Context == context) >= 1000)
            throw new ApiFault(
                422,
                "Validation Failed",
                Custom("Status", "sha", "This SHA and context has reached the maximum number of statuses.")
            );
        var status = new EmulatedStatus(
            NextId(),
            sha,
            context,
            state,
            Text(body, "description"),
            Text(body, "target_url"),
            user,
            Tick()
        );
        statuses.Add(status);
        foreach (var pull in issues.OfType<EmulatedPull>().Where(p => p.IsOpen && p.HeadSha == id).ToList())
            TryAutoMerge(pull);
        return new Reply(201, Say.Status(status, withCreator: true));
    }

    private IEnumerable<EmulatedStatus> StatusesOf(ObjectId commit) =>
        statuses.Where(status => status.Sha == commit.ToString()).Reverse();

    private Reply GetCombined(ApiRequest request, ObjectId commit)
    {
        var newest = StatusesOf(commit).DistinctBy(status => status.Context).ToList();
        var state =
            newest.Any(s => s.State is "failure" or "error") ? "failure"
            : newest.Count == 0 || newest.Any(s => s.State == "pending") ? "pending"
            : "success";
        return new Reply(
            200,
            new JsonObject
            {
                ["state"] = state,
                ["statuses"] = Page(request, newest.Select(s => Say.Status(s, withCreator: false))).Body!,
                ["sha"] = commit.ToString(),
                ["total_count"] = newest.Count,
                ["repository"] = Say.Repository(Name.Owner, 1, fork: false),
                ["commit_url"] = Say.Url($"commits/{commit}"),
                ["url"] = Say.Url($"commits/{commit}/status"),
            }
        );
    }

    private Reply CreateCheckRun(EmulatedUser user, JsonObject body)
    {
        OnlyApps(user);
        var name = Required(body, "CheckRun", "name");
        var sha = Required(body, "CheckRun", "head_sha");
        if (!ObjectId.TryParse(sha, out _) || Git.TryResolve(sha) is null)
            throw new ApiFault(422, $"No commit found for SHA: {sha}");
        CheckOutput(body);
        var run = new EmulatedCheckRun(NextId(), name, sha, Tick());
        Apply(run, body);
        checkRuns.Add(run);
        return new Reply(201, Say.CheckRun(run));
    }

    private Reply UpdateCheckRun(EmulatedCheckRun run, EmulatedUser user, JsonObject body)
    {
        OnlyApps(user);
        CheckOutput(body);
        Apply(run, body);
        return new Reply(200, Say.CheckRun(run));
    }

    private static void OnlyApps(EmulatedUser user)
    {
        if (!user.IsApp)
            throw new ApiFault(403, "You must authenticate via a GitHub App.");
    }

    private static void CheckOutput(JsonObject body)
    {
        string[] conclusions =
        [
            "action_required",
            "cancelled",
            "failure",
            "neutral",
            "success",
            "skipped",
            "stale",
            "timed_out",
        ];
        var conclusion = Text(body, "conclusion");
        if (conclusion is not null && !conclusions.Contains(conclusion))
            throw Invalid("CheckRun", "conclusion", "invalid");
        if (Text(body, "status") == "completed" && conclusion is null)
            throw Invalid("CheckRun", "conclusion", "missing_field");
        if (body["output"] is not JsonObject output)
            return;
        Required(output, "CheckRun", "title");
        Required(output, "CheckRun", "summary");
        foreach (var field in (string[])["summary", "text"])
            if (Encoding.UTF8.GetByteCount(Text(output, field) ?? "") > 65_535)
                throw new ApiFault(
                    422,
                    "Validation Failed",
                    Custom("CheckRun", field, $"{field} exceeds a maximum bytesize of 65535")
                );
        var annotations = output["annotations"] as JsonArray ?? [];
        if (annotations.Count > 50)
            throw new ApiFault(422, "Invalid request.\n\nNo more than 50 items are allowed; more were supplied.");
        foreach (var annotation in annotations.OfType<JsonObject>())
        {
            foreach (var field in (string[])["path", "message"])
                Required(annotation, "CheckRun", field);
            if (Text(annotation, "annotation_level") is not ("notice" or "warning" or "failure"))
                throw Invalid("CheckRun", "annotation_level", "invalid");
            var (first, last) = (Integer(annotation, "start_line"), Integer(annotation, "end_line"));
            if (first is null or < 1 || last is null || last < first)
                throw Invalid("CheckRun", "annotations", "invalid");
            if (first != last && (annotation.ContainsKey("start_column") || annotation.ContainsKey("end_column")))
                throw Invalid("CheckRun", "start_column", "invalid");
            if (Encoding.UTF8.GetByteCount(Text(annotation, "message")!) > 64 * 1024)
                throw Invalid("CheckRun", "message", "invalid");
        }
    }

    private void Apply(EmulatedCheckRun run, JsonObject body)
    {
        run.ExternalId = Text(body, "external_id") ?? run.ExternalId;
        run.DetailsUrl = Text(body, "details_url") ?? run.DetailsUrl;
        run.Status = Text(body, "status") ?? run.Status;
        if (Text(body, "conclusion") is { } conclusion)
            (run.Conclusion, run.Status, run.CompletedAt) = (conclusion, "completed", Tick());
        else if (body.ContainsKey("status"))
            (run.Conclusion, run.CompletedAt) = (null, null);
        if (body["output"] is not JsonObject output)
            return;
        run.Title = Text(output, "title");
        run.Summary = Text(output, "summary");
        run.Text = Text(output, "text") ?? run.Text;
        foreach (var annotation in (output["annotations"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var kept = annotation.DeepClone().AsObject();
            kept["blob_href"] = Say.Url($"blob/{run.HeadSha}/{Text(annotation, "path")}");
            foreach (var field in (string[])["title", "raw_details", "start_column", "end_column"])
                if (!kept.ContainsKey(field))
                    kept[field] = null;
            run.Annotations.Add(kept);
        }
    }

    private Reply ListCheckRuns(ApiRequest request, ObjectId commit)
    {
        var name = request.Parameters.GetValueOrDefault("check_name");
        var runs = checkRuns.Where(run => run.HeadSha == commit.ToString() && (name is null || run.Name == name));
        if (request.Parameters.GetValueOrDefault("filter", "latest") == "latest")
            runs = runs.Reverse().DistinctBy(run => run.Name);
        var found = runs.ToList();
        var page = Page(request, found.Select(Say.CheckRun));
        return page with
        {
            Body = new JsonObject { ["total_count"] = found.Count, ["check_runs"] = page.Body },
        };
    }

    // ---- deployments, dispatches ----

    private Reply CreateDeployment(EmulatedUser user, JsonObject body)
    {
        var reference = Required(body, "Deployment", "ref");
        if (Git.TryResolve(reference) is not { } sha)
            throw new ApiFault(422, $"No ref found for: {reference}");
        var deployment = new EmulatedDeployment(
            NextId(),
            sha.ToString(),
            reference,
            Text(body, "task") ?? "deploy",
            Text(body, "environment") ?? "production",
            Text(body, "description"),
            body["payload"]?.DeepClone(),
            user,
            Tick()
        );
        deployments.Add(deployment);
        return new Reply(201, Say.Deployment(deployment));
    }

    private Reply ListDeployments(ApiRequest request)
    {
        return Page(
            request,
            deployments
                .Where(d => Wanted("sha", d.Sha) && Wanted("ref", d.Ref))
                .Where(d => Wanted("environment", d.Environment) && Wanted("task", d.Task))
                .Reverse()
                .Select(Say.Deployment)
        );

        bool Wanted(string name, string value) =>
            !request.Parameters.TryGetValue(name, out var wanted) || wanted == value;
    }

    private Reply CreateDeploymentStatus(EmulatedDeployment deployment, EmulatedUser user, JsonObject body)
    {
        string[] states = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];
        var state = Required(body, "DeploymentStatus", "state");
        if (!states.Contains(state))
            throw Invalid("DeploymentStatus", "state", "invalid");
        if (Text(body, "description") is { Length: > 140 })
            throw Invalid("DeploymentStatus", "description", "invalid");
        var status = new EmulatedDeploymentStatus(
            NextId(),
            state,
            Text(body, "description"),
            Text(body, "log_url") ?? Text(body, "target_url"),
            Text(body, "environment_url"),
            user,
            Tick()
        );
        deployment.Statuses.Add(status);
        return new Reply(201, Say.DeploymentStatus(status, deployment));
    }

    private IEnumerable<JsonNode> DeploymentStatuses(EmulatedDeployment deployment) =>
        deployment.Statuses.AsEnumerable().Reverse().Select(status => Say.DeploymentStatus(status, deployment));

    private Reply Dispatch(EmulatedUser user, JsonObject body)
    {
        var type = Required(body, "RepositoryDispatch", "event_type");
        if (type.Length > 100)
            throw Invalid("RepositoryDispatch", "event_type", "invalid");
        if (body["client_payload"] is JsonObject { Count: > 10 })
            throw new ApiFault(422, "No more than 10 properties are allowed; more were supplied.");
        dispatches.Add(new EmulatedDispatch(type, body["client_payload"]?.DeepClone(), user));
        return new Reply(204);
    }

    // ---- Git ----

    private Reply GetContents(ApiRequest request, string path)
    {
        var reference = request.Parameters.GetValueOrDefault("ref", "main");
        if (Git.TryResolve(reference) is not { } commit)
            throw new ApiFault(404, $"No commit found for the ref {reference}");
        var folder = path.Length == 0 ? "" : path + "/";
        var listed = Git.ListTree(commit, path.Length == 0 ? [] : [path]);
        if (listed.FirstOrDefault(entry => entry.Path == path) is { } file)
        {
            var content = Git.ReadBlobs([file.Id], 100 << 20)[file.Id];
            var small = content.Length <= 1 << 20;
            var json = Entry("file", path, file.Id, content.Length);
            json["encoding"] = small ? "base64" : "none";
            json["content"] = small ? Convert.ToBase64String(content) : "";
            return new Reply(200, json);
        }

        if (listed.Count == 0)
            throw new ApiFault(404, "Not Found");
        var sizes = Git.Sizes(listed.Select(entry => entry.Id));
        return new Reply(
            200,
            Shapes.List(
                listed
                    .GroupBy(entry => entry.Path[folder.Length..].Split('/')[0])
                    .Select(group =>
                        group.First() is var first && first.Path == folder + group.Key
                            ? Entry("file", first.Path, first.Id, sizes.GetValueOrDefault(first.Id))
                            : Entry("dir", folder + group.Key, ObjectId.Zero, 0)
                    )
            )
        );
    }

    private JsonObject Entry(string type, string path, ObjectId id, long size) =>
        new()
        {
            ["type"] = type,
            ["size"] = size,
            ["name"] = path[(path.LastIndexOf('/') + 1)..],
            ["path"] = path,
            ["sha"] = id.ToString(),
            ["url"] = Say.Url("contents/" + path),
            ["git_url"] = Say.Url("git/blobs/" + id),
            ["html_url"] = Say.Url("blob/" + path),
            ["download_url"] = Say.Url("raw/" + path),
            ["_links"] = new JsonObject
            {
                ["self"] = Say.Url("contents/" + path),
                ["git"] = Say.Url("git/blobs/" + id),
                ["html"] = Say.Url("blob/" + path),
            },
        };

    private Reply GetReference(string reference) =>
        Git.TryResolve("refs/" + reference) is { } sha
            ? new Reply(200, Say.Reference("refs/" + reference, sha))
            : throw new ApiFault(404, "Not Found");

    private Reply GetBlob(string sha)
    {
        if (!ObjectId.TryParse(sha, out var id) || !Git.ReadBlobs([id], 100 << 20).TryGetValue(id, out var content))
            throw new ApiFault(404, "Not Found");
        return new Reply(
            200,
            new JsonObject
            {
                ["sha"] = sha,
                ["node_id"] = "B_" + sha,
                ["size"] = content.Length,
                ["url"] = Say.Url("git/blobs/" + sha),
                ["content"] = Convert.ToBase64String(content),
                ["encoding"] = "base64",
            }
        );
    }

    private Reply GetTree(ApiRequest request, string tree)
    {
        if (Git.TryResolve(tree) is not { } commit)
            throw new ApiFault(404, "Not Found");
        var entries = Git.ListTree(commit);
        if (!request.Parameters.ContainsKey("recursive"))
            entries = [.. entries.Where(entry => !entry.Path.Contains('/', StringComparison.Ordinal))];
        return new Reply(200, TreeJson(Git.ReadCommit(commit).Tree, entries));
    }

    private JsonObject TreeJson(ObjectId tree, IReadOnlyList<TreeEntry> entries)
    {
        var sizes = Git.Sizes(entries.Select(entry => entry.Id));
        return new JsonObject
        {
            ["sha"] = tree.ToString(),
            ["url"] = Say.Url("git/trees/" + tree),
            ["tree"] = Shapes.List(
                entries.Select(entry => new JsonObject
                {
                    ["path"] = entry.Path,
                    ["mode"] = entry.Mode == EntryMode.Executable ? "100755" : "100644",
                    ["type"] = "blob",
                    ["sha"] = entry.Id.ToString(),
                    ["size"] = sizes.GetValueOrDefault(entry.Id),
                    ["url"] = Say.Url("git/blobs/" + entry.Id),
                })
            ),
            ["truncated"] = false,
        };
    }

    private Reply GetCommit(string sha) =>
        ObjectId.TryParse(sha, out _) && Git.TryResolve(sha) is { } id
            ? new Reply(200, Say.Commit(Git.ReadCommit(id)))
            : throw new ApiFault(404, "Not Found");

    private Reply CreateBlob(JsonObject body)
    {
        var text = Text(body, "content") ?? throw Invalid("Blob", "content", "missing_field");
        var bytes = Text(body, "encoding") == "base64" ? Decode(text) : Encoding.UTF8.GetBytes(text);
        var sha = Git.WriteBlobs([bytes])[0].ToString();
        return new Reply(201, new JsonObject { ["sha"] = sha, ["url"] = Say.Url("git/blobs/" + sha) });
    }

    // Trees exist here only on the way to a commit, so the base of one may be named by a commit or by a tree.
    private Reply CreateTree(JsonObject body)
    {
        var items = (body["tree"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (items.Count == 0)
            throw new ApiFault(422, "Invalid tree info");
        var written = new Queue<ObjectId>(
            Git.WriteBlobs([.. items.Select(i => Text(i, "content")).OfType<string>().Select(Encoding.UTF8.GetBytes)])
        );
        var entries = items
            .Select(item => (Path: Required(item, "Tree", "path"), Mode: Mode(Text(item, "mode")), Id: IdOf(item)))
            .ToList();
        var @base = Text(body, "base_tree") is { } id ? ObjectId.Parse(id) : (ObjectId?)null;
        var tree = Git.WriteTree(@base, entries);
        var holder = Git.WriteCommit(tree, [], Machine(), Machine(), "tree");
        return new Reply(201, TreeJson(tree, Git.ListTree(holder)));

        ObjectId? IdOf(JsonObject item) =>
            Text(item, "content") is not null ? written.Dequeue()
            : Text(item, "sha") is { } sha ? ObjectId.Parse(sha)
            : null;
    }

    private Reply CreateCommit(EmulatedUser user, JsonObject body)
    {
        var tree = Required(body, "Commit", "tree");
        var parents = (body["parents"] as JsonArray ?? [])
            .Select(parent => ObjectId.Parse(parent!.ToString()))
            .ToList();
        var author =
            Person(body["author"] as JsonObject) ?? new Signature(user.Login, user.Login + "@example.com", Tick());
        var commit = Git.WriteCommit(
            ObjectId.Parse(tree),
            parents,
            author,
            Person(body["committer"] as JsonObject) ?? author,
            Required(body, "Commit", "message")
        );
        return new Reply(201, Say.Commit(Git.ReadCommit(commit)));
    }

    private Reply CreateReference(JsonObject body)
    {
        var (name, sha) = (Required(body, "Reference", "ref"), Required(body, "Reference", "sha"));
        if (!name.StartsWith("refs/", StringComparison.Ordinal) || name.Split('/').Length < 3)
            throw new ApiFault(422, "Reference name must start with 'refs' and have at least two slashes.");
        if (Git.TryResolve(sha) is not { } target)
            throw new ApiFault(422, "Object does not exist");
        if (Git.UpdateReference(name, target, null) == ReferenceUpdate.Moved)
            throw new ApiFault(422, "Reference already exists");
        return new Reply(201, Say.Reference(name, target));
    }

    private Reply UpdateReference(string reference, JsonObject body)
    {
        var name = "refs/" + reference;
        if (Git.TryResolve(name) is not { } old)
            throw new ApiFault(422, "Reference does not exist");
        if (Git.TryResolve(Required(body, "Reference", "sha")) is not { } target)
            throw new ApiFault(422, "Object does not exist");
        if (body["force"]?.GetValue<bool>() != true && !Git.IsAncestor(old, target))
            throw new ApiFault(422, "Update is not a fast forward");
        Git.UpdateReference(name, target, old);
        FollowBranches();
        return new Reply(200, Say.Reference(name, target));
    }

    private Reply DeleteReference(string reference)
    {
        if (Git.TryResolve("refs/" + reference) is not { } old)
            throw new ApiFault(422, "Reference does not exist");
        Git.DeleteReference("refs/" + reference, old);
        return new Reply(204);
    }

    // ---- small things ----

    private Reply Page(ApiRequest request, IEnumerable<JsonNode> items)
    {
        var size = Math.Clamp(Parameter(request, "per_page", 30), 1, 100);
        var page = Math.Max(1, Parameter(request, "page", 1));
        var all = items.Select(item => item.Parent is null ? item : item.DeepClone()).ToList();
        var last = Math.Max(1, (all.Count + size - 1) / size);
        var links = new List<string>();
        if (page < last)
            links.AddRange([Link(page + 1, "next"), Link(last, "last")]);
        if (page > 1)
            links.AddRange([Link(1, "first"), Link(page - 1, "prev")]);
        return new Reply(200, Shapes.List(all.Skip((page - 1) * size).Take(size)))
        {
            Link = links.Count == 0 ? null : string.Join(", ", links),
        };

        string Link(int number, string relation)
        {
            var query = request
                .Parameters.Where(p => p.Key != "page")
                .Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}")
                .Append("page=" + number.ToString(CultureInfo.InvariantCulture));
            return $"<{ApiUrl.GetLeftPart(UriPartial.Authority)}{request.Path}?{string.Join('&', query)}>; rel=\"{relation}\"";
        }
    }

    private static int Parameter(ApiRequest request, string name, int otherwise) =>
        int.TryParse(request.Parameters.GetValueOrDefault(name), out var value) ? value : otherwise;

    private ObjectId CommitOf(string[] reference)
    {
        var name = string.Join('/', reference);
        return Git.TryResolve(name) ?? throw new ApiFault(422, $"No commit found for SHA: {name}");
    }

    private EmulatedIssue IssueOf(string number) =>
        Number(number) is var n && n >= 1 && n <= issues.Count ? issues[n - 1] : throw new ApiFault(404, "Not Found");

    private EmulatedComment CommentOf(string id) =>
        comments.Find(c => Same(c.Id, id)) ?? throw new ApiFault(404, "Not Found");

    private EmulatedCheckRun CheckRunOf(string id) =>
        checkRuns.Find(c => Same(c.Id, id)) ?? throw new ApiFault(404, "Not Found");

    private EmulatedDeployment DeploymentOf(string id) =>
        deployments.Find(d => Same(d.Id, id)) ?? throw new ApiFault(404, "Not Found");

    private static bool Same(long id, string text) => id.ToString(CultureInfo.InvariantCulture) == text;

    private static int Number(string text) => int.TryParse(text, out var n) ? n : throw new ApiFault(404, "Not Found");

    private static string? Text(JsonObject body, string field) =>
        body[field] is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : null;

    private static int? Integer(JsonObject body, string field) =>
        body[field] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    private static string Required(JsonObject body, string resource, string field) =>
        Text(body, field) is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw Invalid(resource, field, "missing_field");

    private static string Body(JsonObject body, string resource)
    {
        var text = Required(body, resource, "body");
        // GitHub counts characters, and an emoji is one of them.
        return text.EnumerateRunes().Count() <= LongestComment
            ? text
            : throw new ApiFault(
                422,
                "Validation Failed",
                Custom(resource, "body", $"body is too long (maximum is {LongestComment} characters)")
            );
    }

    private static ApiFault Invalid(string resource, string field, string code) =>
        new(422, "Validation Failed", Problem(resource, field, code));

    private static JsonObject Custom(string resource, string field, string message)
    {
        var problem = Problem(resource, field, "custom");
        problem["message"] = message;
        return problem;
    }

    private static ApiFault NotEmulated(ApiRequest request) =>
        new(404, $"Not Found (not emulated: {request.Method} {request.Path})");

    private static byte[] Decode(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64.Replace("\n", "", StringComparison.Ordinal));
        }
        catch (FormatException)
        {
            throw new ApiFault(422, "content is not valid Base64");
        }
    }

    private static EntryMode Mode(string? digits) =>
        digits switch
        {
            "100755" => EntryMode.Executable,
            "120000" => EntryMode.Symlink,
            "160000" => EntryMode.Submodule,
            _ => EntryMode.Regular,
        };

    private Signature Machine() => new("GitHub", "noreply@github.com", Clock.GetUtcNow());

    private Signature? Person(JsonObject? person) =>
        person is null
            ? null
            : new Signature(
                Text(person, "name") ?? "",
                Text(person, "email") ?? "",
                DateTimeOffset.TryParse(Text(person, "date"), CultureInfo.InvariantCulture, out var at)
                    ? at
                    : Clock.GetUtcNow()
            );
}
