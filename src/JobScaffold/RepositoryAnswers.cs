using Rayquest.JobLint.Rules.Identity;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobScaffold;

/// <summary>A team of the new repository.</summary>
/// <param name="Name">Its folder under <c>jobs-requests/</c>.</param>
/// <param name="Members">GitHub logins that may submit.</param>
/// <param name="Approvers">GitHub logins that may approve up to the hard limit.</param>
/// <param name="Queue">Its queue, where that isn't called as the team is.</param>
public sealed record TeamAnswer(
    string Name,
    IReadOnlyList<string> Members,
    IReadOnlyList<string> Approvers,
    string? Queue = null
);

/// <summary>A GPU type of the new repository.</summary>
/// <param name="PricePerHour">The price of one for an hour; null where nobody said.</param>
public sealed record GpuAnswer(GpuEntry Entry, decimal? PricePerHour);

/// <summary>What of an Argo CD that is there already is left alone.</summary>
[Flags]
public enum KeptOfArgoCd
{
    None = 0,

    /// <summary>The ConfigMaps <c>argocd-cm</c> and <c>argocd-notifications-cm</c>.</summary>
    Settings = 1,

    /// <summary>The teams' namespaces, which are made by somebody else.</summary>
    Namespaces = 2,

    /// <summary>The queues of Kueue or Volcano.</summary>
    Queues = 4,
}

/// <summary>What <c>rayquest init</c> was told: enough to write a repository, the same one each time.</summary>
public sealed record RepositoryAnswers
{
    /// <summary>The owner of the repository on GitHub.</summary>
    public required string Organization { get; init; }

    /// <summary>The name of the repository.</summary>
    public string Repository { get; init; } = "ray-jobs";

    /// <summary>The teams, in the order they were named.</summary>
    public required IReadOnlyList<TeamAnswer> Teams { get; init; }

    /// <summary>Logins that may approve for any team.</summary>
    public required IReadOnlyList<string> PlatformApprovers { get; init; }

    /// <summary>Who owns everything but requests, as CODEOWNERS names them: <c>@login</c> or <c>@organization/team</c>.</summary>
    public required IReadOnlyList<string> Owners { get; init; }

    /// <summary>The scheduler of the cluster.</summary>
    public SchedulerKind Scheduler { get; init; } = SchedulerKind.None;

    /// <summary>The GPU types that requests may ask for.</summary>
    public IReadOnlyList<GpuAnswer> Gpus { get; init; } = [];

    /// <summary>Whose node labels the GPU types are found by.</summary>
    public Cloud Cloud { get; init; } = Cloud.Other;

    /// <summary>The kinds of request to write an example of.</summary>
    public IReadOnlyList<JobKind> Kinds { get; init; } = [JobKind.RayJob];

    /// <summary>A team's namespace; <c>{team}</c> stands for its name.</summary>
    public string Namespace { get; init; } = "ray-{team}";

    /// <summary>The labels of the runners that workflows ask for.</summary>
    public IReadOnlyList<string> Runners { get; init; } = ["ubuntu-latest"];

    /// <summary>GitHub's address: <c>https://github.com</c>, or an Enterprise Server's.</summary>
    public Uri Server { get; init; } = GitHubServer;

    /// <summary>Where Argo CD runs.</summary>
    public string ArgoCdNamespace { get; init; } = "argocd";

    /// <summary>What of it is left alone.</summary>
    public KeptOfArgoCd Kept { get; init; }

    /// <summary>The language of the comments: <c>en</c> or <c>zh-CN</c>.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The action that the workflows use.</summary>
    public required ActionReference Action { get; init; }

    /// <summary>github.com.</summary>
    public static Uri GitHubServer { get; } = new("https://github.com");

    /// <summary>Whether it is github.com or a subdomain of ghe.com, which know what Enterprise Server doesn't.</summary>
    public bool IsHosted =>
        Server.Host.Equals("github.com", StringComparison.OrdinalIgnoreCase)
        || Server.Host.EndsWith(".ghe.com", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The action that workflows use, pinned: <c>owner/name@sha # v1.2.3</c>.</summary>
/// <param name="Name">Owner and name of its repository.</param>
/// <param name="Commit">The full id of the commit; all zeros stand for one that has to be filled in.</param>
/// <param name="Version">The version that the commit is of, such as <c>1.2.3</c>.</param>
public sealed record ActionReference(string Name, string Commit, string Version)
{
    /// <summary>A commit nobody has said yet.</summary>
    public const string Unknown = "0000000000000000000000000000000000000000";

    /// <summary>Whether the commit has to be filled in.</summary>
    public bool IsUnknown => Commit == Unknown;
}
