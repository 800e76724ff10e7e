using Rayquest.JobHosts.Doctor;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Doctor;
using Rayquest.JobReport.Doctor.Checks;
using Rayquest.JobReport.Output;

namespace Rayquest.JobHosts.Tests.Doctor;

/// <summary>One setting is spoiled, and just this is found.</summary>
public sealed class DoctorTests
{
    private const string Submission = ".github/workflows/submission.yml";

    private static readonly RequiredCheck Gate = new("rayquest", WellKeptRepository.App);
    private static readonly RequiredCheck Ci = new("ci", EmulatedGitHub.ActionsApp);
    private static readonly EmulatedBypass App = EmulatedBypass.App(WellKeptRepository.App);

    private static readonly Dictionary<string, (Action<DoctorStage> Spoil, string Check, DoctorState State)> Cases =
        new(StringComparer.Ordinal)
        {
            ["the status isn't required"] = (
                stage => stage.Replace(EmulatedRule.RequiredStatusChecks(true, Ci)),
                "required-status",
                DoctorState.Error
            ),
            ["a status of that name in another case"] = (
                stage =>
                    stage.Replace(
                        EmulatedRule.RequiredStatusChecks(true, new RequiredCheck("Rayquest", Gate.AppId), Ci)
                    ),
                "required-status",
                DoctorState.Error
            ),
            ["anybody's status counts"] = (
                stage =>
                    stage.Replace(EmulatedRule.RequiredStatusChecks(true, new RequiredCheck("rayquest", null), Ci)),
                "status-source",
                DoctorState.Error
            ),
            ["any workflow's status counts"] = (
                stage =>
                    stage.Replace(
                        EmulatedRule.RequiredStatusChecks(
                            true,
                            new RequiredCheck("rayquest", EmulatedGitHub.ActionsApp),
                            Ci
                        )
                    ),
                "status-source",
                DoctorState.Error
            ),
            ["another App's status counts"] = (
                stage => stage.Replace(EmulatedRule.RequiredStatusChecks(true, new RequiredCheck("rayquest", 99), Ci)),
                "status-source",
                DoctorState.Error
            ),
            ["old heads may be merged"] = (
                stage => stage.Replace(EmulatedRule.RequiredStatusChecks(false, Gate, Ci)),
                "up-to-date",
                DoctorState.Error
            ),
            ["up to date is asked of no status"] = (
                stage =>
                    stage.Change(
                        "main",
                        rules =>
                            rules
                                .Where(rule => rule.Type != "required_status_checks")
                                .Append(EmulatedRule.RequiredStatusChecks(false, Gate, Ci))
                                .Append(EmulatedRule.RequiredStatusChecks(true))
                    ),
                "up-to-date",
                DoctorState.Error
            ),
            ["nothing requires the tests"] = (
                stage => stage.Replace(EmulatedRule.RequiredStatusChecks(true, Gate)),
                "ci-check",
                DoctorState.Warning
            ),
            ["no pull request is required"] = (
                stage => stage.Without("main", "pull_request"),
                "code-owner-review",
                DoctorState.Error
            ),
            ["code owners aren't asked"] = (
                stage => stage.Replace(EmulatedRule.PullRequest(dismissStale: true)),
                "code-owner-review",
                DoctorState.Error
            ),
            ["approvals outlive a push"] = (
                stage => stage.Replace(EmulatedRule.PullRequest(codeOwners: true)),
                "stale-approvals",
                DoctorState.Error
            ),
            ["every submission needs an approval"] = (
                stage => stage.Replace(EmulatedRule.PullRequest(1, codeOwners: true, dismissStale: true)),
                "approvals",
                DoctorState.Warning
            ),
            ["main can be rewritten"] = (
                stage => stage.Without("main", "non_fast_forward"),
                "history",
                DoctorState.Error
            ),
            ["main can be deleted"] = (stage => stage.Without("main", "deletion"), "history", DoctorState.Error),
            ["the App can't commit to main"] = (
                stage =>
                    stage.Change(
                        "main",
                        bypass: [new EmulatedBypass("Integration", WellKeptRepository.App, "pull_request")]
                    ),
                "app-bypass",
                DoctorState.Warning
            ),
            ["everybody who writes passes"] = (
                stage =>
                    stage.Change("main", bypass: [App, new EmulatedBypass("RepositoryRole", EmulatedBypass.WriteRole)]),
                "other-bypass",
                DoctorState.Error
            ),
            ["a user may merge past the rules"] = (
                stage => stage.Change("main", bypass: [App, new EmulatedBypass("User", 7, "pull_request")]),
                "other-bypass",
                DoctorState.Error
            ),
            ["a deploy key passes"] = (
                stage => stage.Change("main", bypass: [App, new EmulatedBypass("DeployKey", null)]),
                "other-bypass",
                DoctorState.Error
            ),
            ["another App passes"] = (
                stage => stage.Change("main", bypass: [App, EmulatedBypass.App(99)]),
                "other-bypass",
                DoctorState.Error
            ),
            ["administrators pass"] = (
                stage =>
                    stage.Change("main", bypass: [App, new EmulatedBypass("RepositoryRole", EmulatedBypass.AdminRole)]),
                "other-bypass",
                DoctorState.Warning
            ),
            ["anybody pushes to the ledger"] = (
                stage => stage.Without("ledger", "update"),
                "ledger-rules",
                DoctorState.Error
            ),
            ["anybody deletes the ledger"] = (
                stage => stage.Without("ledger", "deletion"),
                "ledger-rules",
                DoctorState.Error
            ),
            ["the ledger can be rewritten"] = (
                stage => stage.Without("ledger", "non_fast_forward"),
                "ledger-rules",
                DoctorState.Warning
            ),
            ["the App can't write the ledger"] = (
                stage =>
                    stage.Change(
                        "ledger",
                        bypass: [new EmulatedBypass("Integration", WellKeptRepository.App, "pull_request")]
                    ),
                "ledger-app",
                DoctorState.Warning
            ),
            ["a team writes the ledger"] = (
                stage => stage.Change("ledger", bypass: [App, new EmulatedBypass("Team", 3)]),
                "ledger-bypass",
                DoctorState.Error
            ),
            ["every branch gets the key"] = (
                stage => stage.Environment("rayquest").Branches = null,
                "environments",
                DoctorState.Error
            ),
            ["other branches get the key"] = (
                stage => stage.Environment("rayquest").Branches = ["main", "release/*"],
                "environments",
                DoctorState.Error
            ),
            ["every protected branch gets the key"] = (
                stage =>
                {
                    stage.Environment("rayquest").Branches = null;
                    stage.Environment("rayquest").OnlyProtectedBranches = true;
                },
                "environments",
                DoctorState.Error
            ),
            ["every branch gets the kubeconfig"] = (
                stage => stage.Environment("cluster").Branches = null,
                "environments",
                DoctorState.Error
            ),
            ["a third environment has the key"] = (
                stage =>
                    stage.Settings.Environments.Add(
                        new EmulatedEnvironment("staging") { Secrets = { "RAYQUEST_APP_PRIVATE_KEY" } }
                    ),
                "environments",
                DoctorState.Error
            ),
            ["there is no environment"] = (
                stage => stage.Settings.Environments.RemoveAt(0),
                "environments",
                DoctorState.Error
            ),
            ["there is no environment for the cluster, and the status sync is on"] = (
                stage =>
                {
                    stage.Settings.Environments.Remove(stage.Environment("cluster"));
                    stage.Settings.Variables["RAYQUEST_STATUS"] = "on";
                },
                "environments",
                DoctorState.Error
            ),
            ["there is no environment for the cluster"] = (
                stage => stage.Settings.Environments.Remove(stage.Environment("cluster")),
                "environments",
                DoctorState.Warning
            ),
            ["runs wait for a timer"] = (
                stage => stage.Environment("rayquest").WaitMinutes = 5,
                "environment-rules",
                DoctorState.Warning
            ),
            ["administrators pass the environment"] = (
                stage => stage.Environment("cluster").AdministratorsPass = true,
                "environment-rules",
                DoctorState.Warning
            ),
            ["the key is nowhere"] = (
                stage => stage.Environment("rayquest").Secrets.Clear(),
                "app-key",
                DoctorState.Warning
            ),
            ["the key is the repository's"] = (
                stage => stage.Settings.Secrets.Add("RAYQUEST_APP_PRIVATE_KEY"),
                "repository-secrets",
                DoctorState.Error
            ),
            ["the kubeconfig is the organization's"] = (
                stage => stage.Settings.OrganizationSecrets.Add("RAYQUEST_KUBECONFIG"),
                "organization-secrets",
                DoctorState.Error
            ),
            ["actions move under their tags"] = (
                stage => stage.Settings.RequiresPinnedActions = false,
                "actions",
                DoctorState.Warning
            ),
            ["no workflow runs"] = (stage => stage.Settings.ActionsEnabled = false, "actions", DoctorState.Warning),
            ["tokens write by default"] = (
                stage => stage.Settings.DefaultWorkflowPermissions = "write",
                "actions-token",
                DoctorState.Warning
            ),
            ["workflows approve"] = (
                stage => stage.Settings.ActionsCreatePullRequests = true,
                "actions-token",
                DoctorState.Warning
            ),
            ["forks get secrets"] = (
                stage => stage.Settings.RunsForkWorkflows = stage.Settings.SendsSecretsToForks = true,
                "forks",
                DoctorState.Error
            ),
            ["forks write"] = (
                stage => stage.Settings.RunsForkWorkflows = stage.Settings.SendsWriteTokensToForks = true,
                "forks",
                DoctorState.Error
            ),
            ["strangers' workflows run unasked"] = (
                stage =>
                {
                    stage.Settings.IsPrivate = false;
                    stage.Settings.ForkApproval = "first_time_contributors_new_to_github";
                },
                "forks",
                DoctorState.Warning
            ),
            ["a runner of the repository's own"] = (
                stage => stage.Settings.Runners.Add(new EmulatedRunner("box", "self-hosted", "gpu")),
                "runners",
                DoctorState.Warning
            ),
            ["a runner that strangers reach"] = (
                stage =>
                {
                    stage.Settings.IsPrivate = false;
                    stage.Settings.Runners.Add(new EmulatedRunner("box", "self-hosted"));
                },
                "runners",
                DoctorState.Error
            ),
            ["the form's label is gone"] = (
                stage => stage.GitHub.UndefineLabel("ray-job"),
                "labels",
                DoctorState.Warning
            ),
            ["the site is everybody's"] = (
                stage => stage.Settings.Pages = new EmulatedPages("ledger"),
                "pages",
                DoctorState.Warning
            ),
            ["the site is of another branch"] = (
                stage => stage.Settings.Pages = new EmulatedPages("main", Public: false),
                "pages",
                DoctorState.Warning
            ),
            ["nothing has an owner"] = (
                stage => stage.Write(".github/CODEOWNERS", null),
                "code-owners",
                DoctorState.Error
            ),
            ["a folder has no owner"] = (
                stage => stage.Write(".github/CODEOWNERS", "* @root\n/.github/workflows/\n/jobs/\n/jobs-requests/\n"),
                "code-owners",
                DoctorState.Error
            ),
            ["what is new has no owner"] = (
                stage => stage.Write(".github/CODEOWNERS", "/.github/ @root\n"),
                "code-owners",
                DoctorState.Error
            ),
            ["one kind of file has no owner"] = (
                stage => stage.Write(".github/CODEOWNERS", WellKeptRepository.CodeOwners + "*.yml\n"),
                "code-owners",
                DoctorState.Error
            ),
            ["submissions have an owner"] = (
                stage => stage.Write(".github/CODEOWNERS", "/jobs-requests/\n/jobs/\n* @root\n"),
                "submissions-free",
                DoctorState.Warning
            ),
            ["an owner can't write"] = (
                stage => stage.Write(".github/CODEOWNERS", "* @root @nobody\n/jobs-requests/\n/jobs/\n"),
                "owners-known",
                DoctorState.Error
            ),
            ["a workflow is gone"] = (
                stage => stage.Write(".github/workflows/merge.yml", null),
                "workflows",
                DoctorState.Warning
            ),
            ["a workflow is changed"] = (
                stage =>
                    stage.Write(
                        Submission,
                        ShippedWorkflows
                            .Files[Submission]
                            .Replace("timeout-minutes: 15", "timeout-minutes: 16", StringComparison.Ordinal)
                    ),
                "workflows",
                DoctorState.Warning
            ),
            ["a workflow reads the repository's key"] = (
                stage => stage.Write(".github/workflows/own.yml", OwnWorkflow("", "main")),
                "workflow-secrets",
                DoctorState.Error
            ),
            ["a workflow runs the head with the key"] = (
                stage =>
                    stage.Write(
                        ".github/workflows/own.yml",
                        OwnWorkflow("environment: {name: rayquest}", "${{ github.event.pull_request.head.sha }}")
                    ),
                "workflow-checkout",
                DoctorState.Error
            ),
            ["another workflow has the key"] = (
                stage => stage.Write(".github/workflows/own.yml", OwnWorkflow("environment: rayquest", "main")),
                "workflow-others",
                DoctorState.Warning
            ),
            ["another workflow runs beside the cluster"] = (
                stage =>
                    stage.Write(
                        ".github/workflows/own.yml",
                        "on: push\njobs:\n  a:\n    runs-on: [self-hosted, gpu]\n    steps: [{run: 'true'}]\n"
                    ),
                "workflow-runners",
                DoctorState.Warning
            ),
        };

    // What follows from the one thing, and can't be told apart from it.
    private static readonly Dictionary<string, string[]> Followers = new(StringComparer.Ordinal)
    {
        ["a workflow reads the repository's key"] = ["workflow-others"],
        ["a workflow runs the head with the key"] = ["workflow-others"],
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public async Task A_repository_as_documented_is_fine()
    {
        using DoctorStage stage = new();
        IReadOnlyList<DoctorFinding> findings = await stage.Ask();
        Wrong(findings).ShouldBeEmpty();
        findings.Select(finding => finding.Check).ShouldBe(Diagnosis.Checks);
        stage.GitHub.Calls.Count.ShouldBeLessThan(40);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task One_setting_is_one_finding(string name)
    {
        var (spoil, check, state) = Cases[name];
        using DoctorStage stage = new();
        spoil(stage);
        IReadOnlyList<DoctorFinding> findings = await stage.Ask();
        string[] followers = Followers.GetValueOrDefault(name, []);
        Wrong(findings)
            .Where(finding => !followers.Contains(finding.Check.Name))
            .Select(finding => (finding.Check.Name, finding.State))
            .ShouldBe([(check, state)]);
        Wrong(findings).ShouldAllBe(finding => finding.Remedy != null);
        Diagnosis.LetsPast(findings).ShouldBe(state == DoctorState.Error);
    }

    [Fact]
    public void Every_check_can_fail() =>
        Diagnosis.Checks.Select(check => check.Name).Except(Cases.Values.Select(entry => entry.Check)).ShouldBeEmpty();

    [Fact]
    public async Task It_asks_as_GitHub_describes_it()
    {
        Needs.ApiDescription();
        using DoctorStage stage = new();
        await stage.Ask();
        using GitHub.OpenApiDescription description = GitHub.OpenApiDescription.Load();
        stage.GitHub.Calls.SelectMany(description.CheckRequest).ShouldBeEmpty();
        stage.GitHub.Calls.SelectMany(description.CheckAnswer).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("RAYQUEST_APP_PRIVATE_KEY", "the environments `rayquest` and `cluster`")]
    [InlineData("RAYQUEST_KUBECONFIG", "the environment `cluster` alone")]
    public async Task A_leaked_secret_is_put_where_it_is_read_and_nowhere_else(string name, string where)
    {
        using DoctorStage stage = new();
        stage.Settings.Secrets.Add(name);
        Wrong(await stage.Ask()).ShouldHaveSingleItem().Remedy.ShouldNotBeNull().ShouldContain($"put it into {where},");
    }

    [Fact]
    public async Task Where_nobody_says_which_App_it_is_the_remedy_is_its_number_and_no_other_token()
    {
        using DoctorStage stage = new();
        stage.Settings.Variables.Clear();
        IReadOnlyList<DoctorFinding> wrong = Wrong(await stage.Ask());
        wrong
            .Select(finding => finding.Check.Name)
            .ShouldBe(["status-source", "app-bypass", "other-bypass", "ledger-app", "ledger-bypass"]);
        wrong.ShouldAllBe(finding => finding.State == DoctorState.Unread);
        wrong.ShouldAllBe(finding =>
            finding.Remedy!.StartsWith("set RAYQUEST_APP_ID to the App's number", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_merge_queue_stands_for_up_to_date_branches()
    {
        using DoctorStage stage = new();
        stage.Change(
            "main",
            rules =>
                rules
                    .Where(rule => rule.Type != "required_status_checks")
                    .Append(EmulatedRule.RequiredStatusChecks(false, Gate, Ci))
                    .Append(EmulatedRule.MergeQueue())
        );
        Wrong(await stage.Ask()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rules_that_are_only_tried_out_do_not_count()
    {
        using DoctorStage stage = new();
        stage.GitHub.RemoveRuleset(stage.Ruleset("main"));
        Wrong(await stage.Ask())
            .Select(finding => finding.Check.Name)
            .ShouldBe(["required-status", "up-to-date", "code-owner-review", "history", "history", "ci-check"]);
    }

    [Fact]
    public async Task Files_for_an_Enterprise_Server_are_ours_too()
    {
        using DoctorStage stage = new();
        stage.Write(
            Submission,
            string.Join(
                '\n',
                ShippedWorkflows
                    .Files[Submission]
                    .Split('\n')
                    .Where(line => line is not ("      deployment: false" or "  queue: max"))
            )
        );
        Wrong(await stage.Ask()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Classic_protection_counts_as_rules_do()
    {
        using DoctorStage stage = new(
            new EmulatedGitHubOptions
            {
                RequiredContexts = ["rayquest", "ci"],
                RequiresUpToDate = true,
                RequiresPullRequest = true,
                DismissStaleReviews = true,
            },
            isBare: true
        );
        IReadOnlyList<DoctorFinding> findings = await stage.Ask();
        Wrong(findings)
            .Select(finding => (finding.Check.Name, finding.State))
            .ShouldBe([
                ("status-source", DoctorState.Error),
                ("code-owner-review", DoctorState.Error),
                ("app-bypass", DoctorState.Warning),
                ("other-bypass", DoctorState.Warning),
            ]);
    }

    [Fact]
    public async Task What_the_token_may_not_read_is_never_fine()
    {
        using DoctorStage stage = new();
        EmulatedUser alice = stage.GitHub.AddUser("alice");
        IReadOnlyList<DoctorFinding> findings = await stage.Ask(alice, new DoctorOptions(WellKeptRepository.App));
        Dictionary<string, string> unread = Wrong(findings)
            .ToDictionary(finding => finding.Check.Name, finding => finding.Message, StringComparer.Ordinal);
        Wrong(findings).ShouldAllBe(finding => finding.State == DoctorState.Unread);
        unread["repository-secrets"].ShouldContain("needs secrets: read");
        unread["organization-secrets"].ShouldContain("needs secrets: read");
        unread["app-key"].ShouldContain("needs environments: read");
        unread["other-bypass"].ShouldContain("needs administration: write");
        unread["app-bypass"].ShouldContain("needs administration: write");
        unread["ledger-bypass"].ShouldContain("needs administration: write");
        unread["actions-token"].ShouldContain("needs administration: read");
        unread["forks"].ShouldContain("needs administration: read");
        unread["runners"].ShouldContain("needs administration: read");
        unread["pages"].ShouldContain("needs pages: read");
        unread.Keys.ShouldContain("ledger-app");
        unread.Count.ShouldBe(12);
        Diagnosis.LetsPast(findings).ShouldBeFalse();
        Diagnosis.IsUnsure(findings).ShouldBeTrue();
    }

    [Fact]
    public async Task Without_an_environment_for_the_cluster_and_a_look_at_the_variables_nothing_is_known()
    {
        using DoctorStage stage = new();
        stage.Settings.Environments.Remove(stage.Environment("cluster"));
        EmulatedUser alice = stage.GitHub.AddUser("alice");
        DoctorFinding found = (await stage.Ask(alice, new DoctorOptions(WellKeptRepository.App)))
            .Where(finding => finding.Check.Name == "environments")
            .ShouldHaveSingleItem();
        found.State.ShouldBe(DoctorState.Unread);
        found.Message.ShouldContain("needs variables: read");
    }

    [Fact]
    public async Task The_App_itself_knows_whether_it_passes()
    {
        using DoctorStage stage = new();
        IReadOnlyList<DoctorFinding> findings = await stage.Ask(
            stage.App,
            new DoctorOptions(WellKeptRepository.App, IsAsking: true)
        );
        findings.Single(finding => finding.Check.Name == "app-bypass").State.ShouldBe(DoctorState.Fine);
        stage.Change("main", bypass: [EmulatedBypass.App(99)]);
        findings = await stage.Ask(stage.App, new DoctorOptions(WellKeptRepository.App, IsAsking: true));
        findings.Single(finding => finding.Check.Name == "app-bypass").State.ShouldBe(DoctorState.Warning);
    }

    [Fact]
    public async Task Which_App_is_ours_is_not_guessed()
    {
        using DoctorStage stage = new();
        stage.Settings.Variables.Clear();
        DoctorFinding source = (await stage.Ask()).Single(finding => finding.Check.Name == "status-source");
        source.State.ShouldBe(DoctorState.Unread);
        source.Remedy!.ShouldContain("RAYQUEST_APP_ID");
    }

    [Fact]
    public async Task A_GitHub_that_is_down_is_no_finding()
    {
        using DoctorStage stage = new();
        stage.GitHub.FailWhen(
            call => call.Path.EndsWith("/environments", StringComparison.Ordinal),
            FaultKind.ConnectionReset,
            times: int.MaxValue
        );
        using GitHubClient client = stage.GitHub.Client(stage.Root, options => options with { MaxRetries = 0 });
        await Should.ThrowAsync<GitHubUnavailable>(new DoctorReader(client, new DoctorOptions()).Read());
    }

    [Fact]
    public void The_working_tree_alone_says_what_it_can()
    {
        DoctorFacts facts = new(
            "main",
            new TreeFacts(
                ["a", "jobs/vision/x.yaml"],
                new CodeOwnersFile("CODEOWNERS", "* @your-organization/platform\n/jobs/\n/jobs-requests/\n"),
                ShippedWorkflows.Files
            ),
            null
        );
        IReadOnlyList<DoctorFinding> findings = Diagnosis.Evaluate(facts);
        Wrong(findings).ShouldHaveSingleItem().Message.ShouldContain("CODEOWNERS:1");
        findings.ShouldAllBe(finding => !finding.Check.NeedsGitHub);
        DoctorJson.Write(facts, findings).ShouldContain("\"offline\": true");
    }

    private static List<DoctorFinding> Wrong(IEnumerable<DoctorFinding> findings) =>
        [.. findings.Where(finding => finding.State != DoctorState.Fine)];

    private static string OwnWorkflow(string environment, string reference) =>
        $$$"""
            on: pull_request_target
            jobs:
              a:
                runs-on: ubuntu-latest
                {{{environment}}}
                steps:
                  - uses: actions/checkout@v7
                    with:
                      ref: {{{reference}}}
                  - run: ./mine
                    env:
                      KEY: ${{ secrets.RAYQUEST_APP_PRIVATE_KEY }}
            """;
}
