namespace Rayquest.JobHosts.GitHub;

/// <summary>A label with the id GraphQL knows it by.</summary>
public sealed record LabelNode(string Id, string Name);

/// <summary>A comment as GraphQL shows it.</summary>
/// <param name="NodeId">Its id in GraphQL.</param>
/// <param name="Id">Its number, by which REST knows it.</param>
/// <param name="IsBot">Whether whoever holds the token wrote it.</param>
public sealed record CommentNode(string NodeId, long Id, string Body, bool IsBot);

/// <summary>What a pull request shows at one moment.</summary>
/// <param name="Comments">The first ones in the order they were made; empty when they were not asked for.</param>
/// <param name="HasMoreComments">Whether there are more than those.</param>
public sealed record PullRequestView(
    string NodeId,
    IReadOnlyList<LabelNode> Labels,
    IReadOnlyList<CommentNode> Comments,
    bool HasMoreComments
);

/// <summary>Pull requests, and labels of the repository, seen with one call.</summary>
/// <param name="Pulls">By number; one that GitHub does not know is left out.</param>
/// <param name="Labels">By name; one that the repository does not have is left out.</param>
public sealed record PullRequestViews(
    IReadOnlyDictionary<int, PullRequestView> Pulls,
    IReadOnlyDictionary<string, LabelNode> Labels
);

/// <summary>A status for one Deployment.</summary>
/// <param name="Deployment">The Deployment's node id.</param>
public sealed record DeploymentStatusChange(string Deployment, NewDeploymentStatus Status);

/// <summary>Everything one call shall change about a pull request; what is empty stays as it is.</summary>
/// <param name="Subject">The pull request's node id.</param>
public sealed record PullRequestChange(string Subject)
{
    /// <summary>A comment's node id and its new text.</summary>
    public (string NodeId, string Body)? Comment { get; init; }

    /// <summary>Sent as one write each; only these would be doubled by sending the change twice.</summary>
    public IReadOnlyList<DeploymentStatusChange> Statuses { get; init; } = [];

    /// <summary>Node ids of labels.</summary>
    public IReadOnlyList<string> AddLabels { get; init; } = [];

    /// <summary>Node ids of labels.</summary>
    public IReadOnlyList<string> RemoveLabels { get; init; } = [];

    public bool IsEmpty => Comment is null && Statuses.Count == 0 && AddLabels.Count == 0 && RemoveLabels.Count == 0;
}

/// <summary>What GitHub refused of a change; the rest is done.</summary>
/// <param name="Statuses">By the place of the status in the change.</param>
public sealed record PullRequestChangeResult(
    GitHubRefused? Comment,
    IReadOnlyDictionary<int, GitHubRefused> Statuses,
    GitHubRefused? Labels
)
{
    /// <summary>Everything was done.</summary>
    public static readonly PullRequestChangeResult Done = new(null, new Dictionary<int, GitHubRefused>(), null);
}
