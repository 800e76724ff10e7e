using System.Text.Json.Nodes;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Doctor;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>The repository's settings, as far as the API shows them; each asks for its own permission.</summary>
public sealed partial class EmulatedGitHub
{
    private const string Epoch = "2026-11-23T09:00:00Z";

    /// <summary>What administrators set up.</summary>
    public EmulatedSettings Settings { get; } = new();

    private Reply? GetSetting(ApiRequest request, EmulatedUser user, string[] path)
    {
        switch (path)
        {
            case ["environments"]:
                return EnvironmentList(request);
            case ["environments", var name]:
                return new Reply(200, EnvironmentJson(EnvironmentOf(name)));
            case ["environments", var name, "deployment-branch-policies"]:
                return BranchPolicies(request, EnvironmentOf(name));
            case ["environments", var name, "secrets"]:
                Needs(user, "environments");
                return Secrets(request, EnvironmentOf(name).Secrets);
            case ["environments", var name, "variables"]:
                Needs(user, "environments");
                return Variables(request, EnvironmentOf(name).Variables);
            case ["actions", .. var rest]:
                return GetActions(request, user, rest);
            case ["codeowners", "errors"]:
                return CodeOwnersErrors(request);
            case ["pages"]:
                Needs(user, "pages");
                return Settings.Pages is { } pages ? new Reply(200, PagesJson(pages)) : throw NotThere();
            default:
                return null;
        }
    }

    private Reply GetActions(ApiRequest request, EmulatedUser user, string[] path)
    {
        switch (path)
        {
            case ["secrets"]:
                Needs(user, "secrets");
                return Secrets(request, Settings.Secrets);
            case ["organization-secrets"]:
                Needs(user, "secrets");
                return Secrets(request, Settings.OrganizationSecrets);
            case ["variables"]:
                Needs(user, "variables");
                return Variables(request, Settings.Variables);
            case ["runners"]:
                Needs(user, "administration");
                return Counted(request, "runners", Settings.Runners.Select(RunnerJson));
            case ["permissions"]:
                Needs(user, "administration");
                var json = new JsonObject { ["enabled"] = Settings.ActionsEnabled };
                if (Settings.ActionsEnabled)
                {
                    json["allowed_actions"] = Settings.AllowedActions;
                    json["sha_pinning_required"] = Settings.RequiresPinnedActions;
                }

                return new Reply(200, json);
            case ["permissions", "workflow"]:
                Needs(user, "administration");
                return new Reply(
                    200,
                    new JsonObject
                    {
                        ["default_workflow_permissions"] = Settings.DefaultWorkflowPermissions,
                        ["can_approve_pull_request_reviews"] = Settings.ActionsCreatePullRequests,
                    }
                );
            case ["permissions", "fork-pr-contributor-approval"]:
                Needs(user, "administration");
                return Settings.IsPrivate
                    ? throw NotThere()
                    : new Reply(200, new JsonObject { ["approval_policy"] = Settings.ForkApproval });
            case ["permissions", "fork-pr-workflows-private-repos"]:
                Needs(user, "administration");
                return Settings.IsPrivate
                    ? new Reply(
                        200,
                        new JsonObject
                        {
                            ["run_workflows_from_fork_pull_requests"] = Settings.RunsForkWorkflows,
                            ["send_write_tokens_to_workflows"] = Settings.SendsWriteTokensToForks,
                            ["send_secrets_and_variables"] = Settings.SendsSecretsToForks,
                            ["require_approval_for_fork_pr_workflows"] = Settings.ApprovesForkWorkflows,
                        }
                    )
                    : throw NotThere();
            default:
                throw NotEmulated(request);
        }
    }

    // People who administer may read all of it; an App what it was given; a workflow's own token none.
    private static void Needs(EmulatedUser user, string permission)
    {
        if (user.Permission != PermissionLevel.Admin && !user.Granted.Contains(permission))
            throw new ApiFault(
                403,
                user.IsApp ? "Resource not accessible by integration" : "Must have admin rights to Repository."
            );
    }

    private static ApiFault NotThere() => new(404, "Not Found");

    private EmulatedEnvironment EnvironmentOf(string name) =>
        Settings.Environments.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw NotThere();

    private Reply EnvironmentList(ApiRequest request) =>
        Counted(request, "environments", Settings.Environments.Select(EnvironmentJson));

    private JsonObject EnvironmentJson(EmulatedEnvironment environment)
    {
        var rules = new JsonArray();
        var policy = environment.Branches is not null || environment.OnlyProtectedBranches;
        if (policy)
            rules.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["id"] = 1,
                        ["node_id"] = "GA_1",
                        ["type"] = "branch_policy",
                    }
            );
        if (environment.WaitMinutes > 0)
            rules.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["id"] = 2,
                        ["node_id"] = "GA_2",
                        ["type"] = "wait_timer",
                        ["wait_timer"] = environment.WaitMinutes,
                    }
            );
        return new JsonObject
        {
            ["id"] = Settings.Environments.IndexOf(environment) + 1,
            ["node_id"] = "EN_" + environment.Name,
            ["name"] = environment.Name,
            ["url"] = Shape.Url("environments/" + Uri.EscapeDataString(environment.Name)),
            ["html_url"] = Shape.Page("deployments/activity_log?environments_filter=" + environment.Name),
            ["created_at"] = Epoch,
            ["updated_at"] = Epoch,
            ["can_admins_bypass"] = environment.AdministratorsPass,
            ["protection_rules"] = rules,
            ["deployment_branch_policy"] = policy
                ? new JsonObject
                {
                    ["protected_branches"] = environment.Branches is null,
                    ["custom_branch_policies"] = environment.Branches is not null,
                }
                : null,
        };
    }

    private Reply BranchPolicies(ApiRequest request, EmulatedEnvironment environment) =>
        Counted(
            request,
            "branch_policies",
            (environment.Branches ?? []).Select(
                (branch, i) =>
                    new JsonObject
                    {
                        ["id"] = i + 1,
                        ["node_id"] = $"BP_{i + 1}",
                        ["name"] = branch,
                        ["type"] = "branch",
                    }
            )
        );

    private Reply Secrets(ApiRequest request, IEnumerable<string> names) =>
        Counted(
            request,
            "secrets",
            names.Select(name => new JsonObject
            {
                ["name"] = name,
                ["created_at"] = Epoch,
                ["updated_at"] = Epoch,
            })
        );

    private Reply Variables(ApiRequest request, IEnumerable<KeyValuePair<string, string>> variables) =>
        Counted(
            request,
            "variables",
            variables.Select(variable => new JsonObject
            {
                ["name"] = variable.Key,
                ["value"] = variable.Value,
                ["created_at"] = Epoch,
                ["updated_at"] = Epoch,
            })
        );

    private Reply Counted(ApiRequest request, string name, IEnumerable<JsonNode> items)
    {
        var all = items.ToList();
        var page = Page(request, all);
        return page with
        {
            Body = new JsonObject { ["total_count"] = all.Count, [name] = page.Body },
        };
    }

    private JsonObject RunnerJson(EmulatedRunner runner) =>
        new()
        {
            ["id"] = Settings.Runners.IndexOf(runner) + 1,
            ["name"] = runner.Name,
            ["os"] = "linux",
            ["status"] = "online",
            ["busy"] = false,
            ["ephemeral"] = false,
            ["labels"] = Shapes.List(
                runner.Labels.Select(
                    (label, i) =>
                        new JsonObject
                        {
                            ["id"] = i + 1,
                            ["name"] = label,
                            ["type"] = label == "self-hosted" ? "read-only" : "custom",
                        }
                )
            ),
        };

    private JsonObject PagesJson(EmulatedPages pages) =>
        new()
        {
            ["url"] = Shape.Url("pages"),
            ["status"] = "built",
            ["cname"] = null,
            ["custom_404"] = false,
            ["html_url"] = "https://pages.example.com/ray-jobs/",
            ["build_type"] = "legacy",
            ["source"] = new JsonObject { ["branch"] = pages.Branch, ["path"] = pages.Folder },
            ["public"] = pages.Public,
            ["https_enforced"] = true,
        };

    /// <summary>The file of code owners on a branch: the first of the three places that has one.</summary>
    private (string Path, CodeOwners Owners)? CodeOwnersOf(string reference)
    {
        if (Git.TryResolve(reference) is not { } commit)
            return null;
        foreach (var path in CodeOwners.Paths)
            if (Git.ReadFile(commit, path, 3 << 20) is { } bytes)
                return (path, CodeOwners.Parse(System.Text.Encoding.UTF8.GetString(bytes)));
        return null;
    }

    private Reply CodeOwnersErrors(ApiRequest request)
    {
        if (CodeOwnersOf(request.Parameters.GetValueOrDefault("ref", "main")) is not var (path, owners))
            throw NotThere();
        var errors = owners
            .Faults.Select(fault => Error(fault.Line, "Invalid pattern", fault.Reason))
            .Concat(
                owners.Lines.SelectMany(line =>
                    line.Owners.Where(owner => !IsOwner(owner))
                        .Select(owner =>
                            Error(
                                line.Number,
                                "Unknown owner",
                                $"make sure {owner} exists and has write access to the repository"
                            )
                        )
                )
            );
        return new Reply(200, new JsonObject { ["errors"] = Shapes.List(errors) });

        JsonObject Error(int line, string kind, string message) =>
            new()
            {
                ["line"] = line,
                ["column"] = 1,
                ["kind"] = kind,
                ["source"] = "",
                ["suggestion"] = null,
                ["message"] = $"{kind} on line {line}: {message}",
                ["path"] = path,
            };
    }

    // Teams aren't kept here: whoever is named as one is taken for it.
    private bool IsOwner(string owner) =>
        owner.Contains('/', StringComparison.Ordinal)
        || !owner.StartsWith('@')
        || users.TryGetValue(owner[1..], out var user) && user.CanWrite;

    /// <summary>Whether every changed path that has owners was approved by one of them.</summary>
    private bool OwnersApproved(EmulatedPull pull, IReadOnlyCollection<EmulatedReview> approvals) =>
        CodeOwnersOf(Heads + pull.BaseBranch) is not var (_, owners)
        || ChangesOf(pull)
            .Select(change => owners.OwnersOf(change.Path))
            .All(wanted =>
                wanted.Count == 0
                || approvals.Any(review =>
                    wanted.Any(owner =>
                        owner.Equals("@" + review.Author.Login, StringComparison.OrdinalIgnoreCase)
                        || teams.Contains((owner, review.Author))
                    )
                )
            );

    private readonly HashSet<(string Team, EmulatedUser Member)> teams = [];

    /// <summary>Makes somebody a member of a team that code owners may name, as <c>@org/team</c>.</summary>
    public void JoinTeam(EmulatedUser user, string team)
    {
        lock (gate)
            teams.Add((team, user));
    }

    private Reply GetApp(EmulatedApp app) =>
        new(
            200,
            new JsonObject
            {
                ["id"] = app.Id,
                ["slug"] = app.Slug,
                ["node_id"] = $"A_{app.Id}",
                ["owner"] = Shape.User(Name.Owner, 9000),
                ["name"] = app.Slug,
                ["description"] = null,
                ["external_url"] = "https://example.com",
                ["html_url"] = new Uri(ApiUrl, "apps/" + app.Slug).AbsoluteUri,
                ["created_at"] = Epoch,
                ["updated_at"] = Epoch,
                ["permissions"] = GrantedTo(app),
                ["events"] = new JsonArray(),
                ["installations_count"] = 1,
            }
        );

    private static JsonObject GrantedTo(EmulatedApp app)
    {
        var granted = new JsonObject { ["metadata"] = "read" };
        foreach (var name in app.Permissions)
            granted[name] = "write";
        return granted;
    }

    private Reply GetInstallation(EmulatedApp app) =>
        new(
            200,
            new JsonObject
            {
                ["id"] = app.InstallationId,
                ["account"] = Shape.User(Name.Owner, 9000),
                ["repository_selection"] = "selected",
                ["access_tokens_url"] = new Uri(
                    ApiUrl,
                    $"app/installations/{app.InstallationId}/access_tokens"
                ).AbsoluteUri,
                ["repositories_url"] = new Uri(ApiUrl, "installation/repositories").AbsoluteUri,
                ["html_url"] = new Uri(ApiUrl, $"settings/installations/{app.InstallationId}").AbsoluteUri,
                ["app_id"] = app.Id,
                ["app_slug"] = app.Slug,
                ["target_id"] = 9000,
                ["target_type"] = "Organization",
                ["permissions"] = GrantedTo(app),
                ["events"] = new JsonArray(),
                ["created_at"] = Epoch,
                ["updated_at"] = Epoch,
                ["single_file_name"] = null,
                ["suspended_by"] = null,
                ["suspended_at"] = null,
            }
        );
}
