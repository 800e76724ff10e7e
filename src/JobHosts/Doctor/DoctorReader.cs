using System.Globalization;
using System.Net;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Doctor;

namespace Rayquest.JobHosts.Doctor;

/// <summary>What is known of the pipeline's App before GitHub is asked.</summary>
/// <param name="App">Its number; null looks for the variable <c>RAYQUEST_APP_ID</c> of the repository.</param>
/// <param name="IsAsking">Whether the token is the App's own.</param>
public sealed record DoctorOptions(long? App = null, bool IsAsking = false, string LedgerBranch = "ledger");

/// <summary>Reads the settings of a repository, about twenty calls; what the token may not read is noted with the permission it takes.</summary>
public sealed class DoctorReader(GitHubClient github, DoctorOptions options)
{
    private const string Administration = "administration: read";
    private const string AppVariable = "RAYQUEST_APP_ID";
    private const string StatusVariable = "RAYQUEST_STATUS";

    /// <summary>Reads everything.</summary>
    /// <exception cref="HostException">GitHub couldn't be asked, or doesn't know the token or the repository.</exception>
    public async Task<(string DefaultBranch, RepositorySettings Settings)> Read(CancellationToken cancel = default)
    {
        SettingsClient settings = github.Settings;
        RepositoryDetails repository = await settings.Get(cancel);
        string branch = repository.DefaultBranch;
        BranchReader branches = new(settings);
        Reading<IReadOnlyList<NamedValue>> variables = await Attempt(
            () => settings.Variables(cancel),
            "variables: read"
        );
        return (
            branch,
            new RepositorySettings
            {
                Repository = repository.FullName,
                IsPrivate = repository.Private,
                App = options.App ?? AppOf(variables),
                StatusSync = variables.Value is { } reported
                    ? Reading.Of(new StatusSyncSettings(reported.Any(v => v is { Name: StatusVariable, Value: "on" })))
                    : Reading.Unreadable<StatusSyncSettings>(variables.Needs!),
                IsAskedByApp = options.IsAsking,
                Main = await branches.Read(branch, cancel),
                Ledger = await branches.Read(options.LedgerBranch, cancel),
                Environments = await Environments(cancel),
                RepositorySecrets = await Names(() => settings.RepositorySecrets(cancel), "secrets: read"),
                OrganizationSecrets =
                    repository.Owner.Type == "Organization"
                        ? await Names(() => settings.OrganizationSecrets(cancel), "secrets: read")
                        : Reading.Of<IReadOnlyList<string>>([]),
                Actions = await Attempt(
                    async () =>
                    {
                        ActionsPermissions reported = await settings.ActionsPermissions(cancel);
                        return new ActionsSettings(reported.Enabled, reported.ShaPinningRequired);
                    },
                    Administration
                ),
                WorkflowToken = await Attempt(
                    async () =>
                    {
                        WorkflowPermissions reported = await settings.WorkflowPermissions(cancel);
                        return new WorkflowTokenSettings(
                            reported.DefaultWorkflowPermissions,
                            reported.CanApprovePullRequestReviews
                        );
                    },
                    Administration
                ),
                Forks = await Attempt(() => Forks(repository.Private, cancel), Administration),
                Labels = await Attempt<IReadOnlyList<string>>(
                    async () => [.. (await settings.Labels(cancel)).Select(label => label.Name)],
                    "issues: read"
                ),
                Pages = repository.HasPages
                    ? await Attempt(() => Pages(cancel), "pages: read")
                    : Reading.Of(new PagesSettings(false, null, false)),
                CodeOwnersErrors = await Attempt<IReadOnlyList<string>>(
                    async () =>
                        [
                            .. (await settings.CodeOwnersErrors(branch, cancel))?.Errors.Select(error =>
                                // The first line; what follows draws the place with blanks.
                                error.Message.ReplaceLineEndings("\n").Split('\n')[0].TrimEnd(':')
                            )
                                ?? [],
                        ],
                    "contents: read"
                ),
                Runners = await Attempt<IReadOnlyList<SelfHostedRunner>>(
                    async () =>
                        [
                            .. (await settings.Runners(cancel)).Select(runner => new SelfHostedRunner(
                                runner.Name,
                                [.. (runner.Labels ?? []).Select(label => label.Name)]
                            )),
                        ],
                    Administration
                ),
            }
        );
    }

    /// <summary>A setting, or what it takes to read it; every other fault stays what it is.</summary>
    internal static async Task<Reading<T>> Attempt<T>(Func<Task<T>> read, string needs)
        where T : class
    {
        try
        {
            return Reading.Of(await read());
        }
        catch (GitHubRefused refused) when (refused.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            // GitHub says "not found" of what a token may not even know of.
            return Reading.Unreadable<T>(needs);
        }
        catch (GitHubRefused refused) when (refused.Status is HttpStatusCode.Conflict or HttpStatusCode.Gone)
        {
            return Reading.Unreadable<T>($"{needs}, and GitHub says: {refused.Reason}");
        }
    }

    private static Task<Reading<IReadOnlyList<string>>> Names(
        Func<Task<IReadOnlyList<NamedValue>>> read,
        string needs
    ) => Attempt<IReadOnlyList<string>>(async () => [.. (await read()).Select(named => named.Name)], needs);

    private static long? AppOf(Reading<IReadOnlyList<NamedValue>> variables) =>
        long.TryParse(
            variables.Value?.FirstOrDefault(variable => variable.Name == AppVariable)?.Value,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long app
        )
            ? app
            : null;

    private Task<Reading<IReadOnlyList<DeploymentEnvironment>>> Environments(CancellationToken cancel) =>
        Attempt<IReadOnlyList<DeploymentEnvironment>>(
            async () =>
            {
                List<DeploymentEnvironment> all = [];
                foreach (RepositoryEnvironment environment in await github.Settings.Environments(cancel))
                {
                    all.Add(await Environment(environment, cancel));
                }

                return all;
            },
            "actions: read"
        );

    private async Task<DeploymentEnvironment> Environment(RepositoryEnvironment environment, CancellationToken cancel)
    {
        Reading<IReadOnlyList<string>>? branches = null;
        if (environment.DeploymentBranchPolicy is { CustomBranchPolicies: true })
        {
            branches = await Attempt<IReadOnlyList<string>>(
                async () =>
                    [
                        .. (await github.Settings.BranchPolicies(environment.Name, cancel)).Select(policy =>
                            policy.Type == "tag" ? $"tag {policy.Name}" : policy.Name
                        ),
                    ],
                "actions: read"
            );
        }

        return new DeploymentEnvironment(
            environment.Name,
            branches,
            await Names(() => github.Settings.EnvironmentSecrets(environment.Name, cancel), "environments: read")
        )
        {
            OnlyProtected = environment.DeploymentBranchPolicy is { ProtectedBranches: true },
            Waits = (environment.ProtectionRules ?? []).Any(rule => rule.Type is "required_reviewers" or "wait_timer"),
            AdministratorsPass = environment.CanAdminsBypass,
        };
    }

    private async Task<ForkSettings> Forks(bool isPrivate, CancellationToken cancel)
    {
        if (!isPrivate)
        {
            return new ForkSettings((await github.Settings.ForkApproval(cancel)).ApprovalPolicy);
        }

        PrivateForkWorkflows reported = await github.Settings.ForkWorkflows(cancel);
        return new ForkSettings(null)
        {
            Run = reported.RunWorkflowsFromForkPullRequests,
            GetSecrets = reported is { RunWorkflowsFromForkPullRequests: true, SendSecretsAndVariables: true },
            GetWriteTokens = reported is { RunWorkflowsFromForkPullRequests: true, SendWriteTokensToWorkflows: true },
        };
    }

    private async Task<PagesSettings> Pages(CancellationToken cancel)
    {
        PagesSite site = await github.Settings.Pages(cancel);
        return new PagesSettings(true, site.Source?.Branch, site.Public ?? true);
    }
}
