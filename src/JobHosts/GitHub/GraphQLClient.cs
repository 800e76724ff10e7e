using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rayquest.JobHosts.GitHub;

/// <summary>What only GraphQL can do.</summary>
public sealed class GraphQLClient
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
                Repeating.IsAnotherWrite,
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
    /// Lets GitHub merge once every requirement is met; bound to the judged head. Refused where the repository doesn't
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
        var body = new GraphQLRequest(query, input is { } value ? new GraphQLVariables(value) : null);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, GraphQLJson.Default.GraphQLRequest);
        var call = new Call(HttpMethod.Post, options.GraphQLUrl.AbsoluteUri, bytes, repeating) { GraphQL = name };
        var answer = await connection.Send(call, cancel);
        return JsonSerializer.Deserialize(answer.Body, GraphQLJson.Default.GraphQLResponse)!.Data;
    }

    private static bool IsMovedHead(GitHubRefused refused) =>
        refused.Status == HttpStatusCode.Conflict
        || refused.Reason.Contains("Expected branch to point to", StringComparison.Ordinal);
}

internal sealed record GraphQLRequest(string Query, GraphQLVariables? Variables);

internal sealed record GraphQLVariables(JsonElement Input);

internal sealed record GraphQLResponse(JsonElement Data, List<GraphQLError>? Errors);

internal sealed record GraphQLError(string? Type, string? Message);

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
