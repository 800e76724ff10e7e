using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rayquest.JobHosts.GitHub;

/// <summary>A login and what it belongs to; <c>Type</c> is <c>User</c>, <c>Bot</c> or <c>Organization</c>.</summary>
public sealed record User(string Login, long Id = 0, string Type = "User");

/// <param name="Private">Whether outsiders can't see it.</param>
public sealed record Repository(long Id, string Name, string FullName, string DefaultBranch, bool Private, bool Fork);

/// <summary>One end of a pull request. The repository is null when the fork was deleted.</summary>
public sealed record GitReference(string Label, string Ref, string Sha, User? User, Repository? Repo);

/// <summary>A label; colour is six hexadecimal digits. GitHub gives the node id.</summary>
public sealed record Label(string Name, string? Color = null, string? Description = null, string? NodeId = null);

public sealed record AutoMerge(User? EnabledBy, PullRequestMergeMethod MergeMethod);

/// <summary>
/// A pull request. <c>Merged</c>, <c>Mergeable</c>, <c>MaintainerCanModify</c> and <c>ChangedFiles</c> are given when one is asked for, not in
/// lists; <c>Mergeable</c> is null while GitHub is still finding out.
/// </summary>
public sealed record PullRequest(
    int Number,
    string NodeId,
    string HtmlUrl,
    ItemState State,
    string Title,
    string? Body,
    bool Draft,
    bool Locked,
    User? User,
    GitReference Head,
    GitReference Base,
    IReadOnlyList<Label> Labels,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? MergedAt = null,
    string? MergeCommitSha = null,
    bool? Merged = null,
    bool? Mergeable = null,
    string? MergeableState = null,
    bool? MaintainerCanModify = null,
    int? ChangedFiles = null,
    AutoMerge? AutoMerge = null
)
{
    /// <summary>Whether the branch lives in another repository, where the pipeline can't write.</summary>
    [JsonIgnore]
    public bool IsFork => Head.Repo is null || Head.Repo.Id != Base.Repo?.Id;
}

/// <summary>A changed file; <c>Status</c> is added, removed, modified, renamed, copied, changed or unchanged.</summary>
public sealed record PullRequestFile(
    string Filename,
    string Status,
    int Additions,
    int Deletions,
    string? Sha = null,
    string? PreviousFilename = null,
    string? Patch = null
);

public sealed record NewPullRequest(
    string Title,
    string Head,
    string Base,
    string? Body = null,
    bool? Draft = null,
    bool? MaintainerCanModify = null
);

public sealed record PullRequestUpdate(string? Title = null, string? Body = null, ItemState? State = null);

/// <param name="Sha">The head that was evaluated; GitHub refuses when the branch has moved on.</param>
public sealed record MergePullRequest(
    string Sha,
    PullRequestMergeMethod? MergeMethod = null,
    string? CommitTitle = null,
    string? CommitMessage = null
);

public sealed record PullRequestMerge(string Sha, bool Merged, string Message);

/// <summary>How a merge ended.</summary>
public enum MergeOutcome
{
    Merged,

    /// <summary>The head isn't the evaluated one any more: evaluate again.</summary>
    HeadMoved,

    /// <summary>Conflicts, a missing check, a closed pull request: the reason says which.</summary>
    NotMergeable,
}

/// <param name="Sha">The merge commit, when there is one.</param>
/// <param name="Reason">GitHub's words.</param>
public sealed record MergeResult(MergeOutcome Outcome, string? Sha, string Reason);

/// <param name="CommitId">The head that was reviewed.</param>
/// <param name="SubmittedAt">Null while it is pending.</param>
public sealed record PullRequestReview(
    long Id,
    string NodeId,
    User? User,
    PullRequestReviewState State,
    string? CommitId,
    string? Body,
    DateTimeOffset? SubmittedAt = null,
    string? AuthorAssociation = null
);

/// <param name="Event">APPROVE, REQUEST_CHANGES or COMMENT.</param>
public sealed record NewPullRequestReview(
    string CommitId,
    string Event,
    string? Body = null,
    IReadOnlyList<NewReviewComment>? Comments = null
);

/// <param name="Line">In the file as it is at the head, 1-based; the last line of a range from <paramref name="StartLine"/>.</param>
public sealed record NewReviewComment(
    string Path,
    string Body,
    int Line,
    string Side = "RIGHT",
    int? StartLine = null,
    string? StartSide = null
);

public sealed record PullRequestReviewComment(
    long Id,
    string NodeId,
    User? User,
    string Path,
    string Body,
    string CommitId,
    int? Line = null,
    int? StartLine = null,
    long? PullRequestReviewId = null
);

public sealed record Issue(
    int Number,
    string NodeId,
    string HtmlUrl,
    ItemState State,
    string Title,
    string? Body,
    User? User,
    IReadOnlyList<Label> Labels,
    bool Locked
);

/// <param name="StateReason">completed, not_planned or reopened.</param>
public sealed record IssueUpdate(
    string? Title = null,
    string? Body = null,
    ItemState? State = null,
    string? StateReason = null
);

public sealed record IssueComment(
    long Id,
    string NodeId,
    string HtmlUrl,
    string? Body,
    User? User,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? AuthorAssociation = null
);

/// <param name="Context">What branch protection requires; the newest status of a context counts.</param>
/// <param name="Description">140 characters at most.</param>
public sealed record NewCommitStatus(
    CommitState State,
    string Context,
    string? Description = null,
    string? TargetUrl = null
);

public sealed record CommitStatus(
    long Id,
    CommitState State,
    string Context,
    string? Description,
    string? TargetUrl,
    DateTimeOffset CreatedAt,
    User? Creator = null,
    string? NodeId = null
);

/// <summary>The newest status of each context, and what they come to.</summary>
public sealed record CombinedCommitStatus(CommitState State, string Sha, IReadOnlyList<CommitStatus> Statuses);

public sealed record CollaboratorPermission(PermissionLevel Permission, string? RoleName, User? User);

/// <summary>A file by way of the contents API; at most 1 MB comes with its content.</summary>
public sealed record RepositoryContent(
    string Type,
    string Name,
    string Path,
    string Sha,
    long Size,
    string? Encoding = null,
    string? Content = null
)
{
    /// <summary>The file's bytes; null when GitHub left them out.</summary>
    public byte[]? Decode() =>
        Encoding == "base64" && Content is not null
            ? Convert.FromBase64String(Content.Replace("\n", "", StringComparison.Ordinal))
            : null;
}

/// <param name="Payload">A JSON object for whoever reads the deployment.</param>
public sealed record NewDeployment(
    string Ref,
    string Environment,
    string? Task = null,
    string? Description = null,
    JsonElement? Payload = null
)
{
    /// <summary>Never: the pipeline deploys what is merged, and merges nothing by this call.</summary>
    public bool AutoMerge { get; init; }

    /// <summary>None: whoever deploys has evaluated already.</summary>
    public IReadOnlyList<string> RequiredContexts { get; init; } = [];

    public bool? TransientEnvironment { get; init; }

    public bool? ProductionEnvironment { get; init; }
}

public sealed record Deployment(
    long Id,
    string NodeId,
    string Sha,
    string Ref,
    string Task,
    string Environment,
    string? Description,
    DateTimeOffset CreatedAt,
    User? Creator = null
);

public sealed record NewDeploymentStatus(
    DeploymentState State,
    string? Description = null,
    string? LogUrl = null,
    string? EnvironmentUrl = null,
    bool? AutoInactive = null
);

public sealed record DeploymentStatus(
    long Id,
    DeploymentState State,
    string? Description,
    DateTimeOffset CreatedAt,
    string? LogUrl = null,
    string? EnvironmentUrl = null,
    User? Creator = null
);

/// <param name="EventType">100 characters at most.</param>
/// <param name="ClientPayload">Ten keys at most.</param>
public sealed record NewRepositoryDispatch(string EventType, JsonElement? ClientPayload = null);

/// <param name="Annotations">50 a request at most; an update adds to those that are there.</param>
public sealed record NewCheckRunOutput(
    string Title,
    string Summary,
    string? Text = null,
    IReadOnlyList<NewCheckRunAnnotation>? Annotations = null
);

/// <summary>Lines are 1-based; columns only when both lines are the same.</summary>
public sealed record NewCheckRunAnnotation(
    string Path,
    int StartLine,
    int EndLine,
    CheckAnnotationLevel AnnotationLevel,
    string Message,
    string? Title = null,
    int? StartColumn = null,
    int? EndColumn = null,
    string? RawDetails = null
);

/// <summary>A conclusion is required when the status is completed, and completes it when it is given.</summary>
public sealed record NewCheckRun(
    string Name,
    string HeadSha,
    CheckStatus? Status = null,
    CheckConclusion? Conclusion = null,
    string? ExternalId = null,
    string? DetailsUrl = null,
    NewCheckRunOutput? Output = null
);

public sealed record CheckRunUpdate(
    CheckStatus? Status = null,
    CheckConclusion? Conclusion = null,
    string? DetailsUrl = null,
    NewCheckRunOutput? Output = null,
    string? ExternalId = null,
    string? Name = null
);

public sealed record CheckRun(
    long Id,
    string Name,
    string HeadSha,
    CheckStatus Status,
    CheckConclusion? Conclusion,
    string? ExternalId,
    CheckRunOutput Output,
    GitHubAppInfo? App = null,
    string? HtmlUrl = null
);

public sealed record CheckRunOutput(string? Title, string? Summary, string? Text, int AnnotationsCount);

public sealed record CheckRunAnnotation(
    string Path,
    int StartLine,
    int EndLine,
    CheckAnnotationLevel AnnotationLevel,
    string? Message,
    string? Title = null
);

public sealed record GitHubAppInfo(long Id, string? Slug, string Name);

public sealed record BlobReference(string Sha);

/// <param name="Encoding">utf-8 or base64.</param>
public sealed record NewBlob(string Content, string Encoding);

public sealed record Blob(string Sha, string Content, string Encoding, long Size)
{
    public byte[] Decode() =>
        Encoding == "base64"
            ? Convert.FromBase64String(Content.Replace("\n", "", StringComparison.Ordinal))
            : System.Text.Encoding.UTF8.GetBytes(Content);
}

/// <param name="Mode">100644, 100755, 040000, 160000 or 120000.</param>
/// <param name="Sha">Null takes the path away.</param>
public sealed record NewTreeItem(
    string Path,
    string Mode,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Sha
);

public sealed record NewTree(IReadOnlyList<NewTreeItem> Tree, string? BaseTree = null);

public sealed record TreeItem(string Path, string Mode, string Type, string Sha, long? Size = null);

public sealed record TreeResponse(string Sha, IReadOnlyList<TreeItem> Tree, bool Truncated);

public sealed record CommitAuthor(string Name, string Email, DateTimeOffset? Date = null);

public sealed record NewCommit(
    string Message,
    string Tree,
    IReadOnlyList<string> Parents,
    CommitAuthor? Author = null,
    CommitAuthor? Committer = null
);

public sealed record CommitReference(string Sha);

public sealed record Commit(
    string Sha,
    string Message,
    CommitReference Tree,
    IReadOnlyList<CommitReference> Parents,
    CommitAuthor Author,
    CommitAuthor Committer
);

/// <summary>Whether a commit's signature holds, and GitHub's word for why not (<c>unsigned</c>, <c>bad_email</c> …).</summary>
public sealed record Verification(bool Verified, string Reason);

public sealed record CommitDetail(
    string Message,
    CommitAuthor Author,
    CommitAuthor Committer,
    Verification? Verification = null
);

/// <summary>
/// A commit as a repository lists it. <c>Author</c> and <c>Committer</c> are the accounts GitHub found for the addresses in it; the committer
/// of what GitHub itself commits is <c>web-flow</c>.
/// </summary>
public sealed record RepositoryCommit(
    string Sha,
    CommitDetail Commit,
    User? Author,
    User? Committer,
    IReadOnlyList<CommitReference> Parents
);

public sealed record TagObject(string Type, string Sha);

public sealed record Reference(string Ref, TagObject Object);

public sealed record NewReference(string Ref, string Sha);

/// <param name="Force">False: only forward.</param>
public sealed record ReferenceUpdateRequest(string Sha, bool Force = false);

/// <summary>A commit made by GitHub, signed by it, on top of exactly one head.</summary>
/// <param name="Branch">Without <c>refs/heads/</c>.</param>
/// <param name="ExpectedHeadOid">The head it is made for; a moved branch gets no commit.</param>
public sealed record CommitOnBranch(
    string Branch,
    string ExpectedHeadOid,
    string Headline,
    string Body,
    IReadOnlyList<FileAddition> Additions,
    IReadOnlyList<string> Deletions
);

public sealed record FileAddition(string Path, byte[] Contents);

/// <param name="Oid">The new head; null when the branch had moved and nothing was committed.</param>
public sealed record CommitOnBranchResult(string? Oid)
{
    [JsonIgnore]
    public bool HeadMoved => Oid is null;
}

/// <summary>Why a comment is folded away.</summary>
public enum ReportedContentClassifiers
{
    Outdated,
    Resolved,
    Duplicate,
    OffTopic,
    Spam,
    Abuse,
}

internal sealed record ErrorBody(string? Message, JsonElement Errors);

internal sealed record BodyText(string Body);

internal sealed record LabelNames(IReadOnlyList<string> Labels);

internal sealed record CheckRunsPage(int TotalCount, List<CheckRun> CheckRuns);

internal sealed record InstallationTokenRequest(IReadOnlyList<string> Repositories);

internal sealed record InstallationToken(string Token, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"token until {ExpiresAt:O}";
}

/// <summary>A push to a branch, or another event that moved it. The actor is GitHub's word, unlike the author of a commit.</summary>
/// <param name="ActivityType">push, force_push, branch_creation, branch_deletion, pr_merge or merge_queue_merge.</param>
public sealed record BranchActivity(
    string Before,
    string After,
    string Ref,
    string ActivityType,
    User? Actor,
    DateTimeOffset Timestamp
);
