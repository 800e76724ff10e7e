using Rayquest.JobReport.Doctor;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>A repository with every setting as docs/operations.md asks for it.</summary>
public static class WellKeptRepository
{
    /// <summary>The number of its App.</summary>
    public const long App = 4711;

    /// <summary>The rules of its default branch.</summary>
    public static IReadOnlyList<EmulatedRule> MainRules { get; } =
    [
        EmulatedRule.PullRequest(codeOwners: true, dismissStale: true),
        EmulatedRule.RequiredStatusChecks(
            strict: true,
            new RequiredCheck("rayquest", App),
            new RequiredCheck("ci", EmulatedGitHub.ActionsApp)
        ),
        EmulatedRule.NonFastForward,
        EmulatedRule.Deletion,
    ];

    /// <summary>The rules of its ledger.</summary>
    public static IReadOnlyList<EmulatedRule> LedgerRules { get; } =
    [EmulatedRule.Update, EmulatedRule.Deletion, EmulatedRule.NonFastForward];

    /// <summary>The file that says who owns what.</summary>
    public const string CodeOwners = "* @root\n/jobs-requests/\n/jobs/\n";

    /// <summary>Files and settings; the default branch takes no push afterwards.</summary>
    /// <param name="owner">An administrator called <c>root</c>, who owns everything that isn't a submission.</param>
    public static void SetUp(EmulatedGitHub github, EmulatedUser owner)
    {
        Dictionary<string, string?> files = ShippedWorkflows.Files.ToDictionary(
            file => file.Key,
            file => (string?)file.Value,
            StringComparer.Ordinal
        );
        files[".github/CODEOWNERS"] = CodeOwners;
        github.Push(owner, "main", "Begin", files);
        github.Push(owner, "ledger", "Begin", new Dictionary<string, string?> { ["status.html"] = "" });
        github.AddRuleset("main", ["~DEFAULT_BRANCH"], MainRules, EmulatedBypass.App(App));
        github.AddRuleset("ledger", ["refs/heads/ledger"], LedgerRules, EmulatedBypass.App(App));
        github.DefineLabel("ray-job");
        var settings = github.Settings;
        settings.RequiresPinnedActions = true;
        settings.Environments.Add(
            new EmulatedEnvironment("rayquest")
            {
                Branches = ["main"],
                Secrets = { "RAYQUEST_APP_PRIVATE_KEY" },
                AdministratorsPass = false,
            }
        );
        settings.Environments.Add(
            new EmulatedEnvironment("cluster")
            {
                Branches = ["main"],
                Secrets = { "RAYQUEST_APP_PRIVATE_KEY", "RAYQUEST_KUBECONFIG" },
                AdministratorsPass = false,
            }
        );
        settings.Variables["RAYQUEST_APP_ID"] = $"{App}";
        settings.Pages = new EmulatedPages("ledger", Public: false);
    }
}
