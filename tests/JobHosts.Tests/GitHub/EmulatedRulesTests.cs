using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Processes;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>Rulesets: what they refuse to a push by git, to REST and to GraphQL, and whom they let by.</summary>
public sealed class EmulatedRulesTests : IDisposable
{
    private const string Ledger = "refs/heads/ledger";

    private readonly GitHubFixture fixture = new();
    private readonly EmulatedUser app;

    public EmulatedRulesTests()
    {
        app = fixture.GitHub.AddAppUser("rayquest", 4711);
        fixture.GitHub.Push(fixture.Alice, "ledger", "Begin", GitHubFixture.Content("a", "1"));
    }

    private EmulatedGitHub GitHub => fixture.GitHub;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Git_itself_is_refused_in_githubs_words()
    {
        Protect();
        ProcessResult result = GitPush(fixture.Alice, "refs/heads/main");

        result.ExitCode.ShouldBe(1);
        string told = result.Text + result.Error;
        told.ShouldContain("remote: error: GH013: Repository rule violations found for refs/heads/main.");
        told.ShouldContain("remote: - Changes must be made through a pull request.");
        told.ShouldContain("[remote rejected] (push declined due to repository rule violations)");
        told.ShouldNotContain("Cannot force-push");
    }

    [Fact]
    public void A_bypass_is_for_the_app_and_not_for_the_workflows_own_token()
    {
        Protect();
        GitPush(GitHub.Bot, "refs/heads/main").ExitCode.ShouldBe(1);
        ObjectId before = GitHub.Git.Resolve("main");
        ProcessResult result = GitPush(app, "refs/heads/main");
        result.ExitCode.ShouldBe(0, result.Error);
        GitHub.Git.Resolve("main").ShouldNotBe(before);
        GitHub.Activities[^1].Actor.ShouldBe(app);
        Should
            .Throw<Exception>(() =>
                GitHub.AddRuleset("x", ["~ALL"], [EmulatedRule.Update], EmulatedBypass.App(EmulatedGitHub.ActionsApp))
            )
            .Message.ShouldContain("Validation Failed");
    }

    [Fact]
    public async Task Rest_and_graphql_are_refused_alike()
    {
        Protect();
        string main = GitHub.Git.Resolve("main").ToString();
        CommitOnBranch commit = new("main", main, "Render", "", [new FileAddition("a", [1])], []);
        (
            await Should.ThrowAsync<GitHubRefused>(fixture.Client.GraphQL.CreateCommitOnBranch(commit))
        ).Reason.ShouldContain("Changes must be made through a pull request.");
        (
            await Should.ThrowAsync<GitHubRefused>(fixture.Client.Git.Reference.Delete("heads/ledger"))
        ).Reason.ShouldContain("Cannot delete this branch");

        using GitHubClient client = GitHub.Client(app);
        (await client.GraphQL.CreateCommitOnBranch(commit)).HeadMoved.ShouldBeFalse();
    }

    [Fact]
    public void A_ledger_is_moved_and_made_by_its_app_alone()
    {
        Protect();
        Should
            .Throw<PushDeclined>(() => GitHub.Push(fixture.Alice, "ledger", "Forge", GitHubFixture.Content("a", "2")))
            .Message.ShouldContain("Cannot update this protected ref.");
        GitHub.Push(app, "ledger", "Note", GitHubFixture.Content("a", "2"));
        Should.Throw<PushDeclined>(() => GitHub.ForcePush(fixture.Bob, "ledger", GitHub.Git.Resolve("main")));
    }

    [Fact]
    public void A_required_status_holds_for_pushes_too()
    {
        GitHub.AddRuleset(
            "main",
            ["refs/heads/m*"],
            [EmulatedRule.RequiredStatusChecks(false, new RequiredCheck("rayquest", null)), EmulatedRule.NonFastForward]
        );
        Should
            .Throw<PushDeclined>(() => GitHub.Push(fixture.Alice, "main", "Past it", GitHubFixture.Content("a", "2")))
            .Message.ShouldContain("Required status check \"rayquest\" is expected.");
        GitHub.Push(fixture.Alice, "team/main", "Elsewhere", GitHubFixture.Content("a", "2"), "main");
    }

    [Fact]
    public void Only_what_github_made_is_signed()
    {
        GitHub.AddRuleset("ledger", [Ledger], [EmulatedRule.RequiredSignatures]);
        Should
            .Throw<PushDeclined>(() => GitHub.Push(fixture.Alice, "ledger", "Forge", GitHubFixture.Content("a", "2")))
            .Message.ShouldContain("verified signatures");
    }

    [Fact]
    public async Task A_fetch_over_http_brings_what_a_fetch_from_the_folder_brings()
    {
        using GitRepository clone = GitRepository.InitBare(System.IO.Path.Combine(fixture.Folder, "clone"));
        ObjectId head = clone.FetchPull(GitHub.CloneUrl.AbsoluteUri, 1, GitHub.CredentialOf(fixture.Alice));
        head.ToString().ShouldBe(fixture.Head);
        Should.Throw<GitException>(() => clone.Fetch(GitHub.CloneUrl.AbsoluteUri, "+refs/heads/main:refs/x/main"));
        GitHub.Calls.ShouldBeEmpty("git's own conversation is no call of the API");
        await fixture.Client.Repository.Get();
    }

    private void Protect()
    {
        GitHub.AddRuleset(
            "main",
            ["~DEFAULT_BRANCH"],
            [EmulatedRule.PullRequest(), EmulatedRule.NonFastForward],
            EmulatedBypass.App(4711)
        );
        GitHub.AddRuleset(
            "ledger",
            [Ledger],
            [EmulatedRule.Creation, EmulatedRule.Update, EmulatedRule.Deletion, EmulatedRule.NonFastForward],
            EmulatedBypass.App(4711)
        );
    }

    /// <summary>One commit more on a branch, by the git that everybody has.</summary>
    private ProcessResult GitPush(EmulatedUser user, string reference)
    {
        string folder = System.IO.Path.Combine(fixture.Folder, Guid.NewGuid().ToString("N"));
        using GitRepository clone = GitRepository.InitBare(folder);
        string remote = GitHub.CloneUrl.AbsoluteUri.Replace("://", $"://x:{user.Token}@", StringComparison.Ordinal);
        clone.Fetch(remote, $"+{reference}:refs/x/tip");
        ObjectId tip = clone.Resolve("refs/x/tip");
        Signature person = new(user.Login, user.Email, GitHub.Clock.GetUtcNow());
        ObjectId commit = clone.WriteCommit(
            clone.WriteTree(tip, [new TreeEdit("pushed", [1, 2, 3])]),
            [tip],
            person,
            person,
            "Push"
        );
        return ChildProcess.Run(
            "git",
            ["push", "--porcelain", remote, $"{commit}:{reference}"],
            folder,
            new Dictionary<string, string?> { ["LC_ALL"] = "C", ["GIT_TERMINAL_PROMPT"] = "0" },
            TimeSpan.FromSeconds(60)
        );
    }
}
