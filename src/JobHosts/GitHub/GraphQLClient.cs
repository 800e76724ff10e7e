using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Rayquest.JobHosts.GitHub;

/// <summary>What only GraphQL can do.</summary>
public sealed partial class GraphQLClient
{
    private const string CommitMutation =
        "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }";
    private const string MinimizeMutation =
        "mutation($input: MinimizeCommentInput!) { minimizeComment(input: $input) { minimizedComment { isMinimized } } }";
    private const string EnableMutation =
        "mutation($input: EnablePullRequestAutoMergeInput!) { enablePullRequestAutoMerge(input: $input) { pullRequest { number } } }";
    private const string DisableMutation =
        "mutation($input: DisablePullRequestAutoMergeInput!) { disablePullRequestAutoMerge(input: $input) { pullRequest { number } } }";
    private const string ViewerQuery = "query { viewer { login } }";

    private readonly Connection connection;
    private readonly GitHubOptions options;

    internal GraphQLClient(Connection connection, GitHubOptions options) =>
        (this.connection, this.options) = (connection, options);

    /// <summary>Who the token is; an App's or workflow's login ends in <c>[bot]</c>.</summary>
    public async Task<string> Viewer(CancellationToken cancel = default)
    {
        var data = await Ask("viewer", ViewerQuery, null, Repeating.IsHarmless, cancel);
        return data.GetProperty("viewer").GetProperty("login").GetString()!;
    }

    /// <summary>
    /// Commits on top of exactly <c>ExpectedHeadOid</c>, signed by GitHub; a branch that moved gets nothing.
    /// </summary>
    /// <exception cref="UnknownOutcome">Look whether the branch's head is the wanted commit before trying again.</exception>
    public async Task<CommitOnBranchResult> CreateCommitOnBranch(
        CommitOnBranch commit,
        CancellationToken cancel = default
    )
    {
        var input = new CommitOnBranchInput(
            new CommittableBranch(options.Repository.ToString(), commit.Branch),
            commit.ExpectedHeadOid,
            new CommitMessage(commit.Headline, commit.Body),
            new FileChanges(
                [.. commit.Additions.Select(a => new FileAdditionInput(a.Path, Convert.ToBase64String(a.Contents)))],
                [.. commit.Deletions.Select(path => new FileDeletionInput(path))]
            )
        );
        try
        {
            var data = await Ask(
                "createCommitOnBranch",
                CommitMutation,
                JsonSerializer.SerializeToElement(input, GraphQLJson.Default.CommitOnBranchInput),
                Repeating.IsNotIdempotent,
                cancel
            );
            return new CommitOnBranchResult(
                data.GetProperty("createCommitOnBranch").GetProperty("commit").GetProperty("oid").GetString()
            );
        }
        catch (GitHubRefused refused) when (IsMovedHead(refused))
        {
            return new CommitOnBranchResult(null);
        }
    }

    /// <summary>Folds a comment away. Its node id, not its number.</summary>
    public Task MinimizeComment(
        string subjectId,
        ReportedContentClassifiers classifier = ReportedContentClassifiers.Outdated,
        CancellationToken cancel = default
    ) =>
        Mutate(
            "minimizeComment",
            MinimizeMutation,
            new SubjectInput(subjectId, JsonNamingPolicy.SnakeCaseUpper.ConvertName(classifier.ToString())),
            GraphQLJson.Default.SubjectInput,
            cancel
        );

    /// <summary>
    /// Lets GitHub merge once every requirement is met; bound to the evaluated head. Refused where the repository doesn't
    /// allow auto-merge, and where it could be merged at once.
    /// </summary>
    public Task EnablePullRequestAutoMerge(
        string pullRequestId,
        PullRequestMergeMethod method,
        string expectedHeadOid,
        CancellationToken cancel = default
    ) =>
        Mutate(
            "enablePullRequestAutoMerge",
            EnableMutation,
            new AutoMergeInput(pullRequestId, method.ToString().ToUpperInvariant(), expectedHeadOid),
            GraphQLJson.Default.AutoMergeInput,
            cancel
        );

    public Task DisablePullRequestAutoMerge(string pullRequestId, CancellationToken cancel = default) =>
        Mutate(
            "disablePullRequestAutoMerge",
            DisableMutation,
            new AutoMergeInput(pullRequestId, null, null),
            GraphQLJson.Default.AutoMergeInput,
            cancel
        );

    /// <summary>Looks at several pull requests, and at labels of the repository, with one call.</summary>
    /// <param name="pulls">Numbers, and whether the first comments are wanted too.</param>
    /// <param name="labels">Names without quotes.</param>
    public async Task<PullRequestViews> PullRequests(
        IReadOnlyCollection<(int Number, bool WithComments)> pulls,
        IReadOnlyList<string> labels,
        CancellationToken cancel = default
    )
    {
        var query = new StringBuilder(
            "query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {"
        );
        for (var i = 0; i < labels.Count; i++)
        {
            query.Append(CultureInfo.InvariantCulture, $" l{i}: label(name: \"{labels[i]}\") {{ id name }}");
        }

        foreach (var (number, withComments) in pulls)
        {
            query.Append(
                CultureInfo.InvariantCulture,
                $" p{number}: pullRequest(number: {number}) {{ id labels(first: 100) {{ nodes {{ id name }} }}"
            );
            query.Append(
                withComments
                    ? " comments(first: 50) { nodes { id fullDatabaseId body viewerDidAuthor } pageInfo { hasNextPage } } }"
                    : " }"
            );
        }

        query.Append(" } }");
        var answer = await Ask(
            new ApiCall(HttpMethod.Post, options.GraphQLUrl.AbsoluteUri)
            {
                GraphQL = "pullRequests",
                // One that is gone makes an error beside the others' data.
                GraphQLInParts = true,
            },
            query.ToString(),
            new JsonObject { ["owner"] = options.Repository.Owner, ["name"] = options.Repository.Name },
            cancel
        );
        if (
            answer.Data.ValueKind != JsonValueKind.Object
            || !answer.Data.TryGetProperty("repository", out var repository)
            || repository.ValueKind != JsonValueKind.Object
        )
        {
            throw ResponseClassifier.GraphQLRefusal("pullRequests", answer.Errors ?? []);
        }

        var seen = new Dictionary<int, PullRequestView>();
        foreach (var (number, _) in pulls)
        {
            if (Part(repository, string.Create(CultureInfo.InvariantCulture, $"p{number}")) is { } pull)
            {
                seen[number] = View(pull);
            }
        }

        return new PullRequestViews(
            seen,
            Enumerable
                .Range(0, labels.Count)
                .Select(i => Part(repository, string.Create(CultureInfo.InvariantCulture, $"l{i}")))
                .OfType<JsonElement>()
                .Select(OfLabel)
                .ToDictionary(label => label.Name, StringComparer.OrdinalIgnoreCase)
        );
    }

    /// <summary>
    /// Changes a pull request's comment, its Deployments' statuses and its labels with one call. What GitHub refuses of it is
    /// told; the rest is done all the same.
    /// </summary>
    /// <exception cref="UnknownOutcome">Look which statuses are there before sending them again.</exception>
    public async Task<PullRequestChangeResult> Change(PullRequestChange change, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var types = new List<string>();
        var fields = new List<string>();
        var variables = new JsonObject();
        void Add(string alias, string mutation, JsonObject input)
        {
            types.Add($"${alias}: {char.ToUpperInvariant(mutation[0])}{mutation[1..]}Input!");
            fields.Add($"{alias}: {mutation}(input: ${alias}) {{ clientMutationId }}");
            variables[alias] = input;
        }

        if (change.Comment is { } comment)
        {
            Add("comment", "updateIssueComment", new JsonObject { ["id"] = comment.NodeId, ["body"] = comment.Body });
        }

        foreach (var (index, item) in change.Statuses.Index())
        {
            var input = new JsonObject
            {
                ["deploymentId"] = item.Deployment,
                ["state"] = JsonNamingPolicy.SnakeCaseUpper.ConvertName(item.Status.State.ToString()),
                ["description"] = item.Status.Description ?? "",
            };
            if (item.Status.AutoInactive is { } inactive)
            {
                input["autoInactive"] = inactive;
            }

            Add(Status(index), "createDeploymentStatus", input);
        }

        if (change.AddLabels.Count > 0)
        {
            Add("labels", "addLabelsToLabelable", Labels(change.AddLabels));
        }

        if (change.RemoveLabels.Count > 0)
        {
            Add("unlabel", "removeLabelsFromLabelable", Labels(change.RemoveLabels));
        }

        var answer = await Ask(
            new ApiCall(HttpMethod.Post, options.GraphQLUrl.AbsoluteUri)
            {
                GraphQL = "pullRequestChange",
                GraphQLInParts = true,
                Repeating = change.Statuses.Count > 0 ? Repeating.IsNotIdempotent : Repeating.IsHarmless,
            },
            $"mutation({string.Join(", ", types)}) {{ {string.Join(' ', fields)} }}",
            variables,
            cancel
        );
        var errors = answer.Errors ?? [];
        if (errors.Find(error => error.Path is not [{ ValueKind: JsonValueKind.String }, ..]) is not null)
        {
            // Not about one part: nothing was done.
            throw ResponseClassifier.GraphQLRefusal("pullRequestChange", errors);
        }

        return new PullRequestChangeResult(
            Of("comment"),
            Enumerable
                .Range(0, change.Statuses.Count)
                .Select(index => (index, Refusal: Of(Status(index))))
                .Where(item => item.Refusal is not null)
                .ToDictionary(item => item.index, item => item.Refusal!),
            Of("labels") ?? Of("unlabel")
        );

        static string Status(int index) => string.Create(CultureInfo.InvariantCulture, $"status{index}");

        JsonObject Labels(IReadOnlyList<string> ids) =>
            new()
            {
                ["labelableId"] = change.Subject,
                ["labelIds"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]),
            };

        GitHubRefused? Of(string alias)
        {
            var mine = errors.FindAll(error => error.Path![0].GetString()!.StartsWith(alias, StringComparison.Ordinal));
            return mine.Count == 0 ? null : ResponseClassifier.GraphQLRefusal("pullRequestChange", mine);
        }
    }

    private static JsonElement? Part(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private static LabelNode OfLabel(JsonElement label) =>
        new(label.GetProperty("id").GetString()!, label.GetProperty("name").GetString()!);

    private static PullRequestView View(JsonElement pull)
    {
        var comments = Part(pull, "comments");
        return new PullRequestView(
            pull.GetProperty("id").GetString()!,
            [.. pull.GetProperty("labels").GetProperty("nodes").EnumerateArray().Select(OfLabel)],
            [
                .. (comments?.GetProperty("nodes").EnumerateArray() ?? default).Select(comment => new CommentNode(
                    comment.GetProperty("id").GetString()!,
                    // A BigInt, which GitHub writes as text.
                    long.Parse(comment.GetProperty("fullDatabaseId").ToString(), CultureInfo.InvariantCulture),
                    comment.GetProperty("body").GetString()!,
                    comment.GetProperty("viewerDidAuthor").GetBoolean()
                )),
            ],
            comments is { } page && page.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean()
        );
    }

    private async Task Mutate<T>(
        string name,
        string query,
        T input,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type,
        CancellationToken cancel
    ) => await Ask(name, query, JsonSerializer.SerializeToElement(input, type), Repeating.IsHarmless, cancel);

    private async Task<JsonElement> Ask(
        string name,
        string query,
        JsonElement? input,
        Repeating repeating,
        CancellationToken cancel
    )
    {
        var answer = await Ask(
            new ApiCall(HttpMethod.Post, options.GraphQLUrl.AbsoluteUri) { GraphQL = name, Repeating = repeating },
            query,
            input is { } value ? new JsonObject { ["input"] = JsonObject.Create(value) } : null,
            cancel
        );
        return answer.Data;
    }

    private async Task<GraphQLResponse> Ask(ApiCall call, string query, JsonObject? variables, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new GraphQLRequest(query, variables),
            GraphQLJson.Default.GraphQLRequest
        );
        var answer = await connection.Send(call with { Body = body }, cancel);
        return JsonSerializer.Deserialize(answer.Body, GraphQLJson.Default.GraphQLResponse)!;
    }

    private static bool IsMovedHead(GitHubRefused refused) =>
        refused.Status == HttpStatusCode.Conflict
        || refused.Reason.Contains("Expected branch to point to", StringComparison.Ordinal);
}

internal sealed record GraphQLRequest(string Query, JsonObject? Variables);

internal sealed record GraphQLResponse(JsonElement Data, List<GraphQLError>? Errors);

/// <param name="Path">Which part of the answer it is about: names and indices from the top.</param>
internal sealed record GraphQLError(string? Type, string? Message, List<JsonElement>? Path = null);

internal sealed record CommitOnBranchInput(
    CommittableBranch Branch,
    string ExpectedHeadOid,
    CommitMessage Message,
    FileChanges FileChanges
);

internal sealed record CommittableBranch(string RepositoryNameWithOwner, string BranchName);

internal sealed record CommitMessage(string Headline, string Body);

internal sealed record FileChanges(List<FileAdditionInput> Additions, List<FileDeletionInput> Deletions);

internal sealed record FileAdditionInput(string Path, string Contents);

internal sealed record FileDeletionInput(string Path);

internal sealed record SubjectInput(string SubjectId, string Classifier);

internal sealed record AutoMergeInput(string PullRequestId, string? MergeMethod, string? ExpectedHeadOid);

/// <summary>GraphQL spells in camel case.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(GraphQLRequest))]
[JsonSerializable(typeof(GraphQLResponse))]
[JsonSerializable(typeof(CommitOnBranchInput))]
[JsonSerializable(typeof(SubjectInput))]
[JsonSerializable(typeof(AutoMergeInput))]
internal sealed partial class GraphQLJson : JsonSerializerContext;
