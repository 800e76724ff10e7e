namespace Rayquest.JobHosts.GitHub;

/// <summary><c>/repos/{owner}/{repo}/check-runs</c>; only an App's token may write there (the workflow's is one).</summary>
public sealed class ChecksClient
{
    internal ChecksClient(Connection connection, string repository) =>
        Run = new CheckRunsClient(connection, repository);

    public CheckRunsClient Run { get; }
}

public sealed class CheckRunsClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal CheckRunsClient(Connection connection, string repository) =>
        (this.connection, this.repository) = (connection, repository);

    /// <exception cref="UnknownOutcome">Look with <see cref="GetAllForReference"/> before making it again.</exception>
    public Task<CheckRun> Create(NewCheckRun run, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{repository}/check-runs",
            run,
            GitHubJson.Default.NewCheckRun,
            GitHubJson.Default.CheckRun,
            Repeating.IsNotIdempotent,
            cancel
        );

    /// <summary>Annotations are added to those that are there, so an update that carries some happens once.</summary>
    /// <exception cref="UnknownOutcome">Compare <c>Output.AnnotationsCount</c> before sending them again.</exception>
    public Task<CheckRun> Update(long id, CheckRunUpdate update, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Patch,
            $"{repository}/check-runs/{id}",
            update,
            GitHubJson.Default.CheckRunUpdate,
            GitHubJson.Default.CheckRun,
            update.Output?.Annotations is { Count: > 0 } ? Repeating.IsNotIdempotent : Repeating.IsHarmless,
            cancel
        );

    public Task<CheckRun> Get(long id, CancellationToken cancel = default) =>
        connection.Get($"{repository}/check-runs/{id}", GitHubJson.Default.CheckRun, cancel);

    /// <summary>The latest run of each name on a commit; of one name when it is given.</summary>
    /// <param name="reference">A SHA, branch or tag.</param>
    /// <param name="all">Whether earlier runs of the same name are wanted too.</param>
    public Task<IReadOnlyList<CheckRun>> GetAllForReference(
        string reference,
        string? checkName = null,
        bool all = false,
        CancellationToken cancel = default
    )
    {
        var name = checkName is null ? "" : "&check_name=" + Uri.EscapeDataString(checkName);
        var filter = all ? "&filter=all" : "";
        return connection.GetAll(
            $"{repository}/commits/{GitHubClient.Segments(reference)}/check-runs?per_page=100{name}{filter}",
            GitHubJson.Default.CheckRunsPage,
            page => page.CheckRuns,
            cancel
        );
    }

    public Task<IReadOnlyList<CheckRunAnnotation>> GetAllAnnotations(long id, CancellationToken cancel = default) =>
        connection.GetAll(
            $"{repository}/check-runs/{id}/annotations?per_page=100",
            GitHubJson.Default.ListCheckRunAnnotation,
            cancel
        );
}
