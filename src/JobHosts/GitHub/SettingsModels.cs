using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rayquest.JobHosts.GitHub;

/// <summary>What of a repository tells about its settings. The owner's type is <c>User</c> or <c>Organization</c>.</summary>
public sealed record RepositoryDetails(string FullName, string DefaultBranch, bool Private, bool HasPages, User Owner);

/// <summary>A rule that holds on a branch, with its parameters as GitHub gives them.</summary>
public sealed record ActiveRule(string Type, long RulesetId, JsonElement Parameters);

/// <summary>Somebody who passes a ruleset.</summary>
public sealed record RulesetBypass(string ActorType, long? ActorId, string? BypassMode);

/// <param name="BypassActors">Null for who may not change it.</param>
/// <param name="CurrentUserCanBypass">always, pull_requests_only, never or exempt.</param>
public sealed record Ruleset(
    long Id,
    string Name,
    IReadOnlyList<RulesetBypass>? BypassActors,
    string? CurrentUserCanBypass
);

/// <param name="AppId">Null or -1 when any App's counts.</param>
public sealed record ProtectedCheck(string Context, long? AppId);

public sealed record ProtectedStatuses(bool? Strict, IReadOnlyList<ProtectedCheck>? Checks);

public sealed record Switch(bool Enabled);

/// <summary>People, teams and Apps that a part of classic protection excepts.</summary>
public sealed record ProtectionActors(
    IReadOnlyList<User>? Users,
    IReadOnlyList<Numbered>? Teams,
    IReadOnlyList<Numbered>? Apps
);

/// <summary>Something that has a number.</summary>
public sealed record Numbered(long Id);

public sealed record ProtectedReviews(
    bool? DismissStaleReviews,
    bool? RequireCodeOwnerReviews,
    int? RequiredApprovingReviewCount,
    ProtectionActors? BypassPullRequestAllowances
);

/// <summary>Classic protection of a branch; what isn't set is null.</summary>
public sealed record BranchProtection(
    Switch? EnforceAdmins,
    ProtectedStatuses? RequiredStatusChecks,
    ProtectedReviews? RequiredPullRequestReviews,
    ProtectionActors? Restrictions,
    Switch? AllowForcePushes,
    Switch? AllowDeletions
);

/// <summary>A branch, and whether classic protection holds on it.</summary>
public sealed record BranchSummary(string Name, bool Protected, Switch? Protection);

public sealed record ProtectionRule(string Type);

public sealed record BranchPolicyKind(bool ProtectedBranches, bool CustomBranchPolicies);

/// <param name="DeploymentBranchPolicy">Null when every branch may use it.</param>
public sealed record RepositoryEnvironment(
    string Name,
    IReadOnlyList<ProtectionRule>? ProtectionRules,
    BranchPolicyKind? DeploymentBranchPolicy,
    bool? CanAdminsBypass
);

/// <param name="Type">branch or tag.</param>
public sealed record EnvironmentBranchPolicy(string Name, string? Type);

/// <summary>A secret's or a variable's name; only a variable tells its value.</summary>
public sealed record NamedValue(string Name, string? Value);

public sealed record EnvironmentsPage(IReadOnlyList<RepositoryEnvironment> Environments);

public sealed record BranchPoliciesPage(IReadOnlyList<EnvironmentBranchPolicy> BranchPolicies);

public sealed record SecretsPage(IReadOnlyList<NamedValue> Secrets);

public sealed record VariablesPage(IReadOnlyList<NamedValue> Variables);

/// <param name="ShaPinningRequired">Null where the server is too old to say.</param>
public sealed record ActionsPermissions(bool Enabled, bool? ShaPinningRequired);

public sealed record WorkflowPermissions(string DefaultWorkflowPermissions, bool CanApprovePullRequestReviews);

public sealed record ForkApproval(string ApprovalPolicy);

public sealed record PrivateForkWorkflows(
    bool RunWorkflowsFromForkPullRequests,
    bool? SendWriteTokensToWorkflows,
    bool? SendSecretsAndVariables
);

/// <param name="Source">Null where a workflow publishes it.</param>
public sealed record PagesSite(PagesSource? Source, bool? Public);

public sealed record PagesSource(string Branch, string Path);

public sealed record CodeOwnersError(int Line, string Kind, string Message);

public sealed record CodeOwnersErrors(IReadOnlyList<CodeOwnersError> Errors);

public sealed record RunnersPage(IReadOnlyList<Runner> Runners);

public sealed record Runner(string Name, IReadOnlyList<NamedValue>? Labels);

/// <summary>How the REST API spells settings.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RepositoryDetails))]
[JsonSerializable(typeof(List<ActiveRule>))]
[JsonSerializable(typeof(Ruleset))]
[JsonSerializable(typeof(BranchProtection))]
[JsonSerializable(typeof(BranchSummary))]
[JsonSerializable(typeof(EnvironmentsPage))]
[JsonSerializable(typeof(BranchPoliciesPage))]
[JsonSerializable(typeof(SecretsPage))]
[JsonSerializable(typeof(VariablesPage))]
[JsonSerializable(typeof(ActionsPermissions))]
[JsonSerializable(typeof(WorkflowPermissions))]
[JsonSerializable(typeof(ForkApproval))]
[JsonSerializable(typeof(PrivateForkWorkflows))]
[JsonSerializable(typeof(PagesSite))]
[JsonSerializable(typeof(CodeOwnersErrors))]
[JsonSerializable(typeof(RunnersPage))]
internal sealed partial class SettingsJson : JsonSerializerContext;
