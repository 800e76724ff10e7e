using System.Globalization;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>GraphQL: what REST doesn't have, or not with one call. Faults come with status 200, as GitHub's do.</summary>
public sealed partial class EmulatedGitHub
{
    private Reply GraphQL(ApiRequest request, RecordedCall call, EmulatedUser user)
    {
        var body = request.Body as JsonObject ?? [];
        var variables = body["variables"] as JsonObject ?? [];
        var data = new JsonObject();
        var errors = new JsonArray();
        try
        {
            var operation = GraphQLDocument.Parse(Text(body, "query") ?? "");
            call.GraphQLField = string.Join(',', operation.Fields.Select(field => field.Name));
            // One field that fails leaves the others alone, and is named in its error's path.
            foreach (var field in operation.Fields)
            {
                data[field.Key] = null;
                if (operation.IsMutation && (!user.CanWrite || options.ForbiddenMutations.Contains(field.Name)))
                    errors.Add(
                        Error(new GraphQLFault("FORBIDDEN", "Resource not accessible by integration"), field.Key)
                    );
                else
                    Guarded(() => data[field.Key] = Resolve(field, variables, user, errors), errors, field.Key);
            }
        }
        catch (GraphQLFault fault)
        {
            errors.Add(Error(fault));
        }

        var answer = new JsonObject { ["data"] = data };
        if (errors.Count > 0)
            answer["errors"] = errors;
        return new Reply(200, answer);
    }

    private static void Guarded(Action act, JsonArray errors, params string[] path)
    {
        try
        {
            act();
        }
        catch (GraphQLFault fault) when (fault.Type is not null)
        {
            errors.Add(Error(fault, path));
        }
        catch (ApiFault fault)
        {
            errors.Add(Error(new GraphQLFault("UNPROCESSABLE", fault.Message), path));
        }
    }

    private static JsonNode Error(GraphQLFault fault, params string[] path)
    {
        var error = new JsonObject { ["message"] = fault.Message };
        if (fault.Type is not null)
            error["type"] = fault.Type;
        if (path.Length > 0)
            error["path"] = new JsonArray([.. path.Select(part => (JsonNode)part)]);
        return error;
    }

    private JsonNode Resolve(GraphQLField field, JsonObject variables, EmulatedUser user, JsonArray errors)
    {
        if (field.Name == "repository")
            return RepositoryView(field, variables, user, errors);
        if (field.Name == "node")
            return field.Select(NodeView((string?)field.Argument("id", variables), variables, user))!;
        if (field.Arguments.Keys.FirstOrDefault(name => name != "input") is { } other)
            throw new GraphQLFault(null, $"Field '{field.Name}' doesn't accept argument '{other}'");
        var input = field.Argument("input", variables) as JsonObject ?? [];
        JsonObject value = field.Name switch
        {
            "viewer" => new JsonObject { ["login"] = user.Login },
            "createCommitOnBranch" => CreateCommitOnBranch(input, user),
            "minimizeComment" => MinimizeComment(input),
            "enablePullRequestAutoMerge" => SetAutoMerge(input, user, enable: true),
            "disablePullRequestAutoMerge" => SetAutoMerge(input, user, enable: false),
            "updateIssueComment" => UpdateIssueComment(input, user),
            "createDeploymentStatus" => CreateDeploymentStatusByNode(input, user),
            "addLabelsToLabelable" => Relabel(input, add: true),
            "removeLabelsFromLabelable" => Relabel(input, add: false),
            "enqueuePullRequest" => EnqueueByNode(input, user),
            "dequeuePullRequest" => DequeueByNode(input, user),
            _ => throw new GraphQLFault(null, $"Field '{field.Name}' doesn't exist on this type"),
        };
        value.TryAdd("clientMutationId", null);
        return field.Select(value);
    }

    private JsonObject UpdateIssueComment(JsonObject input, EmulatedUser user)
    {
        var id = Text(input, "id");
        var comment = comments.Find(item => $"IC_{item.Id}" == id) ?? throw NoNode(id);
        UpdateComment(comment, user, new JsonObject { ["body"] = Text(input, "body") });
        return [];
    }

    private JsonObject EnqueueByNode(JsonObject input, EmulatedUser user)
    {
        var pull = PullByNode(Text(input, "pullRequestId"));
        var jump = input["jump"]?.GetValue<bool>() ?? false;
        var entry = Enqueue(pull, user, Text(input, "expectedHeadOid"), jump);
        return new JsonObject { ["mergeQueueEntry"] = new JsonObject { ["id"] = $"MQE_{entry.Id}" } };
    }

    private JsonObject DequeueByNode(JsonObject input, EmulatedUser user)
    {
        var pull = PullByNode(Text(input, "id"));
        var id = pull.QueueEntry?.Id;
        Leave(pull, "MANUAL", user);
        return new JsonObject { ["mergeQueueEntry"] = new JsonObject { ["id"] = $"MQE_{id}" } };
    }

    private EmulatedPull PullByNode(string? id) =>
        issues.OfType<EmulatedPull>().FirstOrDefault(pull => $"PR_{pull.Number}" == id) ?? throw NoNode(id);

    private JsonObject CreateDeploymentStatusByNode(JsonObject input, EmulatedUser user)
    {
        var id = Text(input, "deploymentId");
        var deployment = deployments.Find(item => $"DE_{item.Id}" == id) ?? throw NoNode(id);
        CreateDeploymentStatus(
            deployment,
            user,
            new JsonObject
            {
                ["state"] = Text(input, "state")?.ToLowerInvariant(),
                ["description"] = Text(input, "description"),
            }
        );
        return [];
    }

    private JsonObject Relabel(JsonObject input, bool add)
    {
        var id = Text(input, "labelableId");
        var issue =
            issues.Find(item => (item is EmulatedPull ? $"PR_{item.Number}" : $"I_{item.Number}") == id)
            ?? throw NoNode(id);
        foreach (var wanted in (input["labelIds"] as JsonArray ?? []).Select(node => (string?)node))
        {
            var label = labels.Values.FirstOrDefault(item => $"LA_{item.Name}" == wanted) ?? throw NoNode(wanted);
            issue.Labels.Remove(label.Name);
            if (add)
                issue.Labels.Add(label.Name);
        }

        return [];
    }

    private static GraphQLFault NoNode(string? id) =>
        new("NOT_FOUND", $"Could not resolve to a node with the global id of '{id}'");

    private JsonObject CreateCommitOnBranch(JsonObject input, EmulatedUser user)
    {
        var branch = input["branch"] as JsonObject ?? [];
        var name = Text(branch, "branchName") ?? throw new GraphQLFault("UNPROCESSABLE", "A branch is required");
        if (Text(branch, "repositoryNameWithOwner") != Name.ToString())
            throw new GraphQLFault("NOT_FOUND", "Could not resolve to a Repository with that name.");
        var reference = "refs/heads/" + name.Replace("refs/heads/", "", StringComparison.Ordinal);
        if (Git.TryResolve(reference) is not { } head)
            throw new GraphQLFault("NOT_FOUND", $"No such branch \"{name}\".");
        var expected = Text(input, "expectedHeadOid") ?? throw new GraphQLFault("UNPROCESSABLE", "A head is required");
        if (expected != head.ToString())
            throw new GraphQLFault(
                "STALE_DATA",
                $"Expected branch to point to \"{head}\" but it did not. Pull and try again."
            );
        var wanted = input["fileChanges"] as JsonObject ?? [];
        var edits = (wanted["additions"] as JsonArray ?? [])
            .OfType<JsonObject>()
            .Select(file => new TreeEdit(Text(file, "path") ?? "", Decode(Text(file, "contents") ?? "")))
            .Concat(
                (wanted["deletions"] as JsonArray ?? [])
                    .OfType<JsonObject>()
                    .Select(file => new TreeEdit(Text(file, "path") ?? "", null))
            )
            .ToList();
        if (edits.Find(edit => edit.Content is null && Git.ListTree(head, edit.Path).Count == 0) is { } missing)
            throw new GraphQLFault(
                "UNPROCESSABLE",
                $"A path was requested for deletion which does not exist: {missing.Path}"
            );
        var message = input["message"] as JsonObject ?? [];
        var headline = Text(message, "headline") ?? throw new GraphQLFault("UNPROCESSABLE", "A headline is required");
        var text = Text(message, "body") is { Length: > 0 } more ? $"{headline}\n\n{more}\n" : headline + "\n";
        ObjectId tree;
        try
        {
            tree = Git.WriteTree(head, edits);
        }
        catch (GitException)
        {
            throw new GraphQLFault("UNPROCESSABLE", "A path was requested that is not allowed");
        }

        var commit = Git.WriteCommit(tree, [head], PersonOf(user, Tick()), Machine(), text);
        MustAllow(user, reference, head, commit);
        signed.Add(commit);
        Git.UpdateReference(reference, commit, head);
        RecordPush(reference, head, commit, user);
        FollowBranches();
        return new JsonObject
        {
            ["clientMutationId"] = null,
            ["commit"] = new JsonObject { ["oid"] = commit.ToString(), ["url"] = Shape.Url("commit/" + commit) },
            ["ref"] = new JsonObject { ["name"] = name },
        };
    }

    private JsonObject MinimizeComment(JsonObject input)
    {
        var id = Text(input, "subjectId");
        var comment = comments.Find(c => $"IC_{c.Id}" == id);
        if (comment is null)
            throw NoNode(id);
        string[] classifiers = ["SPAM", "ABUSE", "OFF_TOPIC", "OUTDATED", "DUPLICATE", "RESOLVED"];
        if (Text(input, "classifier") is not { } reason || !classifiers.Contains(reason))
            throw new GraphQLFault(null, "Expected value of classifier to be a ReportedContentClassifiers");
        comment.MinimizedReason = reason.ToLowerInvariant();
        return new JsonObject
        {
            ["minimizedComment"] = new JsonObject
            {
                ["isMinimized"] = true,
                ["minimizedReason"] = comment.MinimizedReason,
            },
        };
    }

    private JsonObject SetAutoMerge(JsonObject input, EmulatedUser user, bool enable)
    {
        var id = Text(input, "pullRequestId");
        var pull = PullByNode(id);
        if (enable)
        {
            if (!options.AllowAutoMerge)
                throw new GraphQLFault("UNPROCESSABLE", "Auto merge is not allowed for this repository");
            if (!pull.IsOpen || pull.Draft)
                throw new GraphQLFault("UNPROCESSABLE", "Pull request is not open");
            if (Text(input, "expectedHeadOid") is { } expected && expected != pull.HeadSha.ToString())
                throw new GraphQLFault("UNPROCESSABLE", "Head branch was modified. Review and try the merge again.");
            if (!Unmet(pull).Any() && QueueRuleOf(pull.BaseBranch) is null)
                throw new GraphQLFault("UNPROCESSABLE", "Pull request Pull request is in clean status");
        }

        pull.AutoMerge =
            !enable ? null
            : Text(input, "mergeMethod") == "SQUASH" ? PullRequestMergeMethod.Squash
            : Text(input, "mergeMethod") == "REBASE" ? PullRequestMergeMethod.Rebase
            : PullRequestMergeMethod.Merge;
        pull.AutoMergeBy = enable ? user : null;
        // With a queue it means "as soon as it may": that can be now.
        TryAutoMerge(pull);
        return new JsonObject
        {
            ["pullRequest"] = new JsonObject { ["number"] = pull.Number, ["id"] = id },
        };
    }
}
