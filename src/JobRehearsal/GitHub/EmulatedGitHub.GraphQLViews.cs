using System.Globalization;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>What GraphQL shows of the repository, its pull requests and its queue.</summary>
public sealed partial class EmulatedGitHub
{
    private JsonObject RepositoryView(GraphQLField field, JsonObject variables, EmulatedUser user, JsonArray errors)
    {
        if (
            (string?)field.Argument("owner", variables) != Name.Owner
            || (string?)field.Argument("name", variables) != Name.Name
        )
            throw new GraphQLFault("NOT_FOUND", "Could not resolve to a Repository with that name.");
        var repository = RepositoryNode(variables, user);
        var view = new JsonObject();
        foreach (var part in field.Fields)
        {
            view[part.Key] = null;
            if (!repository.TryGetValue(part.Name, out var resolve))
                throw new GraphQLFault(null, $"Field '{part.Name}' doesn't exist on type 'Repository'");
            Guarded(() => view[part.Key] = resolve(part), errors, field.Key, part.Key);
        }

        return view;
    }

    private GraphQLObject RepositoryNode(JsonObject variables, EmulatedUser user) =>
        new("Repository")
        {
            ["id"] = _ => "R_1",
            ["nameWithOwner"] = _ => Name.ToString(),
            ["defaultBranchRef"] = field => field.Select(ReferenceNode(Heads + "main", variables)),
            ["ref"] = field =>
                field.Select(ReferenceNode((string?)field.Argument("qualifiedName", variables) ?? "", variables)),
            ["object"] = field =>
                Git.TryResolve(
                    (string?)field.Argument("oid", variables) ?? (string?)field.Argument("expression", variables) ?? ""
                )
                    is { } commit
                    ? field.Select(CommitNode(commit, variables))
                    : null,
            ["label"] = field =>
                (string?)field.Argument("name", variables) is { } name && labels.TryGetValue(name, out var label)
                    ? field.Select(LabelNode(label))
                    : null,
            ["pullRequest"] = field =>
                field.Select(PullNode(PullNumbered((int?)field.Argument("number", variables)), variables, user)),
            ["issue"] = field => field.Select(IssueNode((int?)field.Argument("number", variables), variables)),
            ["pullRequests"] = field => PullConnection(field, variables, user),
            ["mergeQueue"] = field => QueueView(field, variables, user),
        };

    private EmulatedPull PullNumbered(int? wanted) =>
        issues.OfType<EmulatedPull>().FirstOrDefault(pull => pull.Number == wanted)
        ?? throw new GraphQLFault(
            "NOT_FOUND",
            $"Could not resolve to a PullRequest with the number of {wanted?.ToString(CultureInfo.InvariantCulture)}."
        );

    private GraphQLObject? NodeView(string? id, JsonObject variables, EmulatedUser user)
    {
        if (issues.OfType<EmulatedPull>().FirstOrDefault(pull => $"PR_{pull.Number}" == id) is { } pull)
            return PullNode(pull, variables, user);
        if (comments.Find(comment => $"IC_{comment.Id}" == id) is { } comment)
            return CommentNode(comment, user);
        if (
            issues.OfType<EmulatedPull>().SelectMany(p => p.Reviews).FirstOrDefault(r => $"PRR_{r.Id}" == id) is
            { } review
        )
            return ReviewNode(review, variables);
        throw NoNode(id);
    }

    private JsonNode PullConnection(GraphQLField field, JsonObject variables, EmulatedUser user)
    {
        var states = field.Argument("states", variables) switch
        {
            JsonArray list => list.Select(state => $"{state}").ToList(),
            JsonValue one => [$"{one}"],
            _ => [],
        };
        var @base = (string?)field.Argument("baseRefName", variables);
        var head = (string?)field.Argument("headRefName", variables);
        var found = issues
            .OfType<EmulatedPull>()
            .Where(pull => states.Count == 0 || states.Contains(StateOf(pull)))
            .Where(pull => @base is null || pull.BaseBranch == @base)
            .Where(pull => head is null || pull.HeadBranch == head);
        return Connection(field, variables, found, pull => PullNode(pull, variables, user));
    }

    private static string StateOf(EmulatedPull pull) =>
        pull.MergedAt is not null ? "MERGED"
        : pull.IsOpen ? "OPEN"
        : "CLOSED";

    private GraphQLObject PullNode(EmulatedPull current, JsonObject variables, EmulatedUser viewer)
    {
        var pull = current.Replica ?? current;
        return new GraphQLObject("PullRequest")
        {
            ["url"] = _ => Shape.Pull(pull, [])["html_url"]!.DeepClone(),
            ["locked"] = _ => false,
            ["mergedAt"] = _ => pull.MergedAt is { } at ? Shapes.Time(at) : null,
            ["headRepository"] = field => field.Select(EndNode(pull.HeadOwner, pull.IsFork, variables, viewer)),
            ["baseRepository"] = field => field.Select(EndNode(Name.Owner, false, variables, viewer)),
            ["id"] = _ => $"PR_{pull.Number}",
            ["fullDatabaseId"] = _ => Text(20_000 + pull.Number),
            ["number"] = _ => pull.Number,
            ["title"] = _ => pull.Title,
            ["body"] = _ => pull.Body ?? "",
            ["state"] = _ => StateOf(pull),
            ["merged"] = _ => pull.MergedAt is not null,
            ["isDraft"] = _ => pull.Draft,
            ["isCrossRepository"] = _ => pull.IsFork,
            ["author"] = field => field.Select(ActorNode(pull.Author)),
            ["createdAt"] = _ => Shapes.Time(pull.CreatedAt),
            ["updatedAt"] = _ => Shapes.Time(pull.UpdatedAt),
            ["lastEditedAt"] = _ => pull.LastEditedAt is { } at ? Shapes.Time(at) : null,
            ["editor"] = field => pull.Editor is { } editor ? field.Select(ActorNode(editor)) : null,
            ["headRefName"] = _ => pull.HeadBranch,
            ["headRefOid"] = _ => pull.HeadSha.ToString(),
            ["baseRefName"] = _ => pull.BaseBranch,
            ["baseRefOid"] = _ => pull.BaseSha.ToString(),
            ["mergeable"] = _ =>
                !pull.IsOpen ? "UNKNOWN"
                : MergedTree(pull) is null ? "CONFLICTING"
                : "MERGEABLE",
            ["mergeStateStatus"] = _ => MergeStateOf(pull),
            ["mergeCommit"] = field =>
                pull.MergeCommit is { } commit ? field.Select(CommitNode(commit, variables)) : null,
            ["isInMergeQueue"] = _ => pull.QueueEntry is not null,
            ["isMergeQueueEnabled"] = _ => QueueRuleOf(pull.BaseBranch) is not null,
            ["mergeQueueEntry"] = field =>
                pull.QueueEntry is { } entry ? field.Select(QueueEntryNode(entry, variables, viewer)) : null,
            ["autoMergeRequest"] = field =>
                pull.AutoMergeBy is { } by && pull.AutoMerge is not null
                    ? field.Select(
                        new GraphQLObject("AutoMergeRequest")
                        {
                            ["enabledBy"] = inner => inner.Select(ActorNode(by)),
                            ["mergeMethod"] = _ => pull.AutoMerge.ToString()!.ToUpperInvariant(),
                        }
                    )
                    : null,
            ["baseRef"] = field => field.Select(BaseNode(pull, variables)),
            ["timelineItems"] = field => Connection(field, variables, TimelineOf(pull, field, variables), item => item),
            ["labels"] = field => Connection(field, variables, LabelsOf(pull), LabelNode),
            ["comments"] = field =>
                Connection(field, variables, comments.Where(c => c.Issue == pull.Number), c => CommentNode(c, viewer)),
            ["reviews"] = field => Connection(field, variables, pull.Reviews, r => ReviewNode(r, variables)),
            ["files"] = field =>
                Connection(
                    field,
                    variables,
                    ChangesOf(pull),
                    change => new GraphQLObject("PullRequestChangedFile")
                    {
                        ["path"] = _ => change.Path,
                        ["changeType"] = _ =>
                            change.IsAdded ? "ADDED"
                            : change.IsDeleted ? "DELETED"
                            : "MODIFIED",
                    }
                ),
            ["commits"] = field =>
                Connection(
                    field,
                    variables,
                    CommitsOf(pull),
                    commit => new GraphQLObject("PullRequestCommit")
                    {
                        ["commit"] = inner => inner.Select(CommitNode(commit.Id, variables)),
                    }
                ),
        };
    }

    private GraphQLObject EndNode(string owner, bool isFork, JsonObject variables, EmulatedUser user)
    {
        var node = RepositoryNode(variables, user);
        var json = Shape.Repository(owner, isFork ? 2 : 1, isFork);
        node["databaseId"] = _ => json["id"]!.DeepClone();
        node["name"] = _ => json["name"]!.DeepClone();
        node["nameWithOwner"] = _ => json["full_name"]!.DeepClone();
        node["isPrivate"] = _ => json["private"]!.DeepClone();
        node["isFork"] = _ => isFork;
        return node;
    }

    private static GraphQLObject LabelNode(Rayquest.JobHosts.GitHub.Label label) =>
        new("Label") { ["id"] = _ => $"LA_{label.Name}", ["name"] = _ => label.Name };

    private GraphQLObject CommentNode(EmulatedComment comment, EmulatedUser viewer) =>
        new("IssueComment")
        {
            ["id"] = _ => $"IC_{comment.Id}",
            ["fullDatabaseId"] = _ => Text(comment.Id),
            ["url"] = _ => Shape.Comment(comment)["html_url"]!.DeepClone(),
            ["body"] = _ => comment.Body,
            ["author"] = field => field.Select(ActorNode(comment.Author)),
            ["viewerDidAuthor"] = _ => comment.Author == viewer,
            ["createdAt"] = _ => Shapes.Time(comment.CreatedAt),
            ["updatedAt"] = _ => Shapes.Time(comment.UpdatedAt),
            ["lastEditedAt"] = _ => comment.LastEditedAt is { } at ? Shapes.Time(at) : null,
            ["includesCreatedEdit"] = _ => comment.LastEditedAt is not null,
            ["editor"] = field => comment.Editor is { } editor ? field.Select(ActorNode(editor)) : null,
            ["isMinimized"] = _ => comment.MinimizedReason is not null,
            ["minimizedReason"] = _ => comment.MinimizedReason,
        };

    private GraphQLObject ReviewNode(EmulatedReview review, JsonObject variables) =>
        new("PullRequestReview")
        {
            ["id"] = _ => $"PRR_{review.Id}",
            ["fullDatabaseId"] = _ => Text(review.Id),
            ["state"] = _ => review.State,
            ["body"] = _ => review.Body,
            ["author"] = field => field.Select(ActorNode(review.Author)),
            ["commit"] = field =>
                Git.TryResolve(review.CommitId) is { } commit ? field.Select(CommitNode(commit, variables)) : null,
            ["submittedAt"] = _ => Shapes.Time(review.SubmittedAt),
            ["lastEditedAt"] = _ => review.LastEditedAt is { } at ? Shapes.Time(at) : null,
            ["includesCreatedEdit"] = _ => review.LastEditedAt is not null,
            ["editor"] = field => review.Editor is { } editor ? field.Select(ActorNode(editor)) : null,
            ["authorCanPushToRepository"] = _ => review.Author.CanWrite,
        };

    private static GraphQLObject ActorNode(EmulatedUser user) =>
        new(user.IsApp ? "Bot" : "User")
        {
            ["login"] = _ => user.IsApp ? user.Login.Replace("[bot]", "", StringComparison.Ordinal) : user.Login,
            ["id"] = _ => $"U_{user.Id}",
            ["databaseId"] = _ => user.Id,
        };

    private GraphQLObject? ReferenceNode(string reference, JsonObject variables)
    {
        var full =
            reference.StartsWith("refs/", StringComparison.Ordinal) || reference.Length == 0
                ? reference
                : Heads + reference;
        return full.Length > 0 && Git.TryResolve(full) is { } commit
            ? new GraphQLObject("Ref")
            {
                ["name"] = _ => full.Split('/', 3)[^1],
                ["target"] = field => field.Select(CommitNode(commit, variables)),
            }
            : null;
    }

    private GraphQLObject CommitNode(ObjectId id, JsonObject variables)
    {
        var commit = Git.ReadCommit(id);
        return new GraphQLObject("Commit")
        {
            ["oid"] = _ => id.ToString(),
            ["id"] = _ => $"C_{id}",
            ["message"] = _ => commit.Message.TrimEnd('\n'),
            ["committedDate"] = _ => Shapes.Time(commit.Committer.When),
            ["author"] = field => field.Select(GitActor(commit.Author)),
            ["committer"] = field => field.Select(GitActor(commit.Committer)),
            ["authoredByCommitter"] = _ => commit.Author.Email == commit.Committer.Email,
            ["parents"] = field =>
                Connection(field, variables, commit.Parents, parent => CommitNode(parent, variables)),
            ["signature"] = field =>
                signed.Contains(id)
                    ? field.Select(
                        new GraphQLObject("GpgSignature")
                        {
                            ["isValid"] = _ => true,
                            ["state"] = _ => "VALID",
                            ["wasSignedByGitHub"] = _ => true,
                        }
                    )
                    : null,
            ["status"] = field => StatusView(id) is { } status ? field.Select(status) : null,
        };
    }

    private GraphQLObject? StatusView(ObjectId id)
    {
        var newest = StatusesOf(id).DistinctBy(status => status.Context).ToList();
        return newest.Count == 0
            ? null
            : new GraphQLObject("Status")
            {
                ["contexts"] = field => new JsonArray([.. newest.Select(status => field.Select(StatusNode(status)))]),
                ["context"] = field =>
                    newest.Find(status => status.Context == (string?)field.Argument("name", [])) is { } status
                        ? field.Select(StatusNode(status))
                        : null,
            };
    }

    private static GraphQLObject StatusNode(EmulatedStatus status) =>
        new("StatusContext")
        {
            ["id"] = _ => $"SC_{status.Id}",
            ["context"] = _ => status.Context,
            ["state"] = _ => status.State.ToUpperInvariant(),
            ["description"] = _ => status.Description,
            ["creator"] = field => field.Select(ActorNode(status.Creator)),
            ["createdAt"] = _ => Shapes.Time(status.At),
        };

    private GraphQLObject GitActor(Signature person) =>
        new("GitActor")
        {
            ["name"] = _ => person.Name,
            ["email"] = _ => person.Email,
            ["date"] = _ => Shapes.Time(person.When),
            ["user"] = field => AccountOf(person) is { } user ? field.Select(ActorNode(user)) : null,
        };

    private JsonNode? QueueView(GraphQLField field, JsonObject variables, EmulatedUser user)
    {
        var branch = (string?)field.Argument("branch", variables) ?? "main";
        if (QueueRuleOf(branch) is not { } rule)
            return null;
        return field.Select(
            new GraphQLObject("MergeQueue")
            {
                ["id"] = _ => $"MQ_{branch}",
                ["configuration"] = inner =>
                    inner.Select(
                        new GraphQLObject("MergeQueueConfiguration")
                        {
                            ["mergeMethod"] = _ => rule.Word("merge_method"),
                            ["mergingStrategy"] = _ => rule.Word("grouping_strategy"),
                        }
                    ),
                ["entries"] = inner =>
                    Connection(
                        inner,
                        variables,
                        queues.GetValueOrDefault(branch) ?? [],
                        entry => QueueEntryNode(entry, variables, user)
                    ),
            }
        );
    }

    private GraphQLObject QueueEntryNode(EmulatedQueueEntry entry, JsonObject variables, EmulatedUser viewer) =>
        new("MergeQueueEntry")
        {
            ["id"] = _ => $"MQE_{entry.Id}",
            ["position"] = _ => (queues.GetValueOrDefault(entry.Pull.BaseBranch)?.IndexOf(entry) ?? -1) + 1,
            ["state"] = _ => entry.State,
            ["jump"] = _ => entry.Jump,
            ["solo"] = _ => false,
            ["enqueuedAt"] = _ => Shapes.Time(entry.EnqueuedAt),
            ["enqueuer"] = field => field.Select(ActorNode(entry.Enqueuer)),
            ["pullRequest"] = field => field.Select(PullNode(entry.Pull, variables, viewer)),
            ["baseCommit"] = field =>
                entry.BaseCommit is { } commit ? field.Select(CommitNode(commit, variables)) : null,
            ["headCommit"] = field =>
                entry.HeadCommit is { } commit ? field.Select(CommitNode(commit, variables)) : null,
        };

    /// <summary>A page of things: <c>first</c> or <c>last</c> of them, from <c>after</c> on.</summary>
    private static JsonNode Connection<T>(
        GraphQLField field,
        JsonObject variables,
        IEnumerable<T> items,
        Func<T, GraphQLObject> view
    )
    {
        var all = items.ToList();
        var (first, last) = ((int?)field.Argument("first", variables), (int?)field.Argument("last", variables));
        if ((first ?? last) is not (>= 1 and <= 100))
            throw new GraphQLFault(
                "MISSING_PAGINATION_BOUNDARIES",
                $"You must provide a `first` or `last` value to properly paginate the `{field.Name}` connection."
            );
        var start =
            int.TryParse((string?)field.Argument("after", variables), out var after) ? after
            : first is null ? Math.Max(0, all.Count - last!.Value)
            : 0;
        var end = Math.Min(all.Count, start + (first ?? last!.Value));
        var page = all.Skip(start).Take(end - start).ToList();
        return field.Select(
            new GraphQLObject(field.Name + "Connection")
            {
                ["totalCount"] = _ => all.Count,
                ["nodes"] = inner => new JsonArray([.. page.Select(item => inner.Select(view(item)))]),
                ["pageInfo"] = inner =>
                    inner.Select(
                        new GraphQLObject("PageInfo")
                        {
                            ["hasNextPage"] = _ => end < all.Count,
                            ["hasPreviousPage"] = _ => start > 0,
                            ["startCursor"] = _ => page.Count > 0 ? Text(start) : null,
                            ["endCursor"] = _ => page.Count > 0 ? Text(end) : null,
                        }
                    ),
            }
        )!;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
