namespace Rayquest.JobReport.Doctor;

/// <summary>A deployment environment: who may use what it holds.</summary>
/// <param name="Branches">
/// The patterns of branches that may; null where every branch may. Classic "protected branches only" is <see cref="OnlyProtected"/>.
/// </param>
/// <param name="Secrets">The names, never the values.</param>
public sealed record DeploymentEnvironment(
    string Name,
    Reading<IReadOnlyList<string>>? Branches,
    Reading<IReadOnlyList<string>> Secrets
)
{
    /// <summary>Whether any protected branch may use it, whichever that is.</summary>
    public bool OnlyProtected { get; init; }

    /// <summary>Whether a run waits for somebody, or for a timer.</summary>
    public bool Waits { get; init; }

    /// <summary>Whether administrators pass its rules; null where GitHub doesn't say.</summary>
    public bool? AdministratorsPass { get; init; }
}

/// <summary>What a workflow's own token may when the workflow doesn't say.</summary>
/// <param name="Default">read or write.</param>
/// <param name="MayApprove">Whether it may open and approve pull requests.</param>
public sealed record WorkflowTokenSettings(string Default, bool MayApprove);

/// <summary>Whether workflows run at all, and with which actions.</summary>
/// <param name="NeedsPins">Whether an action must be named by its full SHA; null where the server doesn't say.</param>
public sealed record ActionsSettings(bool IsOn, bool? NeedsPins);

/// <summary>What is done with the workflows of forks.</summary>
/// <param name="Approval">
/// Of a public repository: first_time_contributors_new_to_github, first_time_contributors or all_external_contributors;
/// null for a private one.
/// </param>
public sealed record ForkSettings(string? Approval)
{
    /// <summary>Of a private repository: whether workflows of forks run at all.</summary>
    public bool Run { get; init; }

    /// <summary>Whether they get a token that may write.</summary>
    public bool GetWriteTokens { get; init; }

    /// <summary>Whether they get the repository's secrets.</summary>
    public bool GetSecrets { get; init; }
}

/// <summary>The site of GitHub Pages.</summary>
/// <param name="Branch">Null where a workflow publishes it, or where there is none.</param>
public sealed record PagesSettings(bool IsThere, string? Branch, bool IsPublic);

/// <summary>A runner that is registered at this repository itself.</summary>
public sealed record SelfHostedRunner(string Name, IReadOnlyList<string> Labels);

/// <summary>Whether a workflow looks at the cluster.</summary>
public sealed record StatusSyncSettings(bool IsOn);

/// <summary>What GitHub has been told to do with a repository, as far as it could be read.</summary>
public sealed record RepositorySettings
{
    /// <summary>owner/name.</summary>
    public required string Repository { get; init; }

    /// <summary>Whether outsiders can't see it.</summary>
    public required bool IsPrivate { get; init; }

    /// <summary>The pipeline's App; null when nobody says which it is.</summary>
    public long? App { get; init; }

    /// <summary>Whether the App itself is asking, so that what GitHub says of the asker is said of the App.</summary>
    public bool IsAskedByApp { get; init; }

    /// <summary>The default branch.</summary>
    public required BranchFacts Main { get; init; }

    /// <summary>The branch of the ledger.</summary>
    public required BranchFacts Ledger { get; init; }

    /// <summary>The deployment environments.</summary>
    public required Reading<IReadOnlyList<DeploymentEnvironment>> Environments { get; init; }

    /// <summary>Whether <c>status.yml</c> runs, by the repository's variable.</summary>
    public required Reading<StatusSyncSettings> StatusSync { get; init; }

    /// <summary>The names of the secrets that every workflow of the repository can read.</summary>
    public required Reading<IReadOnlyList<string>> RepositorySecrets { get; init; }

    /// <summary>The names of the organization's secrets that every workflow of the repository can read.</summary>
    public required Reading<IReadOnlyList<string>> OrganizationSecrets { get; init; }

    /// <summary>GitHub Actions as a whole.</summary>
    public required Reading<ActionsSettings> Actions { get; init; }

    /// <summary>The workflows' own token.</summary>
    public required Reading<WorkflowTokenSettings> WorkflowToken { get; init; }

    /// <summary>The workflows of forks.</summary>
    public required Reading<ForkSettings> Forks { get; init; }

    /// <summary>The names of the labels.</summary>
    public required Reading<IReadOnlyList<string>> Labels { get; init; }

    /// <summary>The status page's site.</summary>
    public required Reading<PagesSettings> Pages { get; init; }

    /// <summary>What GitHub can't use in CODEOWNERS, in its words.</summary>
    public required Reading<IReadOnlyList<string>> CodeOwnersErrors { get; init; }

    /// <summary>The repository's own runners.</summary>
    public required Reading<IReadOnlyList<SelfHostedRunner>> Runners { get; init; }
}
