using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rayquest.JobHosts.GitHub;

/// <summary>The part that reads what happened to pull requests.</summary>
public sealed partial class GraphQLClient
{
    private const string BotSuffix = "[bot]";
    private const string Status =
        "status { context(name: \"rayquest\") { id state description createdAt creator { login } } }";
    private const string Account =
        "__typename login ... on User { databaseId } ... on Bot { databaseId } ... on Mannequin { databaseId }";
    private const string RepositoryPart = "databaseId name nameWithOwner isPrivate isFork defaultBranchRef { name }";
    private const string OpenPart =
        " number isDraft updatedAt baseRefName headRefOid author { __typename login } commits(last: 1) { nodes { commit { oid "
        + Status
        + " } } }";
    private const string HistoryQuery =
        "query($owner: String!, $name: String!, $number: Int!, $base: String) { viewer { login } repository(owner: $owner, name: $name) {"
        + " pullRequests(first: 100, states: [OPEN], baseRefName: $base) { pageInfo { hasNextPage endCursor } nodes {"
        + OpenPart
        + " } } pullRequest(number: $number) { number id url state title body isDraft locked createdAt updatedAt mergedAt headRefOid headRefName baseRefName baseRefOid isMergeQueueEnabled"
        + " author { "
        + Account
        + " } headRepository { "
        + RepositoryPart
        + " } baseRepository { "
        + RepositoryPart
        + " } mergeCommit { oid } autoMergeRequest { mergeMethod } labels(first: 100) { nodes { id name } }"
        + " baseRef { target { oid } branchProtectionRule { requiresStrictStatusChecks } rules(first: 100) { nodes { type parameters { __typename ... on RequiredStatusChecksParameters { strictRequiredStatusChecksPolicy } } } } }"
        + " commits(last: 100) { nodes { commit { oid author { user { login } } committer { user { login } } "
        + Status
        + " } } }"
        + " timelineItems(last: 100, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT, COMMENT_DELETED_EVENT, REVIEW_DISMISSED_EVENT]) { nodes { __typename"
        + " ... on HeadRefForcePushedEvent { actor { login } beforeCommit { oid "
        + Status
        + " } }"
        + " ... on CommentDeletedEvent { createdAt actor { login } deletedCommentAuthor { login } }"
        + " ... on ReviewDismissedEvent { previousReviewState review { fullDatabaseId } } } }"
        + " comments(first: 100) { nodes { id fullDatabaseId url body createdAt lastEditedAt author { "
        + Account
        + " } editor { login } } pageInfo { hasNextPage } }"
        + " reviews(first: 100) { nodes { id fullDatabaseId state body submittedAt commit { oid } author { "
        + Account
        + " } } pageInfo { hasNextPage } }"
        + " } } }";
    private const string IssueQuery =
        "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { issue(number: $number) {"
        + " author { login } userContentEdits(first: 100) { nodes { editor { login } } } } } }";
    private const string QueueQuery =
        "query($owner: String!, $name: String!, $branch: String!) { repository(owner: $owner, name: $name) { mergeQueue(branch: $branch) {"
        + " entries(first: 100) { nodes { position headCommit { oid } pullRequest { number } } } } } }";
    private const string OpenQuery =
        "query($owner: String!, $name: String!, $base: String!, $after: String) { repository(owner: $owner, name: $name) {"
        + " pullRequests(first: 100, after: $after, states: [OPEN], baseRefName: $base) { pageInfo { hasNextPage endCursor } nodes {"
        + OpenPart
        + " } } } }";

    /// <summary>What a pull request is, what happened to it, and what else is open to its base branch, with one call.</summary>
    /// <param name="base">Its base branch; null where that isn't known yet.</param>
    public async Task<PullRequestHistory> History(int number, string? @base, CancellationToken cancel = default)
    {
        var variables = Repository();
        variables["number"] = number;
        variables["base"] = @base;
        var answer = await Ask(
            new ApiCall(HttpMethod.Post, options.GraphQLUrl.AbsoluteUri)
            {
                GraphQL = "pullRequestHistory",
                // A token that may not read protection rules gets the rest.
                GraphQLInParts = true,
            },
            HistoryQuery,
            variables,
            cancel
        );
        if (
            answer.Data.ValueKind != JsonValueKind.Object
            || Part(answer.Data, "repository") is not { } repository
            || Part(repository, "pullRequest") is not { } pull
        )
        {
            throw ResponseClassifier.GraphQLRefusal("pullRequestHistory", answer.Errors ?? []);
        }

        JsonElement[] events = [.. Nodes(pull, "timelineItems")];
        JsonElement[] comments = [.. Nodes(pull, "comments")];
        var head = Text(pull, "headRefOid") ?? "";
        var open = Part(repository, "pullRequests");
        var branch = @base ?? Text(pull, "baseRefName");
        return new PullRequestHistory(
            Login(answer.Data, "viewer") ?? "",
            [.. Nodes(pull, "commits").Select(node => OfCommit(node.GetProperty("commit")))],
            [
                .. events
                    .Where(e => Text(e, "__typename") == "HeadRefForcePushedEvent")
                    .Select(e => (Event: e, Before: Part(e, "beforeCommit")))
                    .Where(e => e.Before is not null)
                    .Select(e => new ReplacedHead(
                        Text(e.Before!.Value, "oid")!,
                        Login(e.Event, "actor"),
                        StatusOf(e.Before.Value).State,
                        StatusOf(e.Before.Value).Description
                    )),
            ],
            [.. events.Select(Deleted).Concat(comments.Select(EditedByAnother)).OfType<TouchedComment>()],
            [
                .. events
                    .Where(e => Text(e, "previousReviewState") == "CHANGES_REQUESTED")
                    .Select(e => Part(e, "review"))
                    .OfType<JsonElement>()
                    .Select(IdOf),
            ],
            HasMore(pull, "comments") ? null : [.. comments.Select(ParseComment)],
            HasMore(pull, "reviews") ? null : [.. Nodes(pull, "reviews").Select(OfReview)],
            open is null || HasMore(repository, "pullRequests")
                ? null
                :
                [
                    .. Nodes(repository, "pullRequests")
                        .Where(other => Text(other, "baseRefName") == branch)
                        .Select(OfOpenPull),
                ],
            head,
            Part(pull, "baseRef") is { } baseRef && Part(baseRef, "target") is { } target ? Text(target, "oid") : null,
            Nodes(pull, "commits")
                .Select(node => node.GetProperty("commit"))
                .Where(commit => Text(commit, "oid") == head)
                .Select(MarkOf)
                .FirstOrDefault(),
            IsUnprotected(pull),
            OfPull(pull)
        );
    }

    /// <summary>Every open pull request to a branch, with the status of its head: one call a hundred.</summary>
    public async Task<IReadOnlyList<OpenPull>> OpenPulls(string branch, CancellationToken cancel = default)
    {
        List<OpenPull> open = [];
        string? after = null;
        do
        {
            var variables = Repository();
            variables["base"] = branch;
            variables["after"] = after;
            var answer = await Ask(
                new ApiCall(HttpMethod.Post, options.GraphQLUrl.AbsoluteUri) { GraphQL = "openPullRequests" },
                OpenQuery,
                variables,
                cancel
            );
            var pulls = answer.Data.GetProperty("repository").GetProperty("pullRequests");
            open.AddRange(pulls.GetProperty("nodes").EnumerateArray().Select(OfOpenPull));
            var page = pulls.GetProperty("pageInfo");
            after = page.GetProperty("hasNextPage").GetBoolean() ? Text(page, "endCursor") : null;
        } while (after is not null);

        return open;
    }

    /// <summary>
    /// The pull requests of a merge queue's group: its entries up to the one whose commit is the group's head, in order. Null
    /// where the queue doesn't hold that commit any more.
    /// </summary>
    public async Task<IReadOnlyList<int>?> QueueGroup(string branch, string head, CancellationToken cancel = default)
    {
        var variables = Repository();
        variables["branch"] = branch;
        var answer = await Ask(
            new ApiCall(HttpMethod.Post, options.GraphQLUrl.AbsoluteUri) { GraphQL = "mergeQueue" },
            QueueQuery,
            variables,
            cancel
        );
        if (Part(answer.Data.GetProperty("repository"), "mergeQueue") is not { } queue)
            return null;
        List<int> group = [];
        foreach (var entry in Nodes(queue, "entries").OrderBy(e => e.GetProperty("position").GetInt32()))
        {
            if (Part(entry, "pullRequest") is { } pull)
                group.Add(pull.GetProperty("number").GetInt32());
            if (Part(entry, "headCommit") is { } commit && Text(commit, "oid") == head)
                return group;
        }

        return null;
    }

    /// <summary>Who has edited the body of an issue, its author left out.</summary>
    public async Task<IReadOnlyList<string>> IssueEditors(int number, CancellationToken cancel = default)
    {
        var variables = Repository();
        variables["number"] = number;
        var answer = await Ask(
            new ApiCall(HttpMethod.Post, options.GraphQLUrl.AbsoluteUri) { GraphQL = "issueEditors" },
            IssueQuery,
            variables,
            cancel
        );
        var issue = answer.Data.GetProperty("repository").GetProperty("issue");
        var author = Login(issue, "author");
        return
        [
            .. Nodes(issue, "userContentEdits")
                .Select(edit => Login(edit, "editor"))
                .OfType<string>()
                .Where(editor => !string.Equals(editor, author, StringComparison.OrdinalIgnoreCase))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    private JsonObject Repository() =>
        new() { ["owner"] = options.Repository.Owner, ["name"] = options.Repository.Name };

    private static HistoryCommit OfCommit(JsonElement commit) =>
        new(
            Text(commit, "oid")!,
            [
                .. new[] { Part(commit, "author"), Part(commit, "committer") }
                    .OfType<JsonElement>()
                    .Select(person => Login(person, "user"))
                    .OfType<string>()
                    .Distinct(StringComparer.OrdinalIgnoreCase),
            ],
            StatusOf(commit).State,
            StatusOf(commit).Description
        );

    private static (string? State, string? Description) StatusOf(JsonElement commit) =>
        Part(commit, "status") is { } status && Part(status, "context") is { } context
            ? (Text(context, "state")?.ToLowerInvariant(), Text(context, "description"))
            : (null, null);

    private static StatusMark? MarkOf(JsonElement commit) =>
        Part(commit, "status") is { } status && Part(status, "context") is { } context
            ? new StatusMark(
                Text(context, "id") ?? "",
                Enum.TryParse(Text(context, "state"), ignoreCase: true, out CommitState state)
                    ? state
                    : CommitState.Unknown,
                Text(context, "description"),
                context.GetProperty("createdAt").GetDateTimeOffset(),
                Login(context, "creator")
            )
            : null;

    private static OpenPull OfOpenPull(JsonElement node)
    {
        var head = Text(node, "headRefOid")!;
        var commit = Nodes(node, "commits").Select(c => c.GetProperty("commit")).FirstOrDefault();
        var (state, description) =
            commit.ValueKind == JsonValueKind.Object && Text(commit, "oid") == head ? StatusOf(commit) : (null, null);
        return new OpenPull(
            node.GetProperty("number").GetInt32(),
            head,
            node.GetProperty("isDraft").GetBoolean(),
            OfAccount(node)?.Login,
            state,
            description
        )
        {
            IsOfBot = OfAccount(node)?.Type == "Bot",
            UpdatedAt = node.GetProperty("updatedAt").GetDateTimeOffset(),
        };
    }

    private static PullRequest OfPull(JsonElement pull) =>
        new(
            pull.GetProperty("number").GetInt32(),
            Text(pull, "id")!,
            Text(pull, "url")!,
            Text(pull, "state") == "OPEN" ? ItemState.Open : ItemState.Closed,
            Text(pull, "title") ?? "",
            Text(pull, "body"),
            pull.GetProperty("isDraft").GetBoolean(),
            pull.GetProperty("locked").GetBoolean(),
            OfAccount(pull),
            OfEnd(pull, "head"),
            OfEnd(pull, "base"),
            [.. Nodes(pull, "labels").Select(l => new Label(Text(l, "name")!, NodeId: Text(l, "id")))],
            pull.GetProperty("createdAt").GetDateTimeOffset(),
            pull.GetProperty("updatedAt").GetDateTimeOffset(),
            Text(pull, "mergedAt") is null ? null : pull.GetProperty("mergedAt").GetDateTimeOffset(),
            Part(pull, "mergeCommit") is { } merge ? Text(merge, "oid") : null,
            Text(pull, "mergedAt") is not null,
            AutoMerge: Part(pull, "autoMergeRequest") is { } auto
            && Enum.TryParse(Text(auto, "mergeMethod"), ignoreCase: true, out PullRequestMergeMethod method)
                ? new AutoMerge(null, method)
                : null
        );

    private static GitReference OfEnd(JsonElement pull, string end)
    {
        string name = Text(pull, end + "RefName")!;
        Repository? repository = Part(pull, end + "Repository") is { } found
            ? new Repository(
                found.GetProperty("databaseId").GetInt64(),
                Text(found, "name")!,
                Text(found, "nameWithOwner")!,
                Part(found, "defaultBranchRef") is { } branch ? Text(branch, "name")! : "",
                found.GetProperty("isPrivate").GetBoolean(),
                found.GetProperty("isFork").GetBoolean()
            )
            : null;
        return new GitReference(
            $"{repository?.FullName.Split('/')[0]}:{name}",
            name,
            Text(pull, end + "RefOid") ?? "",
            null,
            repository
        );
    }

    private static PullRequestReview OfReview(JsonElement review) =>
        new(
            IdOf(review),
            Text(review, "id")!,
            OfAccount(review),
            Enum.TryParse(
                Text(review, "state")?.Replace("_", "", StringComparison.Ordinal),
                ignoreCase: true,
                out PullRequestReviewState state
            )
                ? state
                : PullRequestReviewState.Unknown,
            Part(review, "commit") is { } commit ? Text(commit, "oid") : null,
            Text(review, "body"),
            Text(review, "submittedAt") is null ? null : review.GetProperty("submittedAt").GetDateTimeOffset()
        );

    // A bot's login has its suffix with REST alone.
    private static User? OfAccount(JsonElement node)
    {
        if (Part(node, "author") is not { } author || Text(author, "login") is not { } login)
            return null;
        var isBot = Text(author, "__typename") == "Bot";
        return new User(
            isBot && !login.EndsWith(BotSuffix, StringComparison.Ordinal) ? login + BotSuffix : login,
            author.TryGetProperty("databaseId", out var id) && id.ValueKind == JsonValueKind.Number ? id.GetInt64() : 0,
            isBot ? "Bot" : "User"
        );
    }

    private static IssueComment ParseComment(JsonElement comment)
    {
        DateTimeOffset created = comment.GetProperty("createdAt").GetDateTimeOffset();
        bool isEdited = Text(comment, "lastEditedAt") is not null;
        return new IssueComment(
            IdOf(comment),
            Text(comment, "id")!,
            Text(comment, "url")!,
            Text(comment, "body"),
            OfAccount(comment),
            created,
            // Within the second, too: REST has nothing finer than that.
            isEdited ? Later(created, comment.GetProperty("lastEditedAt").GetDateTimeOffset()) : created
        );
    }

    // A BigInt, which GitHub writes as text.
    private static long IdOf(JsonElement node) =>
        long.Parse(node.GetProperty("fullDatabaseId").ToString(), CultureInfo.InvariantCulture);

    private static DateTimeOffset Later(DateTimeOffset created, DateTimeOffset edited) =>
        edited > created ? edited : created.AddTicks(1);

    private static bool HasMore(JsonElement parent, string connection) =>
        Part(parent, connection) is { } list
        && Part(list, "pageInfo") is { } page
        && page.GetProperty("hasNextPage").GetBoolean();

    private static TouchedComment? Deleted(JsonElement node) =>
        Text(node, "__typename") == "CommentDeletedEvent"
        && Login(node, "deletedCommentAuthor") is { } author
        && Login(node, "actor") is var by
        && !string.Equals(author, by, StringComparison.OrdinalIgnoreCase)
            ? new TouchedComment(author, by ?? "ghost", node.GetProperty("createdAt").GetDateTimeOffset())
            : null;

    private static TouchedComment? EditedByAnother(JsonElement comment) =>
        Text(comment, "lastEditedAt") is not null
        && Login(comment, "author") is { } author
        && Login(comment, "editor") is { } editor
        && !string.Equals(author, editor, StringComparison.OrdinalIgnoreCase)
            ? new TouchedComment(author, editor, comment.GetProperty("lastEditedAt").GetDateTimeOffset())
            : null;

    // Silence is no proof: only where rules could be read, and none of them asks for it, is it said.
    private static bool IsUnprotected(JsonElement pull)
    {
        if (Part(pull, "baseRef") is not { } branch || Part(branch, "rules") is null)
        {
            return false;
        }

        bool strict =
            Nodes(branch, "rules")
                .Any(rule =>
                    Part(rule, "parameters") is { } parameters
                    && parameters.TryGetProperty("strictRequiredStatusChecksPolicy", out var policy)
                    && policy.ValueKind == JsonValueKind.True
                )
            || (
                Part(branch, "branchProtectionRule") is { } classic
                && classic.TryGetProperty("requiresStrictStatusChecks", out var required)
                && required.ValueKind == JsonValueKind.True
            );
        return !strict
            && pull.TryGetProperty("isMergeQueueEnabled", out var queue)
            && queue.ValueKind == JsonValueKind.False;
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement parent, string connection) =>
        Part(parent, connection) is { } list && list.TryGetProperty("nodes", out var nodes)
            ? nodes.EnumerateArray().Where(node => node.ValueKind == JsonValueKind.Object)
            : [];

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static string? Login(JsonElement parent, string name) =>
        Part(parent, name) is { } account ? Text(account, "login") : null;
}
