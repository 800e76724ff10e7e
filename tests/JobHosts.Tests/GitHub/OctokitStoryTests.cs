using Octokit;
using Rayquest.JobHosts.Processes;
using Rayquest.JobRehearsal.GitHub;
using PermissionLevel = Rayquest.JobHosts.GitHub.PermissionLevel;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>
/// The emulator isn't only shaped like our own client: the two clients that GitHub's users know drive it through a story.
/// </summary>
public sealed class OctokitStoryTests : IDisposable
{
    private readonly GitHubFixture fixture = new();
    private readonly EmulatedUser admin;
    private readonly EmulatedUser app;

    public OctokitStoryTests()
    {
        admin = fixture.GitHub.AddUser("root", PermissionLevel.Admin);
        app = fixture.GitHub.AddAppUser("rayquest", 4711);
        fixture.GitHub.Settings.Environments.Add(
            new EmulatedEnvironment("rayquest") { Branches = ["main"], Secrets = { "RAYQUEST_APP_PRIVATE_KEY" } }
        );
        fixture.GitHub.Push(
            fixture.Alice,
            "main",
            "Owners",
            GitHubFixture.Content(".github/CODEOWNERS", "* @root\n/jobs/\n")
        );
    }

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Octokit_of_javascript_tells_its_story()
    {
        Needs.OctokitRest();
        Dictionary<string, string?> variables = new(StringComparer.Ordinal)
        {
            ["API_URL"] = fixture.GitHub.ApiUrl.AbsoluteUri.TrimEnd('/'),
            ["ADMIN_TOKEN"] = admin.Token,
            ["APP_TOKEN"] = app.Token,
            ["APP_ID"] = "4711",
            ["BOT_TOKEN"] = fixture.GitHub.Bot.Token,
            ["ALICE_TOKEN"] = fixture.Alice.Token,
            ["BOB_TOKEN"] = fixture.Bob.Token,
            ["OWNER"] = fixture.GitHub.Name.Owner,
            ["REPO"] = fixture.GitHub.Name.Name,
        };
        ProcessResult result = ChildProcess.Run(
            "node",
            ["story.mjs"],
            ConformanceTests.Folder!,
            variables,
            TimeSpan.FromSeconds(120)
        );
        result.ExitCode.ShouldBe(0, result.Text + result.Error);
        result.Text.ShouldContain("told to its end");
    }

    [Fact]
    public async Task Octokit_of_dotnet_tells_its_story()
    {
        GitHubClient alice = As(fixture.Alice);
        GitHubClient bob = As(fixture.Bob);
        GitHubClient bot = As(app);
        (string owner, string repo) = (fixture.GitHub.Name.Owner, fixture.GitHub.Name.Name);
        (await bot.Repository.Get(owner, repo)).FullName.ShouldBe("acme/ray-jobs");

        // Push and open
        string head = await Push(alice, "story", "jobs-requests/vision/story.yaml", "name: story\n");
        PullRequest pull = await alice.PullRequest.Create(
            owner,
            repo,
            new NewPullRequest("Tell a story", "story", "main")
        );
        pull.Head.Sha.ShouldBe(head);
        (await bot.PullRequest.Commits(owner, repo, pull.Number)).ShouldHaveSingleItem().Author.Login.ShouldBe("alice");
        (await bot.PullRequest.Files(owner, repo, pull.Number)).ShouldHaveSingleItem().Status.ShouldBe("added");

        // Comments and reviews
        IssueComment comment = await bob.Issue.Comment.Create(owner, repo, pull.Number, "one");
        await bob.Issue.Comment.Update(owner, repo, comment.Id, "two");
        (await bot.Issue.Comment.Get(owner, repo, comment.Id)).Body.ShouldBe("two");
        await bob.Issue.Comment.Delete(owner, repo, comment.Id);
        PullRequestReview review = await bob.PullRequest.Review.Create(
            owner,
            repo,
            pull.Number,
            new PullRequestReviewCreate { Event = PullRequestReviewEvent.Approve, CommitId = head }
        );
        review.State.Value.ShouldBe(PullRequestReviewState.Approved);
        await bob.PullRequest.Review.Dismiss(
            owner,
            repo,
            pull.Number,
            review.Id,
            new PullRequestReviewDismiss { Message = "once more" }
        );
        (await bot.PullRequest.Review.GetAll(owner, repo, pull.Number))[0]
            .State.Value.ShouldBe(PullRequestReviewState.Dismissed);

        // Rules and statuses
        fixture.GitHub.AddRuleset(
            "main",
            ["~DEFAULT_BRANCH"],
            [EmulatedRule.PullRequest(), EmulatedRule.RequiredStatusChecks(true, new RequiredCheck("rayquest", 4711))],
            EmulatedBypass.App(4711)
        );
        (await bot.Repository.Branch.Get(owner, repo, "main")).Protected.ShouldBeTrue();
        await Should.ThrowAsync<PullRequestNotMergeableException>(
            bob.PullRequest.Merge(owner, repo, pull.Number, new MergePullRequest { Sha = head })
        );
        await Should.ThrowAsync<ApiValidationException>(
            alice.Git.Reference.Update(owner, repo, "heads/main", new ReferenceUpdate(head))
        );
        await bot.Repository.Status.Create(
            owner,
            repo,
            head,
            new NewCommitStatus { State = CommitState.Success, Context = "rayquest" }
        );
        (await bot.Repository.Status.GetCombined(owner, repo, head)).State.Value.ShouldBe(CommitState.Success);
        (await bot.Repository.Status.GetAll(owner, repo, head))[0].Creator.Login.ShouldBe("rayquest[bot]");
        await Should.ThrowAsync<PullRequestMismatchException>(
            bob.PullRequest.Merge(owner, repo, pull.Number, new MergePullRequest { Sha = new string('0', 40) })
        );
        PullRequestMerge merged = await bob.PullRequest.Merge(
            owner,
            repo,
            pull.Number,
            new MergePullRequest { Sha = head, MergeMethod = PullRequestMergeMethod.Squash }
        );
        GitHubCommit commit = await bot.Repository.Commit.Get(owner, repo, merged.Sha);
        commit.Parents.ShouldHaveSingleItem();
        commit.Commit.Message.ShouldStartWith("Tell a story (#2)");
        (commit.Author.Login, commit.Committer.Login, commit.Commit.Verification.Verified).ShouldBe(
            ("alice", "web-flow", true)
        );
        (await bot.PullRequest.Get(owner, repo, pull.Number)).Merged.ShouldBeTrue();

        // Settings
        GitHubClient root = As(admin);
        (await root.Repository.Actions.Secrets.GetAll(owner, repo)).TotalCount.ShouldBe(0);
        (await root.Repository.Environment.GetAll(owner, repo)).Environments[0].Name.ShouldBe("rayquest");
        await Should.ThrowAsync<ForbiddenException>(
            As(fixture.GitHub.Bot).Repository.Actions.Secrets.GetAll(owner, repo)
        );
    }

    [Fact]
    public async Task Octokit_of_dotnet_reads_what_the_doctor_reads()
    {
        fixture.GitHub.Settings.Runners.Add(new EmulatedRunner("box", "self-hosted", "gpu"));
        fixture.GitHub.Settings.Variables["RAYQUEST_APP_ID"] = "4711";
        fixture.GitHub.Settings.Pages = new EmulatedPages("ledger");
        fixture.GitHub.Settings.Secrets.Add("RAYQUEST_APP_PRIVATE_KEY");
        fixture.GitHub.DefineLabel("ray-job");
        GitHubClient root = As(admin);
        (string owner, string repo) = (fixture.GitHub.Name.Owner, fixture.GitHub.Name.Name);
        Repository repository = await root.Repository.Get(owner, repo);
        (repository.Owner.Type, repository.DefaultBranch, repository.HasPages).ShouldBe(
            (AccountType.Organization, "main", true)
        );
        (await root.Repository.Environment.GetAll(owner, repo)).Environments[0].Name.ShouldBe("rayquest");
        (await root.Repository.Actions.Secrets.GetAll(owner, repo))
            .Secrets[0]
            .Name.ShouldBe("RAYQUEST_APP_PRIVATE_KEY");
        (await root.Repository.Actions.Variables.GetAll(owner, repo)).Variables[0].Value.ShouldBe("4711");
        (await root.Repository.Page.Get(owner, repo)).Url.ShouldContain("pages");
        (await root.Issue.Labels.GetAllForRepository(owner, repo)).Select(label => label.Name).ShouldContain("ray-job");
        Runner runner = (await root.Actions.SelfHostedRunners.ListAllRunnersForRepository(owner, repo)).Runners[0];
        (runner.Name, runner.Labels[1].Name).ShouldBe(("box", "gpu"));
        await Should.ThrowAsync<ForbiddenException>(
            As(fixture.Alice).Actions.SelfHostedRunners.ListAllRunnersForRepository(owner, repo)
        );
    }

    private GitHubClient As(EmulatedUser user) =>
        new(new ProductHeaderValue("rayquest-tests"), fixture.GitHub.ApiUrl)
        {
            Credentials = new Credentials(user.Token),
        };

    private async Task<string> Push(GitHubClient client, string branch, string path, string text)
    {
        (string owner, string repo) = (fixture.GitHub.Name.Owner, fixture.GitHub.Name.Name);
        Reference main = await client.Git.Reference.Get(owner, repo, "heads/main");
        NewTree tree = new() { BaseTree = main.Object.Sha };
        tree.Tree.Add(
            new NewTreeItem
            {
                Path = path,
                Mode = "100644",
                Type = TreeType.Blob,
                Content = text,
            }
        );
        TreeResponse made = await client.Git.Tree.Create(owner, repo, tree);
        Commit commit = await client.Git.Commit.Create(
            owner,
            repo,
            new NewCommit($"Write {path}", made.Sha, main.Object.Sha)
        );
        await client.Git.Reference.Create(owner, repo, new NewReference($"refs/heads/{branch}", commit.Sha));
        return commit.Sha;
    }
}
