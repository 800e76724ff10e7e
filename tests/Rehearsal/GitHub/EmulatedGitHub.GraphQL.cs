using System.Globalization;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.Rehearsal.GitHub;

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
            "updateIssueComment" => UpdateIssueComment(input),
            "createDeploymentStatus" => CreateDeploymentStatusByNode(input, user),
            "addLabelsToLabelable" => Relabel(input, add: true),
            "removeLabelsFromLabelable" => Relabel(input, add: false),
            _ => throw new GraphQLFault(null, $"Field '{field.Name}' doesn't exist on this type"),
        };
        value.TryAdd("clientMutationId", null);
        return field.Select(value);
    }

    private JsonObject RepositoryView(GraphQLField field, JsonObject variables, EmulatedUser user, JsonArray errors)
    {
        if (
            (string?)field.Argument("owner", variables) != Name.Owner
            || (string?)field.Argument("name", variables) != Name.Name
        )
            throw new GraphQLFault("NOT_FOUND", "Could not resolve to a Repository with that name.");
        var view = new JsonObject();
        foreach (var part in field.Fields)
        {
            view[part.Key] = null;
            if (part.Name == "label")
                view[part.Key] =
                    (string?)part.Argument("name", variables) is { } name && labels.TryGetValue(name, out var label)
                        ? part.Select(LabelNode(label))
                        : null;
            else if (part.Name == "pullRequest")
                Guarded(
                    () => view[part.Key] = part.Select(PullNode((int?)part.Argument("number", variables), user)),
                    errors,
                    field.Key,
                    part.Key
                );
            else
                throw new GraphQLFault(null, $"Field '{part.Name}' doesn't exist on type 'Repository'");
        }

        return view;
    }

    private static JsonObject LabelNode(Label label) => new() { ["id"] = $"LA_{label.Name}", ["name"] = label.Name };

    // A page of fifty comments is what is asked for; nobody here writes more.
    private JsonObject PullNode(int? wanted, EmulatedUser user) =>
        issues.OfType<EmulatedPull>().FirstOrDefault(pull => pull.Number == wanted) is { } pull
            ? new JsonObject
            {
                ["id"] = $"PR_{pull.Number}",
                ["labels"] = new JsonObject
                {
                    ["nodes"] = new JsonArray([.. LabelsOf(pull).Select(label => (JsonNode)LabelNode(label))]),
                },
                ["comments"] = new JsonObject
                {
                    ["nodes"] = new JsonArray([
                        .. comments
                            .Where(comment => comment.Issue == pull.Number)
                            .Take(50)
                            .Select(comment =>
                                (JsonNode)
                                    new JsonObject
                                    {
                                        ["id"] = $"IC_{comment.Id}",
                                        ["fullDatabaseId"] = comment.Id.ToString(CultureInfo.InvariantCulture),
                                        ["body"] = comment.Body,
                                        ["viewerDidAuthor"] = comment.Author == user,
                                    }
                            ),
                    ]),
                    ["pageInfo"] = new JsonObject
                    {
                        ["hasNextPage"] = comments.Count(comment => comment.Issue == pull.Number) > 50,
                    },
                },
            }
            : throw new GraphQLFault(
                "NOT_FOUND",
                $"Could not resolve to a PullRequest with the number of {wanted?.ToString(CultureInfo.InvariantCulture)}."
            );

    private JsonObject UpdateIssueComment(JsonObject input)
    {
        var id = Text(input, "id");
        var comment = comments.Find(item => $"IC_{item.Id}" == id) ?? throw NoNode(id);
        UpdateComment(comment, new JsonObject { ["body"] = Text(input, "body") });
        return [];
    }

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
        signed.Add(commit);
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
        var pull = issues.OfType<EmulatedPull>().FirstOrDefault(p => $"PR_{p.Number}" == id);
        if (pull is null)
            throw NoNode(id);
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
