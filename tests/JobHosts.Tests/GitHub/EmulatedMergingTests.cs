using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.Rehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>What the emulator makes of a merge, with real commits, and when it refuses one.</summary>
public sealed class EmulatedMergingTests
{
    private const string Path = "jobs-requests/vision/numbers.yaml";

    [Fact]
    public void A_merge_is_three_way()
    {
        using Desk desk = Numbers();
        Change(desk, "one", "1: one\n2: two\n3: three\n4: four\n5: 500\n");
        desk.GitHub.Push(
            desk.Bob,
            "main",
            "First line",
            Desk.Content(Path, "1: 100\n2: two\n3: three\n4: four\n5: five\n")
        );

        ObjectId merge = desk.GitHub.Merge(desk.Bob, 2);

        Text(desk, merge).ShouldBe("1: 100\n2: two\n3: three\n4: four\n5: 500\n");
        CommitInfo commit = desk.GitHub.Git.ReadCommit(merge);
        commit.Parents[1].ShouldBe(desk.GitHub.Pull(2).HeadSha);
        (commit.Author.Name, commit.Committer.Name).ShouldBe(("bob", "GitHub"));
    }

    [Theory]
    [InlineData(PullRequestMergeMethod.Merge)]
    [InlineData(PullRequestMergeMethod.Squash)]
    [InlineData(PullRequestMergeMethod.Rebase)]
    public async Task A_conflict_is_refused_whatever_the_method(PullRequestMergeMethod method)
    {
        using Desk desk = Numbers();
        Change(desk, "one", "1: 111\n");
        desk.GitHub.Push(desk.Bob, "main", "Other", Desk.Content(Path, "1: 222\n"));

        PullRequest pull = await desk.Client.PullRequest.Get(2);
        MergeResult result = await desk.Client.PullRequest.Merge(2, new MergePullRequest(pull.Head.Sha, method));

        (pull.Mergeable, pull.MergeableState).ShouldBe((false, "dirty"));
        result.Outcome.ShouldBe(MergeOutcome.NotMergeable);
    }

    [Fact]
    public void A_squash_is_one_commit_of_the_pull_requests_author()
    {
        using Desk desk = Numbers();
        Change(desk, "one", "1: 100\n");
        desk.GitHub.Push(desk.Alice, "one", "Again", Desk.Content(Path, "1: 101\n"));
        ObjectId before = desk.GitHub.Git.Resolve("main");

        CommitInfo commit = desk.GitHub.Git.ReadCommit(desk.GitHub.Merge(desk.Bob, 2, PullRequestMergeMethod.Squash));

        commit.Parents.ShouldBe([before]);
        commit.Author.Name.ShouldBe("alice");
        commit.Message.ShouldStartWith("Change one (#2)\n");
        commit.Message.ShouldContain("* Again");
    }

    [Fact]
    public void A_rebase_replays_every_commit_under_the_name_of_its_author()
    {
        using Desk desk = Numbers();
        Change(desk, "one", "1: one\n2: two\n3: three\n4: four\n5: 500\n");
        desk.GitHub.Push(desk.Alice, "one", "More", Desk.Content("README.md", "# more\n"));
        ObjectId head = desk.GitHub.Pull(2).HeadSha;
        ObjectId tip = desk.GitHub.Push(
            desk.Bob,
            "main",
            "First line",
            Desk.Content(Path, "1: 100\n2: two\n3: three\n4: four\n5: five\n")
        );

        ObjectId merged = desk.GitHub.Merge(desk.Bob, 2, PullRequestMergeMethod.Rebase);

        CommitInfo last = desk.GitHub.Git.ReadCommit(merged);
        CommitInfo first = desk.GitHub.Git.ReadCommit(last.Parents.ShouldHaveSingleItem());
        first.Parents.ShouldBe([tip]);
        (last.Message.TrimEnd('\n'), last.Author.Name, last.Committer.Name).ShouldBe(("More", "alice", "bob"));
        Text(desk, merged).ShouldBe("1: 100\n2: two\n3: three\n4: four\n5: 500\n");
        merged.ShouldNotBe(head);
    }

    [Fact]
    public async Task A_head_without_the_newest_base_is_refused_where_that_is_required()
    {
        using Desk desk = Numbers(
            new EmulatedGitHubOptions { RequiredContexts = ["rayquest"], RequiresUpToDate = true }
        );
        Change(desk, "one", "1: 100\n");
        await Green(desk, desk.GitHub.Pull(2).HeadSha);
        ObjectId tip = desk.GitHub.Push(desk.Bob, "main", "Elsewhere", Desk.Content("README.md", "# other\n"));

        (await desk.Client.PullRequest.Get(2)).MergeableState.ShouldBe("behind");
        (await Merge(desk, 2)).Reason.ShouldContain("expected");

        GitRepository git = desk.GitHub.Git;
        ObjectId updated = git.WriteCommit(
            git.MergeTree(desk.GitHub.Pull(2).HeadSha, tip)!,
            [desk.GitHub.Pull(2).HeadSha, tip],
            new Signature("alice", "a@example.com", desk.GitHub.Clock.GetUtcNow()),
            new Signature("alice", "a@example.com", desk.GitHub.Clock.GetUtcNow()),
            "Update branch"
        );
        desk.GitHub.ForcePush(desk.Alice, "one", updated);
        (await Merge(desk, 2)).Reason.ShouldContain("expected", customMessage: "the new head has no status yet");
        await Green(desk, updated);
        (await Merge(desk, 2)).Outcome.ShouldBe(MergeOutcome.Merged);
    }

    [Fact]
    public async Task A_status_stays_on_its_commit_and_counts_when_a_branch_comes_back_to_it()
    {
        using Desk desk = new(new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] });
        ObjectId green = desk.GitHub.Pull(1).HeadSha;
        await Green(desk, green);
        desk.GitHub.Push(desk.Alice, "resnet", "More", Desk.Content("README.md", "# more\n"));
        (await Merge(desk, 1)).Outcome.ShouldBe(MergeOutcome.NotMergeable);

        desk.GitHub.ForcePush(desk.Alice, "resnet", green);

        EmulatedSynchronization last = desk.GitHub.Pull(1).Synchronizations[^1];
        (last.After, last.Pusher, last.Forced).ShouldBe((green, desk.Alice, true));
        EmulatedEvent told = desk.GitHub.Events[^1];
        (told.Action, $"{told.Payload["before"]}").ShouldBe(("synchronize", last.Before.ToString()));
        (await Merge(desk, 1)).Outcome.ShouldBe(MergeOutcome.Merged);
    }

    [Fact]
    public async Task Auto_merge_merges_at_once_when_a_green_commit_comes_back()
    {
        using Desk desk = new(new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] });
        ObjectId green = desk.GitHub.Pull(1).HeadSha;
        await Green(desk, green);
        desk.GitHub.Push(desk.Alice, "resnet", "More", Desk.Content("README.md", "# more\n"));
        PullRequest pull = await desk.Client.PullRequest.Get(1);
        await desk.Client.GraphQL.EnablePullRequestAutoMerge(pull.NodeId, PullRequestMergeMethod.Merge, pull.Head.Sha);

        desk.GitHub.ForcePush(desk.Alice, "resnet", green);

        desk.GitHub.Pull(1).MergedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_required_status_of_an_app_is_nobody_elses_to_give()
    {
        using Desk desk = new();
        desk.GitHub.AddRuleset(
            "main",
            ["~DEFAULT_BRANCH"],
            [EmulatedRule.RequiredStatusChecks(false, new RequiredCheck("rayquest", EmulatedGitHub.ActionsApp))]
        );
        using GitHubClient bob = desk.GitHub.Client(desk.Bob);
        await bob.Repository.Status.Create(desk.Head, new NewCommitStatus(CommitState.Success, "rayquest"));
        (await Merge(desk, 1)).Reason.ShouldContain("\"rayquest\" is expected");

        await Green(desk, desk.GitHub.Pull(1).HeadSha);
        (await desk.Client.Repository.Status.Newest(desk.Head))[0].Creator!.Login.ShouldBe("github-actions[bot]");
        (await Merge(desk, 1)).Outcome.ShouldBe(MergeOutcome.Merged);
    }

    [Fact]
    public async Task A_check_run_of_the_required_name_must_be_green_as_well()
    {
        using Desk desk = new(new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] });
        await Green(desk, desk.GitHub.Pull(1).HeadSha);
        CheckRun run = await desk.Client.Check.Run.Create(
            new NewCheckRun("rayquest", desk.Head, CheckStatus.InProgress)
        );
        (await Merge(desk, 1)).Reason.ShouldContain("pending");
        await desk.Client.Check.Run.Update(run.Id, new CheckRunUpdate(CheckStatus.Completed, CheckConclusion.Success));
        (await Merge(desk, 1)).Outcome.ShouldBe(MergeOutcome.Merged);
    }

    [Fact]
    public async Task A_method_that_the_repository_does_not_allow_is_refused()
    {
        using Desk desk = new(new EmulatedGitHubOptions { MergeMethods = [PullRequestMergeMethod.Squash] });
        MergeResult result = await desk.Client.PullRequest.Merge(1, new MergePullRequest(desk.Head));
        result.Reason.ShouldContain("Merge commits are not allowed");
    }

    private static Desk Numbers(EmulatedGitHubOptions? options = null)
    {
        Desk desk = new(options);
        desk.GitHub.Push(
            desk.Bob,
            "main",
            "Numbers",
            Desk.Content(Path, "1: one\n2: two\n3: three\n4: four\n5: five\n")
        );
        return desk;
    }

    private static void Change(Desk desk, string branch, string text)
    {
        desk.GitHub.Push(desk.Alice, branch, "Change it", Desk.Content(Path, text), "main");
        desk.GitHub.OpenPull(desk.Alice, branch, $"Change {branch}");
    }

    private static Task Green(Desk desk, ObjectId commit) =>
        desk.Client.Repository.Status.Create(commit.ToString(), new NewCommitStatus(CommitState.Success, "rayquest"));

    private static Task<MergeResult> Merge(Desk desk, int pull) =>
        desk.Client.PullRequest.Merge(pull, new MergePullRequest(desk.GitHub.Pull(pull).HeadSha.ToString()));

    private static string Text(Desk desk, ObjectId commit) =>
        System.Text.Encoding.UTF8.GetString(desk.GitHub.Git.ReadFile(commit, Path)!);
}
