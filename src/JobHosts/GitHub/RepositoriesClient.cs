namespace Rayquest.JobHosts.GitHub;

/// <summary><c>/repos/{owner}/{repo}</c> and what hangs on it directly.</summary>
public sealed class RepositoriesClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal RepositoriesClient(Connection connection, string repository)
    {
        this.connection = connection;
        this.repository = repository;
        Status = new CommitStatusClient(connection, repository);
        Collaborator = new RepoCollaboratorsClient(connection, repository);
        Content = new RepositoryContentsClient(connection, repository);
        Deployment = new DeploymentsClient(connection, repository);
        Commit = new RepositoryCommitsClient(connection, repository);
    }

    public CommitStatusClient Status { get; }

    public RepoCollaboratorsClient Collaborator { get; }

    public RepositoryContentsClient Content { get; }

    public DeploymentsClient Deployment { get; }

    public RepositoryCommitsClient Commit { get; }

    /// <summary>
    /// Who moved a branch, the newest hundred first; null where it can't be read. A fork's branch is asked of the fork.
    /// </summary>
    /// <param name="of">Owner and name of the repository the branch is in.</param>
    public async Task<IReadOnlyList<BranchActivity>?> Activities(
        string of,
        string branch,
        CancellationToken cancel = default
    )
    {
        try
        {
            return await connection.GetAll(
                $"repos/{GitHubClient.Segments(of)}/activity?per_page=100&ref={Uri.EscapeDataString($"refs/heads/{branch}")}",
                GitHubJson.Default.ListBranchActivity,
                cancel
            );
        }
        catch (GitHubRefused refused)
            when (refused.Status is System.Net.HttpStatusCode.Forbidden or System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task<Repository> Get(CancellationToken cancel = default) =>
        connection.Get(repository, GitHubJson.Default.Repository, cancel);

    /// <summary>Starts the workflows that listen for <c>repository_dispatch</c>. There is nothing to look up afterwards.</summary>
    /// <exception cref="UnknownOutcome">It may have been sent: repeat only what may run twice.</exception>
    public Task Dispatch(NewRepositoryDispatch dispatch, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{repository}/dispatches",
            dispatch,
            GitHubJson.Default.NewRepositoryDispatch,
            Repeating.IsNotIdempotent,
            cancel
        );
}

/// <summary>Commit statuses: what branch protection gates on. They can be put on any SHA.</summary>
public sealed class CommitStatusClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal CommitStatusClient(Connection connection, string repository) =>
        (this.connection, this.repository) = (connection, repository);

    /// <summary>The newest of a context counts, so repeating it changes nothing. 1,000 per SHA and context.</summary>
    public Task<CommitStatus> Create(string sha, NewCommitStatus status, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{repository}/statuses/{GitHubClient.Segment(sha)}",
            status,
            GitHubJson.Default.NewCommitStatus,
            GitHubJson.Default.CommitStatus,
            Repeating.IsHarmless,
            cancel
        );

    /// <summary>
    /// The same, given up where what it rests on changes before it has to be sent again; null then. It may have been carried out.
    /// </summary>
    /// <param name="isStillWanted">Asked before it is sent again.</param>
    public async Task<CommitStatus?> CreateWhile(
        string sha,
        NewCommitStatus status,
        Func<CancellationToken, Task<bool>> isStillWanted,
        CancellationToken cancel = default
    )
    {
        try
        {
            return await connection.Write(
                HttpMethod.Post,
                $"{repository}/statuses/{GitHubClient.Segment(sha)}",
                status,
                GitHubJson.Default.NewCommitStatus,
                GitHubJson.Default.CommitStatus,
                Repeating.IsHarmless,
                cancel,
                isStillWanted
            );
        }
        catch (NoLongerWanted)
        {
            return null;
        }
    }

    public Task<CombinedCommitStatus> GetCombined(string reference, CancellationToken cancel = default) =>
        connection.Get(
            $"{repository}/commits/{GitHubClient.Segments(reference)}/status?per_page=100",
            GitHubJson.Default.CombinedCommitStatus,
            cancel
        );

    /// <summary>The hundred statuses put on a commit last, newest first, for one call.</summary>
    public async Task<IReadOnlyList<CommitStatus>> Newest(string sha, CancellationToken cancel = default) =>
        await connection.Get(
            $"{repository}/commits/{GitHubClient.Segment(sha)}/statuses?per_page=100",
            GitHubJson.Default.ListCommitStatus,
            cancel
        );

    /// <summary>All statuses ever put on a commit, newest first.</summary>
    public Task<IReadOnlyList<CommitStatus>> GetAll(string reference, CancellationToken cancel = default) =>
        connection.GetAll(
            $"{repository}/commits/{GitHubClient.Segments(reference)}/statuses?per_page=100",
            GitHubJson.Default.ListCommitStatus,
            cancel
        );
}

public sealed class RepoCollaboratorsClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal RepoCollaboratorsClient(Connection connection, string repository) =>
        (this.connection, this.repository) = (connection, repository);

    /// <summary>What a login may do here; <c>None</c> for somebody who isn't a user at all.</summary>
    public async Task<CollaboratorPermission> ReviewPermission(string login, CancellationToken cancel = default) =>
        await connection.Find(
            $"{repository}/collaborators/{GitHubClient.Segment(login)}/permission",
            GitHubJson.Default.CollaboratorPermission,
            cancel
        ) ?? new CollaboratorPermission(PermissionLevel.None, null, null);
}

/// <summary>Files by path, for a few of them; many are read from Git itself.</summary>
public sealed class RepositoryContentsClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal RepositoryContentsClient(Connection connection, string repository) =>
        (this.connection, this.repository) = (connection, repository);

    /// <summary>A file at a reference; null when there is none.</summary>
    public Task<RepositoryContent?> Find(string path, string reference, CancellationToken cancel = default) =>
        connection.Find(
            $"{repository}/contents/{GitHubClient.Segments(path)}?ref={Uri.EscapeDataString(reference)}",
            GitHubJson.Default.RepositoryContent,
            cancel
        );
}

public sealed class RepositoryCommitsClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal RepositoryCommitsClient(Connection connection, string repository) =>
        (this.connection, this.repository) = (connection, repository);

    /// <summary>The pull requests that brought a commit, or would.</summary>
    public Task<IReadOnlyList<PullRequest>> PullRequests(string sha, CancellationToken cancel = default) =>
        connection.GetAll(
            $"{repository}/commits/{GitHubClient.Segment(sha)}/pulls?per_page=100",
            GitHubJson.Default.ListPullRequest,
            cancel
        );

    /// <summary>A commit and those before it, the newest first, for one call; GitHub's word on who made and signed them.</summary>
    /// <param name="count">100 at most.</param>
    public async Task<IReadOnlyList<RepositoryCommit>> Newest(
        string sha,
        int count = 1,
        CancellationToken cancel = default
    ) =>
        await connection.Get(
            $"{repository}/commits?sha={Uri.EscapeDataString(sha)}&per_page={count}",
            GitHubJson.Default.ListRepositoryCommit,
            cancel
        );
}

public sealed class DeploymentsClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal DeploymentsClient(Connection connection, string repository)
    {
        (this.connection, this.repository) = (connection, repository);
        Status = new DeploymentStatusClient(connection, repository);
    }

    public DeploymentStatusClient Status { get; }

    /// <exception cref="UnknownOutcome">Look with <see cref="GetAll"/> before making it again.</exception>
    public Task<Deployment> Create(NewDeployment deployment, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{repository}/deployments",
            deployment,
            GitHubJson.Default.NewDeployment,
            GitHubJson.Default.Deployment,
            Repeating.IsNotIdempotent,
            cancel
        );

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<Deployment>> GetAll(
        string? sha = null,
        string? environment = null,
        string? task = null,
        CancellationToken cancel = default
    )
    {
        var query = "?per_page=100";
        foreach (var (name, value) in new[] { ("sha", sha), ("environment", environment), ("task", task) })
            if (value is not null)
                query += $"&{name}={Uri.EscapeDataString(value)}";
        return connection.GetAll($"{repository}/deployments{query}", GitHubJson.Default.ListDeployment, cancel);
    }
}

public sealed class DeploymentStatusClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal DeploymentStatusClient(Connection connection, string repository) =>
        (this.connection, this.repository) = (connection, repository);

    /// <exception cref="UnknownOutcome">Look with <see cref="GetAll"/> before making it again.</exception>
    public Task<DeploymentStatus> Create(long id, NewDeploymentStatus status, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{repository}/deployments/{id}/statuses",
            status,
            GitHubJson.Default.NewDeploymentStatus,
            GitHubJson.Default.DeploymentStatus,
            Repeating.IsNotIdempotent,
            cancel
        );

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<DeploymentStatus>> GetAll(long id, CancellationToken cancel = default) =>
        connection.GetAll(
            $"{repository}/deployments/{id}/statuses?per_page=100",
            GitHubJson.Default.ListDeploymentStatus,
            cancel
        );
}
