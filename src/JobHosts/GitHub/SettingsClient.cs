namespace Rayquest.JobHosts.GitHub;

/// <summary>What administrators have set up, read and never changed; each setting asks for a permission of its own.</summary>
public sealed class SettingsClient
{
    private readonly Connection connection;
    private readonly string repository;

    internal SettingsClient(Connection connection, string repository) =>
        (this.connection, this.repository) = (connection, repository);

    public Task<RepositoryDetails> Get(CancellationToken cancel = default) =>
        connection.Get(repository, SettingsJson.Default.RepositoryDetails, cancel);

    /// <summary>The rules of all rulesets that hold on a branch, whether it is there or not. Classic protection is not among them.</summary>
    public Task<IReadOnlyList<ActiveRule>> Rules(string branch, CancellationToken cancel = default) =>
        connection.GetAll(
            $"{repository}/rules/branches/{GitHubClient.Segments(branch)}?per_page=100",
            SettingsJson.Default.ListActiveRule,
            cancel
        );

    public Task<Ruleset> Ruleset(long id, CancellationToken cancel = default) =>
        connection.Get($"{repository}/rulesets/{id}", SettingsJson.Default.Ruleset, cancel);

    /// <summary>A branch; null when there is none.</summary>
    public Task<BranchSummary?> FindBranch(string branch, CancellationToken cancel = default) =>
        connection.Find(
            $"{repository}/branches/{GitHubClient.Segments(branch)}",
            SettingsJson.Default.BranchSummary,
            cancel
        );

    /// <summary>Classic protection.</summary>
    public Task<BranchProtection> Protection(string branch, CancellationToken cancel = default) =>
        connection.Get(
            $"{repository}/branches/{GitHubClient.Segments(branch)}/protection",
            SettingsJson.Default.BranchProtection,
            cancel
        );

    public Task<IReadOnlyList<RepositoryEnvironment>> Environments(CancellationToken cancel = default) =>
        connection.GetAll(
            $"{repository}/environments?per_page=100",
            SettingsJson.Default.EnvironmentsPage,
            page => page.Environments,
            cancel
        );

    /// <summary>The patterns of branches and tags that may use an environment with custom policies.</summary>
    public Task<IReadOnlyList<EnvironmentBranchPolicy>> BranchPolicies(
        string environment,
        CancellationToken cancel = default
    ) =>
        connection.GetAll(
            $"{repository}/environments/{GitHubClient.Segment(environment)}/deployment-branch-policies?per_page=100",
            SettingsJson.Default.BranchPoliciesPage,
            page => page.BranchPolicies,
            cancel
        );

    /// <summary>The names of an environment's secrets.</summary>
    public Task<IReadOnlyList<NamedValue>> EnvironmentSecrets(string environment, CancellationToken cancel = default) =>
        Secrets($"{repository}/environments/{GitHubClient.Segment(environment)}/secrets", cancel);

    /// <summary>The names of the repository's secrets.</summary>
    public Task<IReadOnlyList<NamedValue>> RepositorySecrets(CancellationToken cancel = default) =>
        Secrets($"{repository}/actions/secrets", cancel);

    /// <summary>The names of the organization's secrets that this repository may use.</summary>
    public Task<IReadOnlyList<NamedValue>> OrganizationSecrets(CancellationToken cancel = default) =>
        Secrets($"{repository}/actions/organization-secrets", cancel);

    public Task<IReadOnlyList<NamedValue>> Variables(CancellationToken cancel = default) =>
        connection.GetAll(
            $"{repository}/actions/variables?per_page=30",
            SettingsJson.Default.VariablesPage,
            page => page.Variables,
            cancel
        );

    public Task<ActionsPermissions> ActionsPermissions(CancellationToken cancel = default) =>
        connection.Get($"{repository}/actions/permissions", SettingsJson.Default.ActionsPermissions, cancel);

    public Task<WorkflowPermissions> WorkflowPermissions(CancellationToken cancel = default) =>
        connection.Get($"{repository}/actions/permissions/workflow", SettingsJson.Default.WorkflowPermissions, cancel);

    /// <summary>Of a public repository: whose workflows wait.</summary>
    public Task<ForkApproval> ForkApproval(CancellationToken cancel = default) =>
        connection.Get(
            $"{repository}/actions/permissions/fork-pr-contributor-approval",
            SettingsJson.Default.ForkApproval,
            cancel
        );

    /// <summary>Of a private repository: what workflows of forks get.</summary>
    public Task<PrivateForkWorkflows> ForkWorkflows(CancellationToken cancel = default) =>
        connection.Get(
            $"{repository}/actions/permissions/fork-pr-workflows-private-repos",
            SettingsJson.Default.PrivateForkWorkflows,
            cancel
        );

    public Task<IReadOnlyList<Label>> Labels(CancellationToken cancel = default) =>
        connection.GetAll($"{repository}/labels?per_page=100", GitHubJson.Default.ListLabel, cancel);

    public Task<PagesSite> Pages(CancellationToken cancel = default) =>
        connection.Get($"{repository}/pages", SettingsJson.Default.PagesSite, cancel);

    /// <summary>What GitHub can't use in CODEOWNERS of a branch; null when there is no such file.</summary>
    public Task<CodeOwnersErrors?> CodeOwnersErrors(string branch, CancellationToken cancel = default) =>
        connection.Find(
            $"{repository}/codeowners/errors?ref={Uri.EscapeDataString(branch)}",
            SettingsJson.Default.CodeOwnersErrors,
            cancel
        );

    /// <summary>The runners that are registered at the repository itself.</summary>
    public Task<IReadOnlyList<Runner>> Runners(CancellationToken cancel = default) =>
        connection.GetAll(
            $"{repository}/actions/runners?per_page=100",
            SettingsJson.Default.RunnersPage,
            page => page.Runners,
            cancel
        );

    private Task<IReadOnlyList<NamedValue>> Secrets(string path, CancellationToken cancel) =>
        connection.GetAll(path + "?per_page=100", SettingsJson.Default.SecretsPage, page => page.Secrets, cancel);
}
