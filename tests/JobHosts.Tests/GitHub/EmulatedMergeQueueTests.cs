using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>The emulated merge queue: one build on top of the other, and who leaves it when.</summary>
public sealed class EmulatedMergeQueueTests : IDisposable
{
    private readonly GitHubFixture fixture = new();

    private EmulatedGitHub GitHub => fixture.GitHub;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Every_entry_is_built_on_all_before_it_and_the_group_is_merged_when_green()
    {
        Queue();
        (EmulatedQueueEntry one, EmulatedQueueEntry two) = await Two();
        ObjectId main = GitHub.Git.Resolve("main");

        one.BaseCommit.ShouldBe(main);
        two.BaseCommit.ShouldBe(one.HeadCommit);
        one.HeadReference.ShouldBe($"refs/heads/gh-readonly-queue/main/pr-1-{main}");
        GitHub.Git.Resolve(two.HeadReference!).ShouldBe(two.HeadCommit);
        JsonObject group = (JsonObject)Groups("checks_requested")[^1].Payload["merge_group"]!;
        $"{group["head_sha"]}".ShouldBe(two.HeadCommit!.ToString());
        $"{group["base_sha"]}".ShouldBe(one.HeadCommit!.ToString());
        $"{group["base_ref"]}".ShouldBe("refs/heads/main");
        (await fixture.Client.Repository.Commit.PullRequests(two.HeadCommit.ToString())).ShouldBeEmpty();

        await Report(two, CommitState.Success);
        GitHub.QueueOf("main").Count.ShouldBe(2, "the first of the group isn't green yet");
        await Report(one, CommitState.Success);

        GitHub.QueueOf("main").ShouldBeEmpty();
        GitHub.Git.Resolve("main").ShouldBe(two.HeadCommit);
        GitHub.Pull(1).MergeCommit.ShouldBe(one.HeadCommit);
        (await fixture.Client.PullRequest.Get(2)).Merged.ShouldBe(true);
        GitHub.Git.References("refs/heads/gh-readonly-queue/").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_first_may_be_merged_alone_and_the_second_keeps_its_build()
    {
        Queue();
        (EmulatedQueueEntry one, EmulatedQueueEntry two) = await Two();
        ObjectId built = two.HeadCommit!;
        await Report(one, CommitState.Success);
        GitHub.QueueOf("main").ShouldBe([two]);
        two.HeadCommit.ShouldBe(built);
        await Report(two, CommitState.Success);
        GitHub.Git.Resolve("main").ShouldBe(built);
    }

    [Fact]
    public async Task A_failed_status_takes_out_its_entry_and_those_behind_are_built_anew()
    {
        Queue();
        (EmulatedQueueEntry one, EmulatedQueueEntry two) = await Two();
        ObjectId built = two.HeadCommit!;
        int groups = Groups("checks_requested").Count;

        await Report(one, CommitState.Failure);

        GitHub.QueueOf("main").ShouldBe([two]);
        two.HeadCommit.ShouldNotBe(built);
        two.BaseCommit.ShouldBe(GitHub.Git.Resolve("main"));
        Groups("checks_requested").Count.ShouldBe(groups + 1);
        GitHub.Pull(1).QueueRemovals.ShouldHaveSingleItem().Reason.ShouldBe("CI_FAILURE");
        GitHub.Pull(1).IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_only_the_head_of_a_group_must_be_green_a_failure_before_it_is_forgiven()
    {
        Queue("HEADGREEN");
        (EmulatedQueueEntry one, EmulatedQueueEntry two) = await Two();
        await Report(one, CommitState.Failure);
        GitHub.QueueOf("main").Count.ShouldBe(2);
        await Report(two, CommitState.Success);
        GitHub.Pulls.ShouldAllBe(pull => pull.MergedAt != null);
    }

    [Fact]
    public async Task A_push_a_dequeue_and_a_moved_base_build_anew_what_they_concern()
    {
        Queue();
        (EmulatedQueueEntry one, EmulatedQueueEntry two) = await Two();
        ObjectId first = two.HeadCommit!;
        GitHub.Push(fixture.Bob, "main", "Past the queue", GitHubFixture.Content("README.md", "# moved\n"));
        GitHub.QueueOf("main").ShouldBe([one, two]);
        one.BaseCommit.ShouldBe(GitHub.Git.Resolve("main"));
        ObjectId second = two.HeadCommit!;
        second.ShouldNotBe(first);

        GitHub.Dequeue(fixture.Bob, 1);
        two.BaseCommit.ShouldBe(GitHub.Git.Resolve("main"));
        two.HeadCommit.ShouldNotBe(second);

        GitHub.Push(fixture.Alice, "second", "More", GitHubFixture.Content("jobs-requests/t/more.yaml", "more"));
        GitHub.QueueOf("main").ShouldBeEmpty();
        GitHub.Pull(2).QueueRemovals.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Checks_that_never_come_are_a_failure_after_the_time_that_is_set()
    {
        Queue();
        (EmulatedQueueEntry one, _) = await Two();
        GitHub.Clock.Advance(TimeSpan.FromMinutes(61));
        GitHub.QueueOf("main").ShouldNotContain(one);
        GitHub.Pull(1).QueueRemovals[0].Reason.ShouldBe("CI_TIMEOUT");
    }

    [Fact]
    public async Task Nothing_is_merged_past_the_queue_and_nothing_enters_it_that_is_not_green()
    {
        Queue();
        (await fixture.Client.PullRequest.Merge(1, new MergePullRequest(fixture.Head))).Reason.ShouldContain(
            "\"rayquest\""
        );
        await Green(1);
        (await fixture.Client.PullRequest.Merge(1, new MergePullRequest(fixture.Head))).Reason.ShouldContain(
            "Changes must be made through the merge queue"
        );
        GitHub.Push(fixture.Alice, "second", "More", GitHubFixture.Content("jobs-requests/t/z.yaml", "z"), "main");
        GitHub.OpenPull(fixture.Alice, "second", "Second");
        Should.Throw<Exception>(() => GitHub.Enqueue(fixture.Bob, 2)).Message.ShouldContain("not ready");
    }

    [Fact]
    public async Task Auto_merge_is_merge_when_ready_and_the_workflows_own_token_starts_no_runs()
    {
        Queue();
        PullRequest pull = await fixture.Client.PullRequest.Get(1);
        await fixture.Client.GraphQL.EnablePullRequestAutoMerge(
            pull.NodeId,
            PullRequestMergeMethod.Merge,
            pull.Head.Sha
        );
        GitHub.QueueOf("main").ShouldBeEmpty();
        await Green(1);
        GitHub.QueueOf("main").ShouldHaveSingleItem().Enqueuer.ShouldBe(GitHub.Bot);
        Groups("checks_requested").ShouldHaveSingleItem().StartsRuns.ShouldBeFalse();
    }

    private List<EmulatedEvent> Groups(string action) =>
        [.. GitHub.Events.Where(told => told.Name == "merge_group" && told.Action == action)];

    private void Queue(string grouping = "ALLGREEN") =>
        GitHub.AddRuleset(
            "main",
            ["~DEFAULT_BRANCH"],
            [
                EmulatedRule.RequiredStatusChecks(strict: true, new RequiredCheck("rayquest", null)),
                EmulatedRule.MergeQueue(grouping: grouping),
            ],
            new EmulatedBypass("User", fixture.Bob.Id)
        );

    private async Task<(EmulatedQueueEntry One, EmulatedQueueEntry Two)> Two()
    {
        GitHub.Push(fixture.Alice, "second", "More", GitHubFixture.Content("jobs-requests/t/z.yaml", "z"), "main");
        GitHub.OpenPull(fixture.Alice, "second", "Second");
        await Green(1);
        await Green(2);
        return (GitHub.Enqueue(fixture.Bob, 1), GitHub.Enqueue(fixture.Bob, 2));
    }

    private Task Green(int pull) =>
        fixture.Client.Repository.Status.Create(
            GitHub.Pull(pull).HeadSha.ToString(),
            new NewCommitStatus(CommitState.Success, "rayquest")
        );

    private Task Report(EmulatedQueueEntry entry, CommitState state) =>
        fixture.Client.Repository.Status.Create(entry.HeadCommit!.ToString(), new NewCommitStatus(state, "rayquest"));
}
