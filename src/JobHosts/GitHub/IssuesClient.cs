namespace Rayquest.JobHosts.GitHub;

/// <summary><c>/repos/{owner}/{repo}/issues</c>; a pull request is an issue here.</summary>
public sealed class IssuesClient
{
    private readonly Connection connection;
    private readonly string issues;

    internal IssuesClient(Connection connection, string repository)
    {
        this.connection = connection;
        issues = repository + "/issues";
        Comment = new IssueCommentsClient(connection, issues);
        Labels = new IssuesLabelsClient(connection, repository);
    }

    public IssueCommentsClient Comment { get; }

    public IssuesLabelsClient Labels { get; }

    public Task<Issue> Get(int number, CancellationToken cancel = default) =>
        connection.Get($"{issues}/{number}", GitHubJson.Default.Issue, cancel);

    public Task<Issue> Update(int number, IssueUpdate update, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Patch,
            $"{issues}/{number}",
            update,
            GitHubJson.Default.IssueUpdate,
            GitHubJson.Default.Issue,
            Repeating.IsHarmless,
            cancel
        );
}

/// <summary>Comments in the conversation. 65,536 characters are GitHub's limit for one.</summary>
public sealed class IssueCommentsClient
{
    private readonly Connection connection;
    private readonly string issues;

    internal IssueCommentsClient(Connection connection, string issues) =>
        (this.connection, this.issues) = (connection, issues);

    /// <summary>A comment by its number; null when there is none.</summary>
    public Task<IssueComment?> Find(long id, CancellationToken cancel = default) =>
        connection.Find($"{issues}/comments/{id}", GitHubJson.Default.IssueComment, cancel);

    /// <summary>In the order they were made.</summary>
    public Task<IReadOnlyList<IssueComment>> GetAllForIssue(int number, CancellationToken cancel = default) =>
        connection.GetAll($"{issues}/{number}/comments?per_page=100", GitHubJson.Default.ListIssueComment, cancel);

    /// <exception cref="UnknownOutcome">Look for the comment before making it again.</exception>
    public Task<IssueComment> Create(int number, string body, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{issues}/{number}/comments",
            new BodyText(body),
            GitHubJson.Default.BodyText,
            GitHubJson.Default.IssueComment,
            Repeating.IsNotIdempotent,
            cancel
        );

    public Task<IssueComment> Update(long id, string body, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Patch,
            $"{issues}/comments/{id}",
            new BodyText(body),
            GitHubJson.Default.BodyText,
            GitHubJson.Default.IssueComment,
            Repeating.IsHarmless,
            cancel
        );

    public Task Delete(long id, CancellationToken cancel = default) =>
        connection.Delete($"{issues}/comments/{id}", cancel);
}

/// <summary>Labels of an issue, and those the repository knows.</summary>
public sealed class IssuesLabelsClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal IssuesLabelsClient(Connection connection, string repository) =>
        (this.connection, this.repository) = (connection, repository);

    public Task<IReadOnlyList<Label>> GetAllForIssue(int number, CancellationToken cancel = default) =>
        connection.GetAll($"{Of(number)}?per_page=100", GitHubJson.Default.ListLabel, cancel);

    public Task<IReadOnlyList<Label>> GetAllForRepository(CancellationToken cancel = default) =>
        connection.GetAll($"{repository}/labels?per_page=100", GitHubJson.Default.ListLabel, cancel);

    /// <summary>Adds labels; those the repository doesn't know are made, in grey.</summary>
    public Task<List<Label>> AddToIssue(int number, IReadOnlyList<string> names, CancellationToken cancel = default) =>
        Send(HttpMethod.Post, number, names, cancel);

    /// <summary>Makes these the issue's labels and no others.</summary>
    public Task<List<Label>> ReplaceAllForIssue(
        int number,
        IReadOnlyList<string> names,
        CancellationToken cancel = default
    ) => Send(HttpMethod.Put, number, names, cancel);

    public Task RemoveFromIssue(int number, string name, CancellationToken cancel = default) =>
        connection.Delete($"{Of(number)}/{GitHubClient.Segment(name)}", cancel);

    /// <summary>Makes a label with its colour and words. GitHub refuses (422) one that exists.</summary>
    public Task<Label> Create(Label label, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            $"{repository}/labels",
            label,
            GitHubJson.Default.Label,
            GitHubJson.Default.Label,
            Repeating.IsNotIdempotent,
            cancel
        );

    private Task<List<Label>> Send(
        HttpMethod method,
        int number,
        IReadOnlyList<string> names,
        CancellationToken cancel
    ) =>
        connection.Write(
            method,
            Of(number),
            new LabelNames(names),
            GitHubJson.Default.LabelNames,
            GitHubJson.Default.ListLabel,
            Repeating.IsHarmless,
            cancel
        );

    private string Of(int number) => $"{repository}/issues/{number}/labels";
}
