using System.Net;

namespace Rayquest.JobHosts.GitHub;

/// <summary><c>/repos/{owner}/{repo}/pulls</c>.</summary>
public sealed class PullRequestsClient
{
    private readonly Connection connection;
    private readonly string pulls;

    internal PullRequestsClient(Connection connection, string repository)
    {
        this.connection = connection;
        pulls = repository + "/pulls";
        Review = new PullRequestReviewsClient(connection, pulls);
        ReviewComment = new PullRequestReviewCommentsClient(connection, pulls);
    }

    public PullRequestReviewsClient Review { get; }

    public PullRequestReviewCommentsClient ReviewComment { get; }

    public Task<PullRequest> Get(int number, CancellationToken cancel = default) =>
        connection.Get($"{pulls}/{number}", GitHubJson.Default.PullRequest, cancel);

    /// <summary>Pull requests, newest first. 100 cost one call.</summary>
    /// <param name="head"><c>owner:branch</c>.</param>
    public Task<IReadOnlyList<PullRequest>> GetAll(
        ItemState? state = ItemState.Open,
        string? @base = null,
        string? head = null,
        CancellationToken cancel = default
    )
    {
        var query = $"?state={(state is { } s ? s.ToString().ToLowerInvariant() : "all")}&per_page=100";
        if (@base is not null)
            query += "&base=" + Uri.EscapeDataString(@base);
        if (head is not null)
            query += "&head=" + Uri.EscapeDataString(head);
        return connection.GetAll(pulls + query, GitHubJson.Default.ListPullRequest, cancel);
    }

    /// <summary>Changed files as GitHub sees them; it stops at 3,000.</summary>
    public Task<IReadOnlyList<PullRequestFile>> Files(int number, CancellationToken cancel = default) =>
        connection.GetAll($"{pulls}/{number}/files?per_page=100", GitHubJson.Default.ListPullRequestFile, cancel);

    /// <summary>GitHub refuses (422) a second open one of the same branches, so nothing is opened twice.</summary>
    public Task<PullRequest> Create(NewPullRequest pull, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Post,
            pulls,
            pull,
            GitHubJson.Default.NewPullRequest,
            GitHubJson.Default.PullRequest,
            Repeating.IsNotIdempotent,
            cancel
        );

    public Task<PullRequest> Update(int number, PullRequestUpdate update, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Patch,
            $"{pulls}/{number}",
            update,
            GitHubJson.Default.PullRequestUpdate,
            GitHubJson.Default.PullRequest,
            Repeating.IsHarmless,
            cancel
        );

    /// <summary>Merges exactly the evaluated head, or says why not.</summary>
    /// <exception cref="UnknownOutcome">Look at <see cref="Get"/> before trying again.</exception>
    public async Task<MergeResult> Merge(int number, MergePullRequest merge, CancellationToken cancel = default)
    {
        try
        {
            var done = await connection.Write(
                HttpMethod.Put,
                $"{pulls}/{number}/merge",
                merge,
                GitHubJson.Default.MergePullRequest,
                GitHubJson.Default.PullRequestMerge,
                Repeating.IsNotIdempotent,
                cancel
            );
            return new MergeResult(MergeOutcome.Merged, done.Sha, done.Message);
        }
        catch (GitHubRefused refused) when (refused.Status == HttpStatusCode.Conflict)
        {
            return new MergeResult(MergeOutcome.HeadMoved, null, refused.Reason);
        }
        catch (GitHubRefused refused) when (refused.Status == HttpStatusCode.MethodNotAllowed)
        {
            return new MergeResult(MergeOutcome.NotMergeable, null, refused.Reason);
        }
    }
}

/// <summary><c>/pulls/{number}/reviews</c>.</summary>
public sealed class PullRequestReviewsClient
{
    private readonly Connection connection;
    private readonly string pulls;

    internal PullRequestReviewsClient(Connection connection, string pulls) =>
        (this.connection, this.pulls) = (connection, pulls);

    /// <summary>In the order they were given.</summary>
    public Task<IReadOnlyList<PullRequestReview>> GetAll(int number, CancellationToken cancel = default) =>
        connection.GetAll($"{pulls}/{number}/reviews?per_page=100", GitHubJson.Default.ListPullRequestReview, cancel);

    public Task<PullRequestReview> Create(
        int number,
        NewPullRequestReview review,
        CancellationToken cancel = default
    ) =>
        connection.Write(
            HttpMethod.Post,
            $"{pulls}/{number}/reviews",
            review,
            GitHubJson.Default.NewPullRequestReview,
            GitHubJson.Default.PullRequestReview,
            Repeating.IsNotIdempotent,
            cancel
        );

    /// <summary>Changes what a review says above its comments; a review that was given can't be deleted.</summary>
    public Task<PullRequestReview> Update(int number, long id, string body, CancellationToken cancel = default) =>
        connection.Write(
            HttpMethod.Put,
            $"{pulls}/{number}/reviews/{id}",
            new BodyText(body),
            GitHubJson.Default.BodyText,
            GitHubJson.Default.PullRequestReview,
            Repeating.IsHarmless,
            cancel
        );
}

/// <summary><c>/pulls/{number}/comments</c>: comments on lines of the diff.</summary>
public sealed class PullRequestReviewCommentsClient
{
    private readonly Connection connection;
    private readonly string pulls;

    internal PullRequestReviewCommentsClient(Connection connection, string pulls) =>
        (this.connection, this.pulls) = (connection, pulls);

    public Task<IReadOnlyList<PullRequestReviewComment>> GetAll(int number, CancellationToken cancel = default) =>
        connection.GetAll(
            $"{pulls}/{number}/comments?per_page=100",
            GitHubJson.Default.ListPullRequestReviewComment,
            cancel
        );

    public Task Delete(long id, CancellationToken cancel = default) =>
        connection.Delete($"{pulls}/comments/{id}", cancel);
}
