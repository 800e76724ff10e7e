using System.Net;

namespace Rayquest.JobHosts.GitHub;

/// <summary><c>/repos/{owner}/{repo}/git</c>: objects are named by their content, so writing one twice is writing it once.</summary>
public sealed class GitDatabaseClient
{
    internal GitDatabaseClient(Connection connection, string repository)
    {
        var git = repository + "/git";
        Blob = new BlobsClient(connection, git);
        Tree = new TreesClient(connection, git);
        Commit = new CommitsClient(connection, git);
        Reference = new ReferencesClient(connection, git);
    }

    public BlobsClient Blob { get; }

    public TreesClient Tree { get; }

    public CommitsClient Commit { get; }

    public ReferencesClient Reference { get; }
}

public sealed class BlobsClient
{
    private readonly Connection connection;
    private readonly string git;

    internal BlobsClient(Connection connection, string git) => (this.connection, this.git) = (connection, git);

    public Task<Blob> Get(string sha, CancellationToken cancel = default) =>
        connection.Get($"{git}/blobs/{GitHubClient.Segment(sha)}", GitHubJson.Default.Blob, cancel);

    public Task<BlobReference> Create(byte[] content, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{git}/blobs",
            new NewBlob(Convert.ToBase64String(content), "base64"),
            GitHubJson.Default.NewBlob,
            GitHubJson.Default.BlobReference,
            Repeating.IsHarmless,
            cancel
        );
}

public sealed class TreesClient
{
    private readonly Connection connection;
    private readonly string git;

    internal TreesClient(Connection connection, string git) => (this.connection, this.git) = (connection, git);

    public Task<TreeResponse> Get(string sha, bool recursive = false, CancellationToken cancel = default) =>
        connection.Get(
            $"{git}/trees/{GitHubClient.Segment(sha)}{(recursive ? "?recursive=1" : "")}",
            GitHubJson.Default.TreeResponse,
            cancel
        );

    public Task<TreeResponse> Create(NewTree tree, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{git}/trees",
            tree,
            GitHubJson.Default.NewTree,
            GitHubJson.Default.TreeResponse,
            Repeating.IsHarmless,
            cancel
        );
}

public sealed class CommitsClient
{
    private readonly Connection connection;
    private readonly string git;

    internal CommitsClient(Connection connection, string git) => (this.connection, this.git) = (connection, git);

    public Task<Commit> Get(string sha, CancellationToken cancel = default) =>
        connection.Get($"{git}/commits/{GitHubClient.Segment(sha)}", GitHubJson.Default.Commit, cancel);

    public Task<Commit> Create(NewCommit commit, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{git}/commits",
            commit,
            GitHubJson.Default.NewCommit,
            GitHubJson.Default.Commit,
            Repeating.IsHarmless,
            cancel
        );
}

/// <summary>References by their name without <c>refs/</c>, such as <c>heads/main</c>.</summary>
public sealed class ReferencesClient
{
    private readonly Connection connection;
    private readonly string git;

    internal ReferencesClient(Connection connection, string git) => (this.connection, this.git) = (connection, git);

    /// <summary>Null when there is none.</summary>
    public Task<Reference?> Find(string name, CancellationToken cancel = default) =>
        connection.Find($"{git}/ref/{GitHubClient.Segments(name)}", GitHubJson.Default.Reference, cancel);

    /// <summary>GitHub refuses (422) a reference that exists.</summary>
    public Task<Reference> Create(string name, string sha, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{git}/refs",
            new NewReference("refs/" + name, sha),
            GitHubJson.Default.NewReference,
            GitHubJson.Default.Reference,
            Repeating.IsNotIdempotent,
            cancel
        );

    /// <summary>Moves a reference forward; null when the commit doesn't descend from where it is.</summary>
    public async Task<Reference?> Update(string name, string sha, CancellationToken cancel = default)
    {
        try
        {
            return await connection.Write(
                HttpMethod.Patch,
                $"{git}/refs/{GitHubClient.Segments(name)}",
                new ReferenceUpdateRequest(sha),
                GitHubJson.Default.ReferenceUpdateRequest,
                GitHubJson.Default.Reference,
                Repeating.IsHarmless,
                cancel
            );
        }
        catch (GitHubRefused refused)
            when (refused.Status == HttpStatusCode.UnprocessableEntity
                && refused.Reason.Contains("fast forward", StringComparison.OrdinalIgnoreCase)
            )
        {
            return null;
        }
    }

    /// <summary>Moves a reference to a commit wherever it is: what was only on it is gone from it.</summary>
    public Task<Reference> Replace(string name, string sha, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Patch,
            $"{git}/refs/{GitHubClient.Segments(name)}",
            new ReferenceUpdateRequest(sha, Force: true),
            GitHubJson.Default.ReferenceUpdateRequest,
            GitHubJson.Default.Reference,
            Repeating.IsHarmless,
            cancel
        );

    public Task Delete(string name, CancellationToken cancel = default) =>
        connection.Delete($"{git}/refs/{GitHubClient.Segments(name)}", cancel);
}
