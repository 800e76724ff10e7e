using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Review;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>/stop and /rerun on a merged pull request.</summary>
public sealed class LifecycleTests : IDisposable
{
    private readonly TemporaryFolder clones = new();

    public void Dispose() => clones.Dispose();

    [Fact]
    public async Task Stop_opens_one_judged_pull_request_that_takes_the_request_back()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop\n");
        LifecycleReply reply = (await Follow(fixture)).Replies.ShouldHaveSingleItem();
        reply.Kind.ShouldBe(ReplyKind.Opened);

        EmulatedPull pull = fixture.GitHub.Pull(2);
        (pull.Title, pull.Author).ShouldBe(("Stop resnet", fixture.GitHub.Bot));
        pull.Body.ShouldNotBeNull().ShouldContain("`alice`");
        fixture.GitHub.Git.ReadFile(pull.HeadSha, LifecycleFixture.Resnet).ShouldBeNull();
        fixture.GitHub.Git.ReadFile(pull.HeadSha, "jobs/vision/resnet.yaml").ShouldBeNull();
        fixture.GitHub.Git.ReadCommit(pull.HeadSha).Message.ShouldContain("Co-authored-by: alice <");
        fixture.GitHub.LabelsOf(2).ShouldBe(["rayquest/pass"], fixture.BotComment(2));
        LifecycleFixture.Answers(fixture.GitHub).ShouldHaveSingleItem().ShouldContain("pull/2");
        fixture.GitHub.Merge(fixture.Bob, 2);
        OnMain(fixture, LifecycleFixture.Resnet).ShouldBeNull();
    }

    [Fact]
    public async Task A_command_is_followed_once_however_often_it_is_delivered()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        await Follow(fixture);
        fixture.GitHub.ForgetCalls();
        (await Follow(fixture)).Replies.ShouldBeEmpty();
        fixture.GitHub.Calls.ShouldAllBe(c => !c.IsWrite, fixture.GitHub.Conversation());
        fixture.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(2, fixture.GitHub.Conversation());

        fixture.GitHub.Merge(fixture.Bob, 2);
        (await Follow(fixture)).Replies.ShouldBeEmpty();
        fixture.GitHub.Pulls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_second_command_for_the_same_points_to_the_open_pull_request()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        fixture.GitHub.Comment(fixture.Bob, 1, "/stop resnet");
        (await Follow(fixture))
            .Replies.Select(r => (r.Kind, r.Pull))
            .ShouldBe([(ReplyKind.Opened, 2), (ReplyKind.AlreadyAsked, 2)]);
        fixture.GitHub.Close(2);
        fixture.GitHub.Comment(fixture.Bob, 1, "/stop");
        (await Follow(fixture)).Replies.Select(r => (r.Kind, r.Pull)).ShouldBe([(ReplyKind.Opened, 3)]);
    }

    [Fact]
    public async Task Rerun_of_an_archived_job_brings_the_request_back_with_its_run_raised()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged(more: "# keep this remark\n");
        Archive(fixture);
        fixture.GitHub.Comment(fixture.Bob, 1, "/rerun");
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Opened);

        EmulatedPull pull = fixture.GitHub.Pull(2);
        string request = Text(fixture.GitHub.Git.ReadFile(pull.HeadSha, LifecycleFixture.Resnet));
        request.ShouldEndWith("# keep this remark\nrun: 2\nowner: alice\n");
        fixture.GitHub.Git.ReadFile(pull.HeadSha, "jobs/vision/resnet.yaml").ShouldNotBeNull();
        fixture.GitHub.LabelsOf(2).ShouldBe(["rayquest/pass"], fixture.BotComment(2));
        fixture.BotComment(2).ShouldContain("1 job");

        // The next one is asked for where the last one was.
        fixture.GitHub.Merge(fixture.Bob, 2);
        fixture.GitHub.Comment(fixture.Alice, 1, "/rerun");
        LifecycleReply again = (await Follow(fixture)).Replies.ShouldHaveSingleItem();
        (again.Kind, again.Pull).ShouldBe((ReplyKind.Superseded, 2));
        fixture.GitHub.Comment(fixture.Alice, 2, "/rerun");
        (await Follow(fixture, pull: 2)).Replies.ShouldHaveSingleItem().Pull.ShouldBe(3);
        Text(fixture.GitHub.Git.ReadFile(fixture.GitHub.Pull(3).HeadSha, LifecycleFixture.Resnet))
            .ShouldContain("run: 3\n");
    }

    [Fact]
    public async Task Who_asked_for_a_rerun_or_answers_for_the_job_can_not_approve_it()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged(gpus: 12, more: "owner: alice\n");
        Archive(fixture);
        fixture.GitHub.Comment(fixture.Bob, 1, "/rerun");
        await Follow(fixture);
        foreach (EmulatedUser who in new[] { fixture.Bob, fixture.Alice })
        {
            fixture.GitHub.Review(who, 2, "APPROVED");
            await fixture.Review(2);
            fixture.GitHub.LabelsOf(2).ShouldBe(["rayquest/needs-approval"], who.Login);
        }
    }

    [Fact]
    public async Task A_run_that_the_ledger_knows_is_never_asked_for_again()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        LedgerView ledger = LifecycleFixture.Ledger(fixture.GitHub, JobPhase.Failed);
        string first = ledger.Runs.Single().Record.Name;
        Archive(fixture);
        // Somebody ran it a second time meanwhile, by a request that is gone too.
        JobRecord second = new("vision", NameOfRun(fixture, 2), "RayJob", "ray-vision", []);
        fixture.GitHub.Comment(fixture.Alice, 1, "/rerun");
        await Follow(fixture, ledger: new LedgerView([ledger.Runs.Single().Record, second]));
        string name = Text(fixture.GitHub.Git.ReadFile(fixture.GitHub.Pull(2).HeadSha, "jobs/vision/resnet.yaml"));
        name.ShouldNotContain(first);
        Text(fixture.GitHub.Git.ReadFile(fixture.GitHub.Pull(2).HeadSha, LifecycleFixture.Resnet))
            .ShouldContain("run: 3\n");
    }

    [Theory]
    [InlineData("/aprove-quota", "/approve-quota HEAD\n")]
    [InlineData("/confirm_stop", "/confirm-stop HEAD\n")]
    [InlineData("/revoke-qouta <img src=x> @bob", "/revoke-quota\n")]
    [InlineData("/stop", "close the pull request")]
    [InlineData("/rerun resnet", "close the pull request")]
    [InlineData("/stpo", "close the pull request")]
    [InlineData("/hold", null)]
    [InlineData("/approve-quota", null)]
    [InlineData("please /stop", null)]
    public async Task On_an_open_pull_request_a_command_that_does_nothing_there_is_answered_once(
        string text,
        string? says
    )
    {
        using ReviewFixture fixture = new();
        fixture.GitHub.Comment(fixture.Bob, 1, text);
        fixture.GitHub.Comment(fixture.GitHub.Bot, 1, text);
        ReviewOutcome outcome = await fixture.Review();
        outcome
            .Written.Count(line => line.StartsWith("answer", StringComparison.Ordinal))
            .ShouldBe(says is null ? 0 : 1);
        fixture.GitHub.ForgetCalls();
        (await fixture.Review()).Written.ShouldBeEmpty();
        fixture.GitHub.Calls.ShouldNotContain(call =>
            call.Method == "POST" && call.Path.Contains("/comments", StringComparison.Ordinal)
        );
        string answer = string.Concat(LifecycleFixture.Answers(fixture.GitHub));
        answer.ShouldContain((says ?? "").Replace("HEAD", fixture.Head(), StringComparison.Ordinal));
        answer.ShouldNotContain("<img");
        answer.ShouldNotContain("@bob");
        LifecycleFixture.Answers(fixture.GitHub).Length.ShouldBe(says is null ? 0 : 1);
    }

    [Theory]
    [InlineData("mallory", "/stop", ReplyKind.NotAllowed, "`alice`, `bob` or `dana`")]
    [InlineData("mallory", "/rerun", ReplyKind.NotAllowed, "`mallory` may not")]
    [InlineData("alice", "/stop resnet-00000", ReplyKind.NameUnknown, "/stop resnet")]
    [InlineData("alice", "/stop other", ReplyKind.NameUnknown, "/stop resnet")]
    [InlineData("alice", "/stop please", ReplyKind.NameUnknown, "/stop resnet")]
    [InlineData("alice", "/stop resnet now", ReplyKind.Help, "/rerun")]
    [InlineData("alice", "/stop\n\n/rerun", ReplyKind.Help, "/rerun")]
    [InlineData("alice", "/Stop", ReplyKind.Help, "/rerun")]
    [InlineData("alice", "/stopp <img src=x> @bob", ReplyKind.Help, "/rerun")]
    [InlineData("alice", "/halt", null, "")]
    [InlineData("alice", "please /stop", null, "")]
    [InlineData("alice", "/etc/hosts is broken", null, "")]
    [InlineData("alice", "> /stop", null, "")]
    [InlineData("alice", "/approve-quota 0123", ReplyKind.AfterMerge, "/rerun")]
    [InlineData("alice", "/confirm-stop", ReplyKind.AfterMerge, "this one is merged")]
    [InlineData("dana", "/stop", ReplyKind.Opened, "pull/2")]
    [InlineData("Alice", "/stop", ReplyKind.Opened, "pull/2")]
    public async Task Every_comment_is_answered_as_it_deserves(string who, string text, ReplyKind? kind, string says)
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        EmulatedUser by = fixture.GitHub.AddUser(who);
        fixture.GitHub.Comment(by, 1, text);
        LifecycleOutcome outcome = await Follow(fixture);
        outcome.Replies.Select(r => (ReplyKind?)r.Kind).ShouldBe(kind is null ? [] : [kind]);
        string answer = string.Concat(LifecycleFixture.Answers(fixture.GitHub));
        answer.ShouldContain(says);
        answer.ShouldNotContain("<img");
        answer.ShouldNotContain("@bob");
        fixture.GitHub.Pulls.Count.ShouldBe(kind == ReplyKind.Opened ? 2 : 1);
        if (kind is not (null or ReplyKind.Opened))
        {
            fixture.GitHub.Git.References("refs/heads/rayquest/").ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Several_jobs_in_one_pull_request_have_to_be_named()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("resnet", 2);
        fixture.Push("resnet", ("jobs-requests/vision/bert.yaml", ReviewFixture.Request("bert", 2)));
        await LifecycleFixture.Merge(fixture, 1);
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.AmbiguousName);
        string answer = LifecycleFixture.Answers(fixture.GitHub).ShouldHaveSingleItem();
        answer.ShouldContain("/stop bert\n");
        answer.ShouldContain("/stop resnet\n");
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop bert");
        await Follow(fixture);
        fixture.GitHub.Pull(2).Title.ShouldBe("Stop bert");
    }

    [Fact]
    public async Task One_job_of_a_sweep_does_not_stop_the_others_unasked()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("sweep", 1, "sweep: {lr: [0.1, 0.2]}\n" + "env: {LR: \"${sweep.lr}\"}\n");
        await LifecycleFixture.Merge(fixture, 1);
        string one = LifecycleFixture.Ledger(fixture.GitHub, JobPhase.Running).Runs[0].Record.Name;
        fixture.GitHub.Comment(fixture.Alice, 1, $"/stop {one}");
        LifecycleReply reply = (await Follow(fixture)).Replies.ShouldHaveSingleItem();
        (reply.Kind, reply.Count).ShouldBe((ReplyKind.PartOfSweep, 2));
        LifecycleFixture.Answers(fixture.GitHub).ShouldHaveSingleItem().ShouldContain("/stop sweep\n");
    }

    [Fact]
    public async Task Nothing_is_stopped_twice_and_the_answer_says_why()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        LedgerView ended = LifecycleFixture.Ledger(fixture.GitHub, JobPhase.Succeeded);
        LifecycleReply reply = (await Follow(fixture, ledger: ended)).Replies.ShouldHaveSingleItem();
        (reply.Kind, reply.Phase).ShouldBe((ReplyKind.Ended, "succeeded"));

        Archive(fixture);
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Archived);

        fixture.GitHub.Push(
            fixture.Alice,
            "once-more",
            "Ask again",
            ReviewFixture.Files((LifecycleFixture.Resnet, ReviewFixture.Request("resnet", 2))),
            "main"
        );
        fixture.GitHub.OpenPull(fixture.Alice, "once-more", "Once more");
        await LifecycleFixture.Merge(fixture, 2);
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        LifecycleReply later = (await Follow(fixture)).Replies.ShouldHaveSingleItem();
        (later.Kind, later.Pull).ShouldBe((ReplyKind.Superseded, 2));
    }

    [Fact]
    public async Task What_a_later_pull_request_runs_is_not_stopped_from_the_earlier_one()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        fixture.GitHub.Push(
            fixture.Mallory,
            "more",
            "Ask for more",
            ReviewFixture.Files((LifecycleFixture.Resnet, ReviewFixture.Request("resnet", 6))),
            "main"
        );
        fixture.GitHub.OpenPull(fixture.Mallory, "more", "More");
        await LifecycleFixture.Merge(fixture, 2);
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        LifecycleReply reply = (await Follow(fixture)).Replies.ShouldHaveSingleItem();
        (reply.Kind, reply.Pull).ShouldBe((ReplyKind.Superseded, 2));
        LifecycleFixture.Answers(fixture.GitHub).ShouldHaveSingleItem().ShouldContain("pull/2");
    }

    [Fact]
    public async Task An_edited_an_old_and_a_bots_comment_do_nothing()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        EmulatedComment edited = fixture.GitHub.Comment(fixture.Alice, 1, "thanks!");
        using (JobHosts.GitHub.GitHubClient alice = fixture.GitHub.Client(fixture.Alice))
        {
            await alice.Issue.Comment.Update(edited.Id, "/stop");
        }

        fixture.GitHub.Comment(fixture.GitHub.Bot, 1, "/stop");
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Edited);
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        fixture.GitHub.Clock.Advance(TimeSpan.FromHours(25));
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.TooOld);
        fixture.GitHub.Pulls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_written_before_the_merge_or_on_an_open_pull_request_is_no_command()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("resnet", 4);
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        (await Follow(fixture)).Replies.ShouldBeEmpty();
        fixture.GitHub.Clock.Advance(TimeSpan.FromMinutes(1));
        await LifecycleFixture.Merge(fixture, 1);
        (await Follow(fixture)).Replies.ShouldBeEmpty();
    }

    [Fact]
    public async Task Somebody_elses_marker_answers_nothing()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        EmulatedComment command = fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        fixture.GitHub.Comment(
            fixture.Mallory,
            1,
            $"<!-- rayquest:command comment={command.Id} stop=vision/resnet pull=1 -->"
        );
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Opened);
    }

    [Fact]
    public async Task Where_policy_allows_it_a_stop_is_a_commit_on_main()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged("lifecycle: {stop: commit}");
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Committed);
        fixture.GitHub.Pulls.Count.ShouldBe(1);
        OnMain(fixture, LifecycleFixture.Resnet).ShouldBeNull();
        OnMain(fixture, "jobs/vision/resnet.yaml").ShouldBeNull();
        CommitInfo commit = fixture.GitHub.Git.ReadCommit(fixture.GitHub.Git.Resolve("refs/heads/main"));
        commit.Message.ShouldStartWith("Stop resnet (#1)\n");
        LifecycleFixture.Answers(fixture.GitHub).ShouldHaveSingleItem().ShouldContain($"commit/{commit.Id}");

        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        LifecycleReply again = (await Follow(fixture)).Replies.ShouldHaveSingleItem();
        (again.Kind, again.Commit).ShouldBe((ReplyKind.Withdrawn, commit.Id.ToString()));
    }

    [Fact]
    public async Task Where_policy_allows_it_a_rerun_that_passes_is_a_commit_and_another_is_not()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged("lifecycle: {rerun: commit}", gpus: 7);
        fixture.GitHub.Comment(fixture.Alice, 1, "/rerun");
        LifecycleReply live = (await Follow(fixture)).Replies.ShouldHaveSingleItem();
        (live.Kind, live.FellBack).ShouldBe((ReplyKind.Opened, true), "it would stop what runs");
        fixture.GitHub.Close(2);
        Archive(fixture);
        fixture.GitHub.Comment(fixture.Alice, 1, "/rerun");
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Committed);
        Text(OnMain(fixture, LifecycleFixture.Resnet)).ShouldContain("run: 2\n");
        OnMain(fixture, "jobs/vision/resnet.yaml").ShouldNotBeNull();
        ObjectId main = fixture.GitHub.Git.Resolve("refs/heads/main");
        List<AddedJob> added = new MainHistory(fixture.GitHub.Git, _ => null)
            .Read(fixture.GitHub.Git.ReadCommit(main).Parents[0], main)
            .Added;
        added
            .ShouldHaveSingleItem()
            .Facts.ShouldSatisfyAllConditions(
                facts => facts.Author.ShouldBe("alice", "who asked for it, not the bot that committed it"),
                facts => facts.Pull.ShouldBe(1)
            );

        using ReviewFixture large = await LifecycleFixture.Merged("lifecycle: {rerun: commit}", gpus: 12);
        Archive(large);
        large.GitHub.Comment(large.Alice, 1, "/rerun");
        (await Follow(large)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Opened, "somebody must approve");
        large.GitHub.LabelsOf(2).ShouldBe(["rayquest/needs-approval"]);
    }

    [Fact]
    public async Task A_protected_main_gets_a_pull_request_instead_of_the_commit()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged(
            "lifecycle: {stop: commit}",
            options: new EmulatedGitHubOptions { RequiredContexts = ["rayquest"], RequiresPullRequest = true }
        );
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        LifecycleReply reply = (await Follow(fixture)).Replies.ShouldHaveSingleItem();
        (reply.Kind, reply.Pull, reply.FellBack).ShouldBe((ReplyKind.Opened, 2, true));
        LifecycleFixture.Answers(fixture.GitHub).ShouldHaveSingleItem().ShouldContain("could not be committed");
    }

    [Fact]
    public async Task Main_that_moves_meanwhile_loses_nothing()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged("lifecycle: {stop: commit}");
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        fixture.GitHub.Before(
            call => call.Body?.ToJsonString().Contains("createCommitOnBranch", StringComparison.Ordinal) == true,
            () => fixture.GitHub.Push(fixture.Bob, "main", "Words", ReviewFixture.Files(("README.md", "# more\n")))
        );
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Committed);
        OnMain(fixture, LifecycleFixture.Resnet).ShouldBeNull();
        Text(OnMain(fixture, "README.md")).ShouldBe("# more\n");
    }

    [Fact]
    public async Task Broken_policies_are_nobodys_leave()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged();
        fixture.GitHub.Push(
            fixture.Bob,
            "main",
            "Break it",
            ReviewFixture.Files(("policies/quotas.yaml", "teams: [\n"))
        );
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        (await Follow(fixture)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.PoliciesBroken);
        fixture.GitHub.Pulls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        using ReviewFixture fixture = await LifecycleFixture.Merged("lifecycle: {stop: commit}");
        fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
        fixture.GitHub.ForgetCalls();
        (await Follow(fixture, dryRun: true)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.WouldBeDone);
        fixture.GitHub.Calls.ShouldAllBe(c => !c.IsWrite, fixture.GitHub.Conversation());
    }

    private Task<LifecycleOutcome> Follow(
        ReviewFixture fixture,
        int pull = 1,
        LedgerView? ledger = null,
        bool dryRun = false
    ) => LifecycleFixture.Follow(fixture.GitHub, clones.Child("clones"), pull, ledger, dryRun);

    private static void Archive(ReviewFixture fixture) =>
        fixture.GitHub.Push(
            fixture.GitHub.Bot,
            "main",
            $"Archive 1 finished job\n\n{JobHosts.Git.CommitTrailers.Archive}\n",
            ReviewFixture.Files((LifecycleFixture.Resnet, null), ("jobs/vision/resnet.yaml", null))
        );

    private static string NameOfRun(ReviewFixture fixture, int run)
    {
        byte[] request = System.Text.Encoding.UTF8.GetBytes(
            ReviewFixture.Request("resnet", 4, $"run: {run}\nowner: alice\n")
        );
        using GitRepository git = GitRepository.Open(fixture.GitHub.Git.GitDirectory);
        CommitTree tree = new(git, git.Resolve("refs/heads/main"));
        return JobModel
            .Plans.JobPlanner.Plan(
                JobModel.Requests.RequestDocument.Read(LifecycleFixture.Resnet, request),
                JobModel.Policies.PolicyLoader.Load(tree).Policies,
                tree
            )!
            .Jobs.Single()
            .ObjectName;
    }

    private static byte[]? OnMain(ReviewFixture fixture, string path) =>
        fixture.GitHub.Git.ReadFile(fixture.GitHub.Git.Resolve("refs/heads/main"), path);

    private static string Text(byte[]? bytes) => System.Text.Encoding.UTF8.GetString(bytes ?? []);
}
