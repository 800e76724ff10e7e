using System.Globalization;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>The things GitHub hands out, in its own words.</summary>
internal sealed class Shapes(Uri api, RepositoryName name)
{
    private static readonly (string Field, string Path)[] RepositoryUrls =
    [
        ("archive_url", "/{archive_format}{/ref}"),
        ("assignees_url", "/assignees{/user}"),
        ("blobs_url", "/git/blobs{/sha}"),
        ("branches_url", "/branches{/branch}"),
        ("collaborators_url", "/collaborators{/collaborator}"),
        ("comments_url", "/comments{/number}"),
        ("commits_url", "/commits{/sha}"),
        ("compare_url", "/compare/{base}...{head}"),
        ("contents_url", "/contents/{+path}"),
        ("contributors_url", "/contributors"),
        ("deployments_url", "/deployments"),
        ("downloads_url", "/downloads"),
        ("events_url", "/events"),
        ("forks_url", "/forks"),
        ("git_commits_url", "/git/commits{/sha}"),
        ("git_refs_url", "/git/refs{/sha}"),
        ("git_tags_url", "/git/tags{/sha}"),
        ("hooks_url", "/hooks"),
        ("issue_comment_url", "/issues/comments{/number}"),
        ("issue_events_url", "/issues/events{/number}"),
        ("issues_url", "/issues{/number}"),
        ("keys_url", "/keys{/key_id}"),
        ("labels_url", "/labels{/name}"),
        ("languages_url", "/languages"),
        ("merges_url", "/merges"),
        ("milestones_url", "/milestones{/number}"),
        ("notifications_url", "/notifications{?since,all,participating}"),
        ("pulls_url", "/pulls{/number}"),
        ("releases_url", "/releases{/id}"),
        ("stargazers_url", "/stargazers"),
        ("statuses_url", "/statuses/{sha}"),
        ("subscribers_url", "/subscribers"),
        ("subscription_url", "/subscription"),
        ("tags_url", "/tags"),
        ("teams_url", "/teams"),
        ("trees_url", "/git/trees{/sha}"),
    ];

    private readonly string root = api.AbsoluteUri.TrimEnd('/');

    private string Repo => $"{root}/repos/{name}";

    private string Html => $"{root}/{name}";

    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static JsonArray List(IEnumerable<JsonNode> items) => new([.. items]);

    public JsonObject User(string login, long id)
    {
        var url = $"{root}/users/{Uri.EscapeDataString(login)}";
        return new JsonObject
        {
            ["login"] = login,
            ["id"] = id,
            ["node_id"] = $"U_{id}",
            ["avatar_url"] = $"{root}/avatars/{id}",
            ["gravatar_id"] = "",
            ["url"] = url,
            ["html_url"] = $"{root}/{Uri.EscapeDataString(login)}",
            ["followers_url"] = url + "/followers",
            ["following_url"] = url + "/following{/other_user}",
            ["gists_url"] = url + "/gists{/gist_id}",
            ["starred_url"] = url + "/starred{/owner}{/repo}",
            ["subscriptions_url"] = url + "/subscriptions",
            ["organizations_url"] = url + "/orgs",
            ["repos_url"] = url + "/repos",
            ["events_url"] = url + "/events{/privacy}",
            ["received_events_url"] = url + "/received_events",
            ["type"] = login.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : "User",
            ["site_admin"] = false,
        };
    }

    public JsonObject User(EmulatedUser user) => User(user.Login, user.Id);

    public JsonObject Repository(string owner, long id, bool fork)
    {
        var url = $"{root}/repos/{owner}/{name.Name}";
        var html = $"{root}/{owner}/{name.Name}";
        var json = new JsonObject
        {
            ["id"] = id,
            ["node_id"] = $"R_{id}",
            ["name"] = name.Name,
            ["full_name"] = $"{owner}/{name.Name}",
            ["owner"] = User(owner, 9000 + id),
            ["private"] = true,
            ["html_url"] = html,
            ["description"] = null,
            ["fork"] = fork,
            ["url"] = url,
            ["clone_url"] = html + ".git",
            ["git_url"] = html + ".git",
            ["ssh_url"] = $"git@127.0.0.1:{owner}/{name.Name}.git",
            ["svn_url"] = html,
            ["default_branch"] = "main",
            ["created_at"] = "2026-11-23T09:00:00Z",
            ["updated_at"] = "2026-11-23T09:00:00Z",
            ["pushed_at"] = "2026-11-23T09:00:00Z",
        };
        foreach (var (field, path) in RepositoryUrls)
            json[field] = url + path;
        foreach (var field in (string[])["homepage", "language", "license", "mirror_url"])
            json[field] = null;
        foreach (
            var field in (string[])
                ["has_issues", "has_projects", "has_wiki", "has_pages", "has_downloads", "has_discussions"]
        )
            json[field] = field == "has_issues";
        foreach (var field in (string[])["archived", "disabled"])
            json[field] = false;
        foreach (var field in (string[])["forks", "open_issues", "watchers", "stargazers", "network", "subscribers"])
            json[field + "_count"] = 0;
        foreach (var field in (string[])["forks", "open_issues", "watchers", "size"])
            json[field] = 0;
        return json;
    }

    public JsonObject Label(Label label) =>
        new()
        {
            ["id"] = label.Name.Aggregate(7000L, (hash, c) => (hash * 31 + c) % 1_000_003),
            ["node_id"] = $"LA_{label.Name}",
            ["url"] = $"{Repo}/labels/{Uri.EscapeDataString(label.Name)}",
            ["name"] = label.Name,
            ["color"] = label.Color ?? "ededed",
            ["default"] = false,
            ["description"] = label.Description,
        };

    public JsonObject Issue(EmulatedIssue issue, IEnumerable<Label> labels, int comments)
    {
        var url = $"{Repo}/issues/{issue.Number}";
        var json = new JsonObject
        {
            ["id"] = 20_000 + issue.Number,
            ["node_id"] = issue is EmulatedPull ? $"PR_{issue.Number}" : $"I_{issue.Number}",
            ["url"] = url,
            ["repository_url"] = Repo,
            ["labels_url"] = url + "/labels{/name}",
            ["comments_url"] = url + "/comments",
            ["events_url"] = url + "/events",
            ["html_url"] = $"{Html}/{(issue is EmulatedPull ? "pull" : "issues")}/{issue.Number}",
            ["number"] = issue.Number,
            ["state"] = issue.IsOpen ? "open" : "closed",
            ["state_reason"] = issue.StateReason,
            ["title"] = issue.Title,
            ["body"] = issue.Body,
            ["user"] = User(issue.Author),
            ["labels"] = List(labels.Select(Label)),
            ["assignee"] = null,
            ["assignees"] = new JsonArray(),
            ["milestone"] = null,
            ["locked"] = false,
            ["comments"] = comments,
            ["created_at"] = Time(issue.CreatedAt),
            ["updated_at"] = Time(issue.UpdatedAt),
            ["closed_at"] = issue.ClosedAt is { } at ? Time(at) : null,
            ["author_association"] = "CONTRIBUTOR",
        };
        if (issue is EmulatedPull)
            json["pull_request"] = new JsonObject
            {
                ["url"] = $"{Repo}/pulls/{issue.Number}",
                ["html_url"] = $"{Html}/pull/{issue.Number}",
                ["diff_url"] = $"{Html}/pull/{issue.Number}.diff",
                ["patch_url"] = $"{Html}/pull/{issue.Number}.patch",
            };
        return json;
    }

    public JsonObject Pull(EmulatedPull pull, IEnumerable<Label> labels)
    {
        var url = $"{Repo}/pulls/{pull.Number}";
        var html = $"{Html}/pull/{pull.Number}";
        return new JsonObject
        {
            ["url"] = url,
            ["id"] = 20_000 + pull.Number,
            ["node_id"] = $"PR_{pull.Number}",
            ["html_url"] = html,
            ["diff_url"] = html + ".diff",
            ["patch_url"] = html + ".patch",
            ["issue_url"] = $"{Repo}/issues/{pull.Number}",
            ["commits_url"] = url + "/commits",
            ["review_comments_url"] = url + "/comments",
            ["review_comment_url"] = $"{Repo}/pulls/comments{{/number}}",
            ["comments_url"] = $"{Repo}/issues/{pull.Number}/comments",
            ["statuses_url"] = $"{Repo}/statuses/{pull.HeadSha}",
            ["number"] = pull.Number,
            ["state"] = pull.IsOpen ? "open" : "closed",
            ["locked"] = false,
            ["title"] = pull.Title,
            ["user"] = User(pull.Author),
            ["body"] = pull.Body,
            ["labels"] = List(labels.Select(Label)),
            ["milestone"] = null,
            ["created_at"] = Time(pull.CreatedAt),
            ["updated_at"] = Time(pull.UpdatedAt),
            ["closed_at"] = pull.ClosedAt is { } closed ? Time(closed) : null,
            ["merged_at"] = pull.MergedAt is { } merged ? Time(merged) : null,
            ["merge_commit_sha"] = pull.MergeCommit?.ToString(),
            ["assignee"] = null,
            ["assignees"] = new JsonArray(),
            ["requested_reviewers"] = new JsonArray(),
            ["requested_teams"] = new JsonArray(),
            ["head"] = End(pull.HeadOwner, pull.HeadBranch, pull.HeadSha, pull.IsFork),
            ["base"] = End(name.Owner, pull.BaseBranch, pull.BaseSha, fork: false),
            ["_links"] = new JsonObject
            {
                ["self"] = Link(url),
                ["html"] = Link(html),
                ["issue"] = Link($"{Repo}/issues/{pull.Number}"),
                ["comments"] = Link($"{Repo}/issues/{pull.Number}/comments"),
                ["review_comments"] = Link(url + "/comments"),
                ["review_comment"] = Link($"{Repo}/pulls/comments{{/number}}"),
                ["commits"] = Link(url + "/commits"),
                ["statuses"] = Link($"{Repo}/statuses/{pull.HeadSha}"),
            },
            ["author_association"] = "CONTRIBUTOR",
            ["auto_merge"] = pull.AutoMerge is { } method
                ? new JsonObject
                {
                    ["enabled_by"] = User(pull.AutoMergeBy!),
                    ["merge_method"] = method.ToString().ToLowerInvariant(),
                    ["commit_title"] = "",
                    ["commit_message"] = "",
                }
                : null,
            ["draft"] = pull.Draft,
        };
    }

    public JsonObject Comment(EmulatedComment comment, string? node = null) =>
        new()
        {
            ["id"] = comment.Id,
            ["node_id"] = node ?? $"IC_{comment.Id}",
            ["url"] = $"{Repo}/issues/comments/{comment.Id}",
            ["html_url"] = $"{Html}/pull/{comment.Issue}#issuecomment-{comment.Id}",
            ["body"] = comment.Body,
            ["user"] = User(comment.Author),
            ["created_at"] = Time(comment.CreatedAt),
            ["updated_at"] = Time(comment.UpdatedAt),
            ["issue_url"] = $"{Repo}/issues/{comment.Issue}",
            ["author_association"] = comment.Author.CanWrite ? "COLLABORATOR" : "NONE",
        };

    public JsonObject Review(EmulatedReview review, int pull) =>
        new()
        {
            ["id"] = review.Id,
            ["node_id"] = $"PRR_{review.Id}",
            ["user"] = User(review.Author),
            ["body"] = review.Body,
            ["state"] = review.State,
            ["html_url"] = $"{Html}/pull/{pull}#pullrequestreview-{review.Id}",
            ["pull_request_url"] = $"{Repo}/pulls/{pull}",
            ["_links"] = new JsonObject
            {
                ["html"] = Link($"{Html}/pull/{pull}#pullrequestreview-{review.Id}"),
                ["pull_request"] = Link($"{Repo}/pulls/{pull}"),
            },
            ["submitted_at"] = Time(review.SubmittedAt),
            ["commit_id"] = review.CommitId,
            ["author_association"] = review.Author.CanWrite ? "COLLABORATOR" : "NONE",
        };

    public JsonObject ReviewComment(EmulatedReviewComment comment, int pull) =>
        new()
        {
            ["url"] = $"{Repo}/pulls/comments/{comment.Id}",
            ["pull_request_review_id"] = comment.ReviewId,
            ["id"] = comment.Id,
            ["node_id"] = $"PRRC_{comment.Id}",
            ["diff_hunk"] = "",
            ["path"] = comment.Path,
            ["commit_id"] = comment.CommitId,
            ["original_commit_id"] = comment.CommitId,
            ["user"] = User(comment.Author),
            ["body"] = comment.Body,
            ["created_at"] = Time(comment.At),
            ["updated_at"] = Time(comment.At),
            ["html_url"] = $"{Html}/pull/{pull}#discussion_r{comment.Id}",
            ["pull_request_url"] = $"{Repo}/pulls/{pull}",
            ["author_association"] = "COLLABORATOR",
            ["_links"] = new JsonObject
            {
                ["self"] = Link($"{Repo}/pulls/comments/{comment.Id}"),
                ["html"] = Link($"{Html}/pull/{pull}#discussion_r{comment.Id}"),
                ["pull_request"] = Link($"{Repo}/pulls/{pull}"),
            },
            ["line"] = comment.Line,
            ["start_line"] = comment.StartLine,
            ["side"] = "RIGHT",
        };

    public JsonObject Status(EmulatedStatus status, bool withCreator)
    {
        var json = new JsonObject
        {
            ["url"] = $"{Repo}/statuses/{status.Sha}",
            ["avatar_url"] = $"{root}/avatars/{status.Creator.Id}",
            ["id"] = status.Id,
            ["node_id"] = $"SC_{status.Id}",
            ["state"] = status.State,
            ["description"] = status.Description,
            ["target_url"] = status.TargetUrl,
            ["context"] = status.Context,
            ["created_at"] = Time(status.At),
            ["updated_at"] = Time(status.At),
        };
        if (withCreator)
            json["creator"] = User(status.Creator);
        return json;
    }

    public JsonObject CheckRun(EmulatedCheckRun run) =>
        new()
        {
            ["id"] = run.Id,
            ["name"] = run.Name,
            ["node_id"] = $"CR_{run.Id}",
            ["head_sha"] = run.HeadSha,
            ["external_id"] = run.ExternalId,
            ["url"] = $"{Repo}/check-runs/{run.Id}",
            ["html_url"] = $"{Html}/runs/{run.Id}",
            ["details_url"] = run.DetailsUrl,
            ["status"] = run.Status,
            ["conclusion"] = run.Conclusion,
            ["started_at"] = Time(run.StartedAt),
            ["completed_at"] = run.CompletedAt is { } at ? Time(at) : null,
            ["output"] = new JsonObject
            {
                ["title"] = run.Title,
                ["summary"] = run.Summary,
                ["text"] = run.Text,
                ["annotations_count"] = run.Annotations.Count,
                ["annotations_url"] = $"{Repo}/check-runs/{run.Id}/annotations",
            },
            ["check_suite"] = new JsonObject { ["id"] = 5 },
            ["app"] = null,
            ["pull_requests"] = new JsonArray(),
        };

    public JsonObject Deployment(EmulatedDeployment deployment) =>
        new()
        {
            ["url"] = $"{Repo}/deployments/{deployment.Id}",
            ["id"] = deployment.Id,
            ["node_id"] = $"DE_{deployment.Id}",
            ["sha"] = deployment.Sha,
            ["ref"] = deployment.Ref,
            ["task"] = deployment.Task,
            ["payload"] = deployment.Payload?.DeepClone() ?? new JsonObject(),
            ["original_environment"] = deployment.Environment,
            ["environment"] = deployment.Environment,
            ["description"] = deployment.Description,
            ["creator"] = User(deployment.Creator),
            ["created_at"] = Time(deployment.At),
            ["updated_at"] = Time(deployment.At),
            ["statuses_url"] = $"{Repo}/deployments/{deployment.Id}/statuses",
            ["repository_url"] = Repo,
        };

    public JsonObject DeploymentStatus(EmulatedDeploymentStatus status, EmulatedDeployment deployment) =>
        new()
        {
            ["url"] = $"{Repo}/deployments/{deployment.Id}/statuses/{status.Id}",
            ["id"] = status.Id,
            ["node_id"] = $"DS_{status.Id}",
            ["state"] = status.State,
            ["creator"] = User(status.Creator),
            ["description"] = status.Description ?? "",
            ["environment"] = deployment.Environment,
            ["target_url"] = status.LogUrl ?? "",
            ["created_at"] = Time(status.At),
            ["updated_at"] = Time(status.At),
            ["deployment_url"] = $"{Repo}/deployments/{deployment.Id}",
            ["repository_url"] = Repo,
            ["environment_url"] = status.EnvironmentUrl ?? "",
            ["log_url"] = status.LogUrl ?? "",
        };

    public JsonObject Reference(string reference, ObjectId sha) =>
        new()
        {
            ["ref"] = reference,
            ["node_id"] = "REF_" + reference,
            ["url"] = $"{Repo}/git/{reference}",
            ["object"] = new JsonObject
            {
                ["type"] = "commit",
                ["sha"] = sha.ToString(),
                ["url"] = $"{Repo}/git/commits/{sha}",
            },
        };

    public JsonObject Commit(CommitInfo commit, bool signed) =>
        new()
        {
            ["sha"] = commit.Id.ToString(),
            ["node_id"] = $"C_{commit.Id}",
            ["url"] = $"{Repo}/git/commits/{commit.Id}",
            ["html_url"] = $"{Html}/commit/{commit.Id}",
            ["author"] = Person(commit.Author),
            ["committer"] = Person(commit.Committer),
            ["tree"] = new JsonObject { ["sha"] = commit.Tree.ToString(), ["url"] = $"{Repo}/git/trees/{commit.Tree}" },
            ["message"] = commit.Message.TrimEnd('\n'),
            ["parents"] = List(
                commit.Parents.Select(parent => new JsonObject
                {
                    ["sha"] = parent.ToString(),
                    ["url"] = $"{Repo}/git/commits/{parent}",
                    ["html_url"] = $"{Html}/commit/{parent}",
                })
            ),
            ["verification"] = Verification(signed),
        };

    /// <summary>A commit as the repository shows it; whose accounts it names is added by who knows them.</summary>
    public JsonObject RepositoryCommit(CommitInfo commit, bool signed) =>
        new()
        {
            ["sha"] = commit.Id.ToString(),
            ["node_id"] = $"C_{commit.Id}",
            ["url"] = $"{Repo}/commits/{commit.Id}",
            ["html_url"] = $"{Html}/commit/{commit.Id}",
            ["comments_url"] = $"{Repo}/commits/{commit.Id}/comments",
            ["commit"] = new JsonObject
            {
                ["url"] = $"{Repo}/git/commits/{commit.Id}",
                ["author"] = Person(commit.Author),
                ["committer"] = Person(commit.Committer),
                ["message"] = commit.Message.TrimEnd('\n'),
                ["comment_count"] = 0,
                ["tree"] = new JsonObject
                {
                    ["sha"] = commit.Tree.ToString(),
                    ["url"] = $"{Repo}/git/trees/{commit.Tree}",
                },
                ["verification"] = Verification(signed),
            },
            ["parents"] = List(
                commit.Parents.Select(parent => new JsonObject
                {
                    ["sha"] = parent.ToString(),
                    ["url"] = $"{Repo}/commits/{parent}",
                    ["html_url"] = $"{Html}/commit/{parent}",
                })
            ),
        };

    /// <summary>A page for people.</summary>
    public string Page(string path) => $"{Html}/{path}";

    public string Url(string path) => $"{Repo}/{path}";

    private JsonObject End(string owner, string branch, ObjectId sha, bool fork) =>
        new()
        {
            ["label"] = $"{owner}:{branch}",
            ["ref"] = branch,
            ["sha"] = sha.ToString(),
            ["user"] = User(owner, 9000),
            ["repo"] = Repository(owner, fork ? 2 : 1, fork),
        };

    private static JsonObject Verification(bool signed) =>
        new()
        {
            ["verified"] = signed,
            ["reason"] = signed ? "valid" : "unsigned",
            ["signature"] = null,
            ["payload"] = null,
            ["verified_at"] = null,
        };

    private static JsonObject Person(Signature person) =>
        new()
        {
            ["name"] = person.Name,
            ["email"] = person.Email,
            ["date"] = Time(person.When),
        };

    private static JsonObject Link(string url) => new() { ["href"] = url };
}
