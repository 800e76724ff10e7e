using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>What the emulator makes of a merge, with real commits, and when it refuses one.</summary>
public sealed class EmulatedMergingTests
{
    private const string Path = "jobs-requests/vision/numbers.yaml";

    [Fact]
    public void A_merge_is_three_way()
    {
        using GitHubFixture fixture = Numbers();
        Change(fixture, "one", "1: one\n2: two\n3: three\n4: four\n5: 500\n");
        fixture.GitHub.Push(
            fixture.Bob,
            "main",
            "First line",
            GitHubFixture.Content(Path, "1: 100\n2: two\n3: three\n4: four\n5: five\n")
        );

        ObjectId merge = fixture.GitHub.Merge(fixture.Bob, 2);

        Text(fixture, merge).ShouldBe("1: 100\n2: two\n3: three\n4: four\n5: 500\n");
        CommitInfo commit = fixture.GitHub.Git.ReadCommit(merge);
        commit.Parents[1].ShouldBe(fixture.GitHub.Pull(2).HeadSha);
        (commit.Author.Name, commit.Committer.Name).ShouldBe(("bob", "GitHub"));
    }

    [Theory]
    [InlineData(PullRequestMergeMethod.Merge)]
    [InlineData(PullRequestMergeMethod.Squash)]
    [InlineData(PullRequestMergeMethod.Rebase)]
    public async Task A_conflict_is_refused_whatever_the_method(PullRequestMergeMethod method)
    {
        using GitHubFixture fixture = Numbers();
        Change(fixture, "one", "1: 111\n");
        fixture.GitHub.Push(fixture.Bob, "main", "Other", GitHubFixture.Content(Path, "1: 222\n"));

        PullRequest pull = await fixture.Client.PullRequest.Get(2);
        MergeResult result = await fixture.Client.PullRequest.Merge(2, new MergePullRequest(pull.Head.Sha, method));

        (pull.Mergeable, pull.MergeableState).ShouldBe((false, "dirty"));
        result.Outcome.ShouldBe(MergeOutcome.NotMergeable);
    }

    [Fact]
    public void A_squash_is_one_commit_of_the_pull_requests_author()
    {
        using GitHubFixture fixture = Numbers();
        Change(fixture, "one", "1: 100\n");
        fixture.GitHub.Push(fixture.Alice, "one", "Again", GitHubFixture.Content(Path, "1: 101\n"));
        ObjectId before = fixture.GitHub.Git.Resolve("main");

        CommitInfo commit = fixture.GitHub.Git.ReadCommit(
            fixture.GitHub.Merge(fixture.Bob, 2, PullRequestMergeMethod.Squash)
        );

        commit.Parents.ShouldBe([before]);
        commit.Author.Name.ShouldBe("alice");
        commit.Message.ShouldStartWith("Change one (#2)\n");
        commit.Message.ShouldContain("* Again");
    }

    [Fact]
    public void A_rebase_replays_every_commit_under_the_name_of_its_author()
    {
        using GitHubFixture fixture = Numbers();
        Change(fixture, "one", "1: one\n2: two\n3: three\n4: four\n5: 500\n");
        fixture.GitHub.Push(fixture.Alice, "one", "More", GitHubFixture.Content("README.md", "# more\n"));
        ObjectId head = fixture.GitHub.Pull(2).HeadSha;
        ObjectId tip = fixture.GitHub.Push(
            fixture.Bob,
            "main",
            "First line",
            GitHubFixture.Content(Path, "1: 100\n2: two\n3: three\n4: four\n5: five\n")
        );

        ObjectId merged = fixture.GitHub.Merge(fixture.Bob, 2, PullRequestMergeMethod.Rebase);

        CommitInfo last = fixture.GitHub.Git.ReadCommit(merged);
        CommitInfo first = fixture.GitHub.Git.ReadCommit(last.Parents.ShouldHaveSingleItem());
        first.Parents.ShouldBe([tip]);
        (last.Message.TrimEnd('\n'), last.Author.Name, last.Committer.Name).ShouldBe(("More", "alice", "bob"));
        Text(fixture, merged).ShouldBe("1: 100\n2: two\n3: three\n4: four\n5: 500\n");
        merged.ShouldNotBe(head);
    }

    [Fact]
    public async Task A_head_without_the_newest_base_is_refused_where_that_is_required()
    {
        using GitHubFixture fixture = Numbers(
            new EmulatedGitHubOptions { RequiredContexts = ["rayquest"], RequiresUpToDate = true }
        );
        Change(fixture, "one", "1: 100\n");
        await Green(fixture, fixture.GitHub.Pull(2).HeadSha);
        ObjectId tip = fixture.GitHub.Push(
            fixture.Bob,
            "main",
            "Elsewhere",
            GitHubFixture.Content("README.md", "# other\n")
        );

        (await fixture.Client.PullRequest.Get(2)).MergeableState.ShouldBe("behind");
        (await Merge(fixture, 2)).Reason.ShouldContain("expected");

        GitRepository git = fixture.GitHub.Git;
        ObjectId updated = git.WriteCommit(
            git.MergeTree(fixture.GitHub.Pull(2).HeadSha, tip)!,
            [fixture.GitHub.Pull(2).HeadSha, tip],
            new Signature("alice", "a@example.com", fixture.GitHub.Clock.GetUtcNow()),
            new Signature("alice", "a@example.com", fixture.GitHub.Clock.GetUtcNow()),
            "Update branch"
        );
        fixture.GitHub.ForcePush(fixture.Alice, "one", updated);
        (await Merge(fixture, 2)).Reason.ShouldContain("expected", customMessage: "the new head has no status yet");
        await Green(fixture, updated);
        (await Merge(fixture, 2)).Outcome.ShouldBe(MergeOutcome.Merged);
    }

    [Fact]
    public async Task A_status_stays_on_its_commit_and_counts_when_a_branch_comes_back_to_it()
    {
        using GitHubFixture fixture = new(new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] });
        ObjectId green = fixture.GitHub.Pull(1).HeadSha;
        await Green(fixture, green);
        fixture.GitHub.Push(fixture.Alice, "resnet", "More", GitHubFixture.Content("README.md", "# more\n"));
        (await Merge(fixture, 1)).Outcome.ShouldBe(MergeOutcome.NotMergeable);

        fixture.GitHub.ForcePush(fixture.Alice, "resnet", green);

        EmulatedSynchronization last = fixture.GitHub.Pull(1).Synchronizations[^1];
        (last.After, last.Pusher, last.Forced).ShouldBe((green, fixture.Alice, true));
        EmulatedEvent told = fixture.GitHub.Events[^1];
        (told.Action, $"{told.Payload["before"]}").ShouldBe(("synchronize", last.Before.ToString()));
        (await Merge(fixture, 1)).Outcome.ShouldBe(MergeOutcome.Merged);
    }

    [Fact]
    public async Task Auto_merge_merges_at_once_when_a_green_commit_comes_back()
    {
        using GitHubFixture fixture = new(new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] });
        ObjectId green = fixture.GitHub.Pull(1).HeadSha;
        await Green(fixture, green);
        fixture.GitHub.Push(fixture.Alice, "resnet", "More", GitHubFixture.Content("README.md", "# more\n"));
        PullRequest pull = await fixture.Client.PullRequest.Get(1);
        await fixture.Client.GraphQL.EnablePullRequestAutoMerge(
            pull.NodeId,
            PullRequestMergeMethod.Merge,
            pull.Head.Sha
        );

        fixture.GitHub.ForcePush(fixture.Alice, "resnet", green);

        fixture.GitHub.Pull(1).MergedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_required_status_of_an_app_is_nobody_elses_to_give()
    {
        using GitHubFixture fixture = new();
        fixture.GitHub.AddRuleset(
            "main",
            ["~DEFAULT_BRANCH"],
            [EmulatedRule.RequiredStatusChecks(false, new RequiredCheck("rayquest", EmulatedGitHub.ActionsApp))]
        );
        using GitHubClient bob = fixture.GitHub.Client(fixture.Bob);
        await bob.Repository.Status.Create(fixture.Head, new NewCommitStatus(CommitState.Success, "rayquest"));
        (await Merge(fixture, 1)).Reason.ShouldContain("\"rayquest\" is expected");

        await Green(fixture, fixture.GitHub.Pull(1).HeadSha);
        (await fixture.Client.Repository.Status.Newest(fixture.Head))[0].Creator!.Login.ShouldBe("github-actions[bot]");
        (await Merge(fixture, 1)).Outcome.ShouldBe(MergeOutcome.Merged);
    }

    [Fact]
    public async Task A_check_run_of_the_required_name_must_be_green_as_well()
    {
        using GitHubFixture fixture = new(new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] });
        await Green(fixture, fixture.GitHub.Pull(1).HeadSha);
        CheckRun run = await fixture.Client.Check.Run.Create(
            new NewCheckRun("rayquest", fixture.Head, CheckStatus.InProgress)
        );
        (await Merge(fixture, 1)).Reason.ShouldContain("pending");
        await fixture.Client.Check.Run.Update(
            run.Id,
            new CheckRunUpdate(CheckStatus.Completed, CheckConclusion.Success)
        );
        (await Merge(fixture, 1)).Outcome.ShouldBe(MergeOutcome.Merged);
    }

    [Fact]
    public async Task A_method_that_the_repository_does_not_allow_is_refused()
    {
        using GitHubFixture fixture = new(new EmulatedGitHubOptions { MergeMethods = [PullRequestMergeMethod.Squash] });
        MergeResult result = await fixture.Client.PullRequest.Merge(1, new MergePullRequest(fixture.Head));
        result.Reason.ShouldContain("Merge commits are not allowed");
    }

    private static GitHubFixture Numbers(EmulatedGitHubOptions? options = null)
    {
        GitHubFixture fixture = new(options);
        fixture.GitHub.Push(
            fixture.Bob,
            "main",
            "Numbers",
            GitHubFixture.Content(Path, "1: one\n2: two\n3: three\n4: four\n5: five\n")
        );
        return fixture;
    }

    private static void Change(GitHubFixture fixture, string branch, string text)
    {
        fixture.GitHub.Push(fixture.Alice, branch, "Change it", GitHubFixture.Content(Path, text), "main");
        fixture.GitHub.OpenPull(fixture.Alice, branch, $"Change {branch}");
    }

    private static Task Green(GitHubFixture fixture, ObjectId commit) =>
        fixture.Client.Repository.Status.Create(
            commit.ToString(),
            new NewCommitStatus(CommitState.Success, "rayquest")
        );

    private static Task<MergeResult> Merge(GitHubFixture fixture, int pull) =>
        fixture.Client.PullRequest.Merge(pull, new MergePullRequest(fixture.GitHub.Pull(pull).HeadSha.ToString()));

    private static string Text(GitHubFixture fixture, ObjectId commit) =>
        System.Text.Encoding.UTF8.GetString(fixture.GitHub.Git.ReadFile(commit, Path)!);
}
