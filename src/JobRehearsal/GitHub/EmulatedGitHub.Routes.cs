using System.Text.Json.Nodes;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>REST: which call goes where, who may make it, and GitHub's own rules for it.</summary>
public sealed partial class EmulatedGitHub
{
    private Shapes Shape => field ??= new Shapes(ApiUrl, Name);

    private Reply Route(ApiRequest request, RecordedCall call)
    {
        if (request.BadJson)
            throw new ApiFault(400, "Problems parsing JSON");
        if (request is { Method: "POST", Segments: ["app", "installations", var installation, "access_tokens"] })
            return CreateInstallationToken(request, installation);
        if (request is { Method: "GET", Segments: ["app"] })
            return GetApp(VerifyJwt(request.Token));
        if (request is { Method: "GET", Segments: ["repos", _, _, "installation"] })
            return GetInstallation(VerifyJwt(request.Token));
        if (request.Token is null)
            throw new ApiFault(401, "Requires authentication");
        var user = Identify(request) ?? throw new ApiFault(401, "Bad credentials");
        if (request is { Method: "POST", Segments: ["graphql"] })
            return GraphQL(request, call, user);
        if (request is { Method: "GET", Segments: ["user"] })
            return user.IsApp
                ? throw new ApiFault(403, "Resource not accessible by integration")
                : new Reply(200, Shape.User(user));
        if (request is { Method: "GET", Segments: ["apps", var slug] })
            return GetApp(apps.Find(app => app.Slug == slug) ?? throw NotThere());
        if (request.Segments is not ["repos", var owner, var name, .. var rest])
            throw NotEmulated(request);
        // A fork has nothing here but its branches and who moved them.
        if (request.Method == "GET" && rest is ["activity"] && activities.Exists(move => move.Owner == owner))
            return ListActivity(request, owner);
        // What a token may not even see is not there.
        if (user.Permission == PermissionLevel.None || $"{owner}/{name}" != Name.ToString())
            throw new ApiFault(404, "Not Found");
        if (request.Method == "GET")
            return GetSetting(request, user, rest) ?? Get(request, user, rest);
        // Everybody may say something, and change what is their own; the rest is for who may write.
        var anyReader =
            rest is ["issues", _, "comments"] or ["issues"] or ["pulls"] or ["pulls", _, "reviews"]
            || (request.Method is "PATCH" or "DELETE" && rest is ["issues", "comments", _])
            || (request.Method == "PATCH" && rest is ["issues", _] or ["pulls", _])
            || (request.Method == "PUT" && rest is ["pulls", _, "reviews", _]);
        if (!user.CanWrite && !anyReader)
            throw new ApiFault(403, "Resource not accessible by integration");
        return Change(request, user, [request.Method, .. rest]);
    }

    private Reply GetRepository(EmulatedUser user)
    {
        var json = Shape.Repository(Name.Owner, 1, fork: false);
        json["owner"]!["type"] = "Organization";
        json["private"] = Settings.IsPrivate;
        json["visibility"] = Settings.IsPrivate ? "private" : "public";
        json["has_pages"] = Settings.Pages is not null;
        json["allow_merge_commit"] = options.MergeMethods.Contains(PullRequestMergeMethod.Merge);
        json["allow_squash_merge"] = options.MergeMethods.Contains(PullRequestMergeMethod.Squash);
        json["allow_rebase_merge"] = options.MergeMethods.Contains(PullRequestMergeMethod.Rebase);
        json["allow_auto_merge"] = options.AllowAutoMerge;
        json["permissions"] = new JsonObject
        {
            ["admin"] = user.Permission == PermissionLevel.Admin,
            ["maintain"] = user.Permission == PermissionLevel.Admin,
            ["push"] = user.CanWrite,
            ["triage"] = user.CanWrite,
            ["pull"] = true,
        };
        return new Reply(200, json);
    }

    private Reply Get(ApiRequest request, EmulatedUser user, string[] path) =>
        path switch
        {
            [] => GetRepository(user),
            ["pulls"] => ListPulls(request),
            ["pulls", var n] => GetPull(PullOf(Number(n))),
            ["pulls", var n, "files"] => Page(request, Files(PullOf(Number(n)))),
            ["pulls", var n, "commits"] => Page(request, PullCommits(PullOf(Number(n)))),
            ["pulls", var n, "reviews"] => Page(request, Reviews(PullOf(Number(n)))),
            ["pulls", var n, "comments"] => Page(request, ReviewComments(PullOf(Number(n)))),
            ["pulls", var n, "merge"] => PullOf(Number(n)).MergedAt is null
                ? throw new ApiFault(404, "Not Found")
                : new Reply(204),
            ["issues", "comments", var id] => new Reply(200, Shape.Comment(CommentOf(id))),
            ["issues", var n] => new Reply(200, IssueJson(IssueOf(n))),
            ["issues", var n, "comments"] => Page(
                request,
                comments.Where(c => c.Issue == IssueOf(n).Number).Select(c => Shape.Comment(c))
            ),
            ["issues", var n, "labels"] => Page(request, LabelsOf(IssueOf(n)).Select(Shape.Label)),
            ["labels"] => Page(request, labels.Values.Select(Shape.Label)),
            ["collaborators", var login, "permission"] => GetPermission(login),
            ["commits"] => ListCommits(request),
            ["commits", .. var reference, "status"] => GetCombined(request, CommitOf(reference)),
            ["commits", .. var reference, "statuses"] => Page(
                request,
                StatusesOf(CommitOf(reference)).Select(s => Shape.Status(s, withCreator: true))
            ),
            ["commits", .. var reference, "check-runs"] => ListCheckRuns(request, CommitOf(reference)),
            ["commits", var sha, "pulls"] => Page(request, PullsWith(CommitOf([sha]))),
            ["commits", .. var reference] => GetRepositoryCommit(CommitOf(reference)),
            ["activity"] => ListActivity(request, Name.Owner),
            ["branches", .. var branch, "protection"] => GetProtection(user, string.Join('/', branch)),
            ["branches", .. var branch] when branch.Length > 0 => GetBranch(string.Join('/', branch)),
            ["rules", "branches", .. var branch] => Page(request, RulesOf(string.Join('/', branch))),
            ["rulesets"] => Page(request, rulesets.Select(ruleset => RulesetJson(ruleset, user, whole: false))),
            ["rulesets", var id] => new Reply(200, RulesetJson(RulesetOf(id), user, whole: true)),
            ["check-runs", var id] => new Reply(200, Shape.CheckRun(CheckRunOf(id))),
            ["check-runs", var id, "annotations"] => Page(request, CheckRunOf(id).Annotations),
            ["contents", .. var file] => GetContents(request, string.Join('/', file)),
            ["deployments"] => ListDeployments(request),
            ["deployments", var id, "statuses"] => Page(request, DeploymentStatuses(DeploymentOf(id))),
            // Octokit for .NET asks by the older address.
            ["git", "ref" or "refs", .. var reference] => GetReference(string.Join('/', reference)),
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
            ["PATCH", "pulls", var n] => UpdateIssue(PullOf(Number(n)), user, body, pull: true),
            ["PUT", "pulls", var n, "merge"] => MergePull(PullOf(Number(n)), user, body),
            ["POST", "pulls", var n, "reviews"] => CreateReview(PullOf(Number(n)), user, body),
            ["PUT", "pulls", var n, "reviews", var id] => UpdateReview(PullOf(Number(n)), user, id, body),
            ["PUT", "pulls", var n, "reviews", var id, "dismissals"] => Dismiss(PullOf(Number(n)), id, body),
            ["DELETE", "pulls", "comments", var id] => DeleteReviewComment(id),
            ["POST", "issues"] => CreateIssue(user, body),
            ["PATCH", "issues", "comments", var id] => UpdateComment(CommentOf(id), user, body),
            ["DELETE", "issues", "comments", var id] => DeleteComment(CommentOf(id), user),
            ["PATCH", "issues", var n] => UpdateIssue(IssueOf(n), user, body, pull: false),
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
            ["PUT", "contents", .. var file] => PutContents(user, string.Join('/', file), body),
            ["POST", "rulesets"] => CreateRuleset(user, body),
            ["PUT", "rulesets", var id] => UpdateRuleset(user, id, body),
            ["DELETE", "rulesets", var id] => DeleteRuleset(user, id),
            ["POST", "git", "blobs"] => CreateBlob(body),
            ["POST", "git", "trees"] => CreateTree(body),
            ["POST", "git", "commits"] => CreateCommit(user, body),
            ["POST", "git", "refs"] => CreateReference(user, body),
            ["PATCH", "git", "refs", .. var reference] => UpdateReference(user, string.Join('/', reference), body),
            ["DELETE", "git", "refs", .. var reference] => DeleteReference(user, string.Join('/', reference)),
            _ => throw NotEmulated(request),
        };
    }
}
