using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Somebody with a login and a token. The id stays; a login can be given up and taken by somebody else.</summary>
public sealed class EmulatedUser(long id, string login, string token, PermissionLevel permission, long? appId)
{
    public long Id { get; } = id;
    public string Login { get; internal set; } = login;
    public string Token { get; } = token;
    public PermissionLevel Permission { get; } = permission;

    /// <summary>The App whose token it is; null for people.</summary>
    public long? AppId { get; } = appId;

    /// <summary>Whether the token is an App's: only those may write check runs.</summary>
    public bool IsApp => AppId is not null;

    /// <summary>The permissions of an App beyond what everybody here has, by GitHub's names.</summary>
    internal HashSet<string> Granted { get; } = new(StringComparer.Ordinal);

    public bool CanWrite => Permission is PermissionLevel.Write or PermissionLevel.Admin;

    /// <summary>The address that GitHub knows the account by in commits; it outlives a login.</summary>
    public string Email => $"{Id}+{Login}@users.noreply.example.com";
}

public sealed class EmulatedComment(long id, int issue, EmulatedUser author, string body, DateTimeOffset at)
{
    public long Id { get; } = id;
    public int Issue { get; } = issue;
    public EmulatedUser Author { get; } = author;
    public string Body { get; internal set; } = body;
    public DateTimeOffset CreatedAt { get; } = at;
    public DateTimeOffset UpdatedAt { get; internal set; } = at;
    public string? MinimizedReason { get; internal set; }
    public int Edits { get; internal set; }

    /// <summary>When its text was last changed, and by whom; null while it is as it was written.</summary>
    public DateTimeOffset? LastEditedAt { get; internal set; }

    public EmulatedUser? Editor { get; internal set; }
}

/// <summary>An issue, or the conversation half of a pull request.</summary>
public class EmulatedIssue(int number, EmulatedUser author, string title, string? body, DateTimeOffset at)
{
    public int Number { get; } = number;
    public EmulatedUser Author { get; } = author;
    public string Title { get; internal set; } = title;
    public string? Body { get; internal set; } = body;
    public bool IsOpen { get; internal set; } = true;
    public string? StateReason { get; internal set; }
    public DateTimeOffset? LastEditedAt { get; internal set; }
    public EmulatedUser? Editor { get; internal set; }
    public DateTimeOffset CreatedAt { get; } = at;
    public DateTimeOffset UpdatedAt { get; internal set; } = at;
    public DateTimeOffset? ClosedAt { get; internal set; }
    public List<string> Labels { get; } = [];
}

public sealed class EmulatedPull(
    int number,
    EmulatedUser author,
    string title,
    string? body,
    DateTimeOffset at,
    string headOwner,
    string headBranch,
    string headReference,
    string baseBranch
) : EmulatedIssue(number, author, title, body, at)
{
    public string HeadOwner { get; } = headOwner;
    public string HeadBranch { get; } = headBranch;

    /// <summary>Where the head lives in the bare repository: <c>refs/heads/…</c>, or <c>refs/forks/OWNER/heads/…</c>.</summary>
    public string HeadReference { get; } = headReference;

    public string BaseBranch { get; internal set; } = baseBranch;
    public ObjectId HeadSha { get; internal set; } = ObjectId.Zero;
    public ObjectId BaseSha { get; internal set; } = ObjectId.Zero;
    public bool Draft { get; internal set; }
    public DateTimeOffset? MergedAt { get; internal set; }
    public EmulatedUser? MergedBy { get; internal set; }
    public ObjectId? MergeCommit { get; internal set; }
    public PullRequestMergeMethod? AutoMerge { get; internal set; }
    public EmulatedUser? AutoMergeBy { get; internal set; }
    public EmulatedQueueEntry? QueueEntry { get; internal set; }
    public List<EmulatedSynchronization> Synchronizations { get; } = [];
    public List<EmulatedQueueRemoval> QueueRemovals { get; } = [];
    public List<EmulatedReview> Reviews { get; } = [];
    public List<EmulatedReviewComment> ReviewComments { get; } = [];

    /// <summary>What GraphQL still shows of it where a replica is behind; null where it shows the present.</summary>
    internal EmulatedPull? Replica { get; private set; }

    /// <summary>From now on GraphQL shows it as it is at this moment.</summary>
    public void LetReplicaFallBehind() => Replica = (EmulatedPull)MemberwiseClone();

    public bool IsFork => !HeadReference.StartsWith("refs/heads/", StringComparison.Ordinal);
}

/// <summary>A push to the head of an open pull request, as its <c>synchronize</c> event tells it.</summary>
/// <param name="Pusher">Null when a script wrote to the bare repository itself.</param>
public sealed record EmulatedSynchronization(
    ObjectId Before,
    ObjectId After,
    EmulatedUser? Pusher,
    bool Forced,
    DateTimeOffset At
);

public sealed class EmulatedReview(
    long id,
    EmulatedUser author,
    string state,
    string commitId,
    string body,
    DateTimeOffset at
)
{
    public long Id { get; } = id;
    public EmulatedUser Author { get; } = author;
    public string State { get; private set; } = state;

    /// <summary>What it was before it was dismissed; null while it isn't.</summary>
    public string? DismissedState { get; private set; }

    public string CommitId { get; } = commitId;
    public string Body { get; internal set; } = body;
    public DateTimeOffset SubmittedAt { get; } = at;
    public DateTimeOffset? LastEditedAt { get; internal set; }
    public EmulatedUser? Editor { get; internal set; }

    internal void Dismiss()
    {
        DismissedState ??= State;
        State = "DISMISSED";
    }
}

/// <summary>A comment that is gone: the timeline still says whose it was and who took it away.</summary>
public sealed record EmulatedDeletion(int Issue, EmulatedUser Author, EmulatedUser By, DateTimeOffset At);

public sealed record EmulatedReviewComment(
    long Id,
    long ReviewId,
    EmulatedUser Author,
    string Path,
    int Line,
    int? StartLine,
    string Body,
    string CommitId,
    DateTimeOffset At
);

public sealed record EmulatedStatus(
    long Id,
    string Sha,
    string Context,
    string State,
    string? Description,
    string? TargetUrl,
    EmulatedUser Creator,
    DateTimeOffset At
);

public sealed class EmulatedCheckRun(long id, string name, string headSha, EmulatedUser creator, DateTimeOffset at)
{
    public EmulatedUser Creator { get; } = creator;
    public long Id { get; } = id;
    public string Name { get; internal set; } = name;
    public string HeadSha { get; } = headSha;
    public string Status { get; internal set; } = "queued";
    public string? Conclusion { get; internal set; }
    public string? ExternalId { get; internal set; }
    public string? DetailsUrl { get; internal set; }
    public string? Title { get; internal set; }
    public string? Summary { get; internal set; }
    public string? Text { get; internal set; }
    public List<JsonObject> Annotations { get; } = [];
    public DateTimeOffset StartedAt { get; } = at;
    public DateTimeOffset? CompletedAt { get; internal set; }
}

public sealed record EmulatedDeployment(
    long Id,
    string Sha,
    string Ref,
    string Task,
    string Environment,
    string? Description,
    JsonNode? Payload,
    EmulatedUser Creator,
    DateTimeOffset At
)
{
    public List<EmulatedDeploymentStatus> Statuses { get; } = [];
}

public sealed record EmulatedDeploymentStatus(
    long Id,
    string State,
    string? Description,
    string? LogUrl,
    string? EnvironmentUrl,
    EmulatedUser Creator,
    DateTimeOffset At
);

public sealed record EmulatedDispatch(string EventType, JsonNode? Payload, EmulatedUser Sender);
