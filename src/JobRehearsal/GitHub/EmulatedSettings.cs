namespace Rayquest.JobRehearsal.GitHub;

/// <summary>A deployment environment: which branches may use it, and the names of the secrets it holds.</summary>
public sealed class EmulatedEnvironment(string name)
{
    public string Name { get; } = name;

    /// <summary>Whether only protected branches may use it.</summary>
    public bool OnlyProtectedBranches { get; set; }

    /// <summary>The branches that may use it, by <c>fnmatch</c>; null is every branch, unless only protected ones may.</summary>
    public IReadOnlyList<string>? Branches { get; set; }

    public IList<string> Secrets { get; } = [];

    /// <summary>Whether administrators pass its rules, which GitHub lets them unless it is told otherwise.</summary>
    public bool AdministratorsPass { get; set; } = true;

    /// <summary>Minutes that every run waits.</summary>
    public int WaitMinutes { get; set; }

    public IDictionary<string, string> Variables { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether a run on a reference gets the secrets, as GitHub decides it.</summary>
    /// <param name="reference">In full: <c>refs/heads/main</c>, <c>refs/pull/1/merge</c>.</param>
    public bool Admits(string reference) =>
        Branches is null
            ? !OnlyProtectedBranches || reference == "refs/heads/main"
            : Branches.Any(branch =>
                FileNamePattern.Matches(branch, reference) || FileNamePattern.Matches("refs/heads/" + branch, reference)
            );
}

/// <summary>A runner that is registered at the repository itself.</summary>
public sealed record EmulatedRunner(string Name, params IReadOnlyList<string> Labels);

/// <summary>The site that GitHub Pages shows.</summary>
public sealed record EmulatedPages(string Branch, string Folder = "/", bool Public = true);

/// <summary>What an administrator sets up beside the code; a fresh repository's, until somebody changes it.</summary>
public sealed class EmulatedSettings
{
    public bool IsPrivate { get; set; } = true;

    public bool ActionsEnabled { get; set; } = true;

    /// <summary>all, local_only or selected.</summary>
    public string AllowedActions { get; set; } = "all";

    /// <summary>Whether actions must be named by their full SHA.</summary>
    public bool RequiresPinnedActions { get; set; }

    /// <summary>read or write: what a workflow's token may when the workflow doesn't say.</summary>
    public string DefaultWorkflowPermissions { get; set; } = "read";

    public bool ActionsCreatePullRequests { get; set; }

    /// <summary>Of a public repository: whose pull requests wait until somebody lets their workflows run.</summary>
    public string ForkApproval { get; set; } = "first_time_contributors";

    /// <summary>Of a private repository: whether workflows of forks run at all.</summary>
    public bool RunsForkWorkflows { get; set; }

    public bool SendsWriteTokensToForks { get; set; }

    public bool SendsSecretsToForks { get; set; }

    public bool ApprovesForkWorkflows { get; set; }

    public IList<EmulatedEnvironment> Environments { get; } = [];

    public IList<string> Secrets { get; } = [];

    public IList<string> OrganizationSecrets { get; } = [];

    public IDictionary<string, string> Variables { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IList<EmulatedRunner> Runners { get; } = [];

    public EmulatedPages? Pages { get; set; }
}
