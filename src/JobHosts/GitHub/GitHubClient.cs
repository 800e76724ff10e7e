namespace Rayquest.JobHosts.GitHub;

/// <summary>
/// GitHub's API for one repository, under Octokit's names. Reads and harmless writes are repeated within the budget;
/// a write that would happen twice ends in <see cref="UnknownOutcome"/> instead (see <see cref="WriteOnce"/>).
/// Methods throw <see cref="GitHubUnavailable"/> and <see cref="GitHubRefused"/>, nothing else of the network's.
/// </summary>
public sealed class GitHubClient : IDisposable
{
    /// <param name="handler">Another way to the network, for tests; not disposed.</param>
    public GitHubClient(GitHubOptions options, GitHubCredential credential, HttpMessageHandler? handler = null)
    {
        Connection = new Connection(options, credential, handler);
        var repository = $"repos/{options.Repository.Owner}/{options.Repository.Name}";
        PullRequest = new PullRequestsClient(Connection, repository);
        Issue = new IssuesClient(Connection, repository);
        Repository = new RepositoriesClient(Connection, repository);
        Check = new ChecksClient(Connection, repository);
        Git = new GitDatabaseClient(Connection, repository);
        GraphQL = new GraphQLClient(Connection, options);
        Settings = new SettingsClient(Connection, repository);
        Name = options.Repository;
    }

    public RepositoryName Name { get; }

    public PullRequestsClient PullRequest { get; }

    public IssuesClient Issue { get; }

    public RepositoriesClient Repository { get; }

    public ChecksClient Check { get; }

    public GitDatabaseClient Git { get; }

    public GraphQLClient GraphQL { get; }

    public SettingsClient Settings { get; }

    public CallCounts Calls => Connection.Counts;

    /// <summary>
    /// What is left of the hour's budget by the last answers, null before the first; of REST's and GraphQL's the scarcer.
    /// </summary>
    public RateLimit? RateLimit => Connection.Limit;

    internal Connection Connection { get; }

    public void Dispose() => Connection.Dispose();

    /// <summary>One segment of a path: whatever is in it, it stays one segment.</summary>
    internal static string Segment(string text) =>
        text is "." or ".."
            ? throw new ArgumentException("not a path segment", nameof(text))
            : Uri.EscapeDataString(text);

    /// <summary>A path or branch name, whose slashes stay slashes.</summary>
    internal static string Segments(string text) => string.Join('/', text.Split('/').Select(Segment));
}
