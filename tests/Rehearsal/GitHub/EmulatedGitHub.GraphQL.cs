using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.Rehearsal.GitHub;

/// <summary>GraphQL: the few mutations REST doesn't have. Faults come with status 200, as GitHub's do.</summary>
public sealed partial class EmulatedGitHub
{
    private Reply GraphQL(ApiRequest request, RecordedCall call, EmulatedUser user)
    {
        var body = request.Body as JsonObject ?? [];
        var data = new JsonObject();
        var errors = new JsonArray();
        try
        {
            var operation = GraphQLDocument.Parse(Text(body, "query") ?? "");
            call.GraphQLField = string.Join(',', operation.Fields.Select(field => field.Name));
            foreach (var field in operation.Fields)
            {
                data[field.Key] = null;
                if (!user.CanWrite && operation.IsMutation)
                    throw new GraphQLFault("FORBIDDEN", "Resource not accessible by integration");
                var input =
                    field.InputVariable is { } name && body["variables"]?[name] is JsonObject given ? given : [];
                data[field.Key] = field.Select(Resolve(field.Name, input, user));
            }
        }
        catch (GraphQLFault fault)
        {
            var error = new JsonObject { ["message"] = fault.Message };
            if (fault.Type is not null)
                error["type"] = fault.Type;
            errors.Add((JsonNode)error);
        }

        var answer = new JsonObject { ["data"] = data };
        if (errors.Count > 0)
            answer["errors"] = errors;
        return new Reply(200, answer);
    }

    private JsonObject Resolve(string field, JsonObject input, EmulatedUser user) =>
        field switch
        {
            "viewer" => new JsonObject { ["login"] = user.Login },
            "createCommitOnBranch" => CreateCommitOnBranch(input, user),
            "minimizeComment" => MinimizeComment(input),
            "enablePullRequestAutoMerge" => SetAutoMerge(input, user, enable: true),
            "disablePullRequestAutoMerge" => SetAutoMerge(input, user, enable: false),
            _ => throw new GraphQLFault(null, $"Field '{field}' doesn't exist on this type"),
        };

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
        if (options.RequiresPullRequest && reference == "refs/heads/main")
            throw new GraphQLFault(
                "UNPROCESSABLE",
                "Repository rule violations found\n\nChanges must be made through a pull request.\n\n"
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
        var known = Git.ListTree(head).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        if (edits.Find(edit => edit.Content is null && !known.Contains(edit.Path)) is { } missing)
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
        catch (GitFault)
        {
            throw new GraphQLFault("UNPROCESSABLE", "A path was requested that is not allowed");
        }

        var author = new Signature(user.Login, $"{user.Id}+{user.Login}@users.noreply.example.com", Tick());
        var commit = Git.WriteCommit(tree, [head], author, Machine(), text);
        Git.UpdateReference(reference, commit, head);
        FollowBranches();
        return new JsonObject
        {
            ["clientMutationId"] = null,
            ["commit"] = new JsonObject { ["oid"] = commit.ToString(), ["url"] = Say.Url("commit/" + commit) },
            ["ref"] = new JsonObject { ["name"] = name },
        };
    }

    private JsonObject MinimizeComment(JsonObject input)
    {
        var id = Text(input, "subjectId");
        var comment = comments.Find(c => $"IC_{c.Id}" == id);
        if (comment is null)
            throw new GraphQLFault("NOT_FOUND", $"Could not resolve to a node with the global id of '{id}'");
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
        var pull = issues.OfType<EmulatedPull>().FirstOrDefault(p => $"PR_{p.Number}" == id);
        if (pull is null)
            throw new GraphQLFault("NOT_FOUND", $"Could not resolve to a node with the global id of '{id}'");
        if (enable)
        {
            if (!options.AllowAutoMerge)
                throw new GraphQLFault("UNPROCESSABLE", "Auto merge is not allowed for this repository");
            if (!pull.IsOpen || pull.Draft)
                throw new GraphQLFault("UNPROCESSABLE", "Pull request is not open");
            if (Text(input, "expectedHeadOid") is { } expected && expected != pull.HeadSha.ToString())
                throw new GraphQLFault("UNPROCESSABLE", "Head branch was modified. Review and try the merge again.");
            if (!MissingContexts(pull).Any())
                throw new GraphQLFault("UNPROCESSABLE", "Pull request Pull request is in clean status");
        }

        pull.AutoMerge =
            !enable ? null
            : Text(input, "mergeMethod") == "SQUASH" ? PullRequestMergeMethod.Squash
            : PullRequestMergeMethod.Merge;
        pull.AutoMergeBy = enable ? user : null;
        return new JsonObject
        {
            ["pullRequest"] = new JsonObject { ["number"] = pull.Number, ["id"] = id },
        };
    }
}
