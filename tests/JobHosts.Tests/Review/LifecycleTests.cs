using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Review;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Status;
using Rayquest.Rehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>/stop and /rerun on a merged pull request.</summary>
public sealed class LifecycleTests : IDisposable
{
    private readonly TemporaryFolder clones = new();

    public void Dispose() => clones.Dispose();

    [Fact]
    public async Task Stop_opens_one_judged_pull_request_that_takes_the_request_back()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        desk.GitHub.Comment(desk.Alice, 1, "/stop\n");
        LifecycleReply reply = (await Follow(desk)).Replies.ShouldHaveSingleItem();
        reply.Kind.ShouldBe(ReplyKind.Opened);

        EmulatedPull pull = desk.GitHub.Pull(2);
        (pull.Title, pull.Author).ShouldBe(("Stop resnet", desk.GitHub.Bot));
        pull.Body.ShouldNotBeNull().ShouldContain("`alice`");
        desk.GitHub.Git.ReadFile(pull.HeadSha, LifecycleDesk.Resnet).ShouldBeNull();
        desk.GitHub.Git.ReadFile(pull.HeadSha, "jobs/vision/resnet.yaml").ShouldBeNull();
        desk.GitHub.Git.ReadCommit(pull.HeadSha).Message.ShouldContain("Co-authored-by: alice <");
        desk.GitHub.LabelsOf(2).ShouldBe(["rayquest/pass"], desk.OurComment(2));
        LifecycleDesk.Answers(desk.GitHub).ShouldHaveSingleItem().ShouldContain("pull/2");
        desk.GitHub.Merge(desk.Bob, 2);
        OnMain(desk, LifecycleDesk.Resnet).ShouldBeNull();
    }

    [Fact]
    public async Task A_command_is_followed_once_however_often_it_is_delivered()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        await Follow(desk);
        desk.GitHub.ForgetCalls();
        (await Follow(desk)).Replies.ShouldBeEmpty();
        desk.GitHub.Calls.ShouldAllBe(c => !c.IsWrite, desk.GitHub.Conversation());
        desk.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(2, desk.GitHub.Conversation());

        desk.GitHub.Merge(desk.Bob, 2);
        (await Follow(desk)).Replies.ShouldBeEmpty();
        desk.GitHub.Pulls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_second_command_for_the_same_points_to_the_open_pull_request()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        desk.GitHub.Comment(desk.Bob, 1, "/stop resnet");
        (await Follow(desk))
            .Replies.Select(r => (r.Kind, r.Pull))
            .ShouldBe([(ReplyKind.Opened, 2), (ReplyKind.AlreadyAsked, 2)]);
        desk.GitHub.Close(2);
        desk.GitHub.Comment(desk.Bob, 1, "/stop");
        (await Follow(desk)).Replies.Select(r => (r.Kind, r.Pull)).ShouldBe([(ReplyKind.Opened, 3)]);
    }

    [Fact]
    public async Task Rerun_of_an_archived_job_brings_the_request_back_with_its_run_raised()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged(more: "# keep this remark\n");
        Archive(desk);
        desk.GitHub.Comment(desk.Bob, 1, "/rerun");
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Opened);

        EmulatedPull pull = desk.GitHub.Pull(2);
        string request = Text(desk.GitHub.Git.ReadFile(pull.HeadSha, LifecycleDesk.Resnet));
        request.ShouldEndWith("# keep this remark\nrun: 2\nowner: alice\n");
        desk.GitHub.Git.ReadFile(pull.HeadSha, "jobs/vision/resnet.yaml").ShouldNotBeNull();
        desk.GitHub.LabelsOf(2).ShouldBe(["rayquest/pass"], desk.OurComment(2));
        desk.OurComment(2).ShouldContain("1 job");

        // The next one is asked for where the last one was.
        desk.GitHub.Merge(desk.Bob, 2);
        desk.GitHub.Comment(desk.Alice, 1, "/rerun");
        LifecycleReply again = (await Follow(desk)).Replies.ShouldHaveSingleItem();
        (again.Kind, again.Pull).ShouldBe((ReplyKind.Superseded, 2));
        desk.GitHub.Comment(desk.Alice, 2, "/rerun");
        (await Follow(desk, pull: 2)).Replies.ShouldHaveSingleItem().Pull.ShouldBe(3);
        Text(desk.GitHub.Git.ReadFile(desk.GitHub.Pull(3).HeadSha, LifecycleDesk.Resnet)).ShouldContain("run: 3\n");
    }

    [Fact]
    public async Task Who_asked_for_a_rerun_or_answers_for_the_job_can_not_approve_it()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged(gpus: 12, more: "owner: alice\n");
        Archive(desk);
        desk.GitHub.Comment(desk.Bob, 1, "/rerun");
        await Follow(desk);
        foreach (EmulatedUser who in new[] { desk.Bob, desk.Alice })
        {
            desk.GitHub.Review(who, 2, "APPROVED");
            await desk.Review(2);
            desk.GitHub.LabelsOf(2).ShouldBe(["rayquest/needs-approval"], who.Login);
        }
    }

    [Fact]
    public async Task A_run_that_the_ledger_knows_is_never_asked_for_again()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        LedgerView ledger = LifecycleDesk.Ledger(desk.GitHub, JobPhase.Failed);
        string first = ledger.Runs.Single().Record.Name;
        Archive(desk);
        // Somebody ran it a second time meanwhile, by a request that is gone too.
        JobRecord second = new("vision", NameOfRun(desk, 2), "RayJob", "ray-vision", []);
        desk.GitHub.Comment(desk.Alice, 1, "/rerun");
        await Follow(desk, ledger: new LedgerView([ledger.Runs.Single().Record, second]));
        string name = Text(desk.GitHub.Git.ReadFile(desk.GitHub.Pull(2).HeadSha, "jobs/vision/resnet.yaml"));
        name.ShouldNotContain(first);
        Text(desk.GitHub.Git.ReadFile(desk.GitHub.Pull(2).HeadSha, LifecycleDesk.Resnet)).ShouldContain("run: 3\n");
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
        using ReviewDesk desk = new();
        desk.GitHub.Comment(desk.Bob, 1, text);
        desk.GitHub.Comment(desk.GitHub.Bot, 1, text);
        ReviewOutcome outcome = await desk.Review();
        outcome
            .Written.Count(line => line.StartsWith("answer", StringComparison.Ordinal))
            .ShouldBe(says is null ? 0 : 1);
        desk.GitHub.ForgetCalls();
        (await desk.Review()).Written.ShouldBeEmpty();
        desk.GitHub.Calls.ShouldNotContain(call =>
            call.Method == "POST" && call.Path.Contains("/comments", StringComparison.Ordinal)
        );
        string answer = string.Concat(LifecycleDesk.Answers(desk.GitHub));
        answer.ShouldContain((says ?? "").Replace("HEAD", desk.Head(), StringComparison.Ordinal));
        answer.ShouldNotContain("<img");
        answer.ShouldNotContain("@bob");
        LifecycleDesk.Answers(desk.GitHub).Length.ShouldBe(says is null ? 0 : 1);
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
        using ReviewDesk desk = await LifecycleDesk.Merged();
        EmulatedUser by = desk.GitHub.AddUser(who);
        desk.GitHub.Comment(by, 1, text);
        LifecycleOutcome outcome = await Follow(desk);
        outcome.Replies.Select(r => (ReplyKind?)r.Kind).ShouldBe(kind is null ? [] : [kind]);
        string answer = string.Concat(LifecycleDesk.Answers(desk.GitHub));
        answer.ShouldContain(says);
        answer.ShouldNotContain("<img");
        answer.ShouldNotContain("@bob");
        desk.GitHub.Pulls.Count.ShouldBe(kind == ReplyKind.Opened ? 2 : 1);
        if (kind is not (null or ReplyKind.Opened))
        {
            desk.GitHub.Git.References("refs/heads/rayquest/").ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Several_jobs_in_one_pull_request_have_to_be_named()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("resnet", 2);
        desk.Push("resnet", ("jobs-requests/vision/bert.yaml", ReviewDesk.Request("bert", 2)));
        await LifecycleDesk.Merge(desk, 1);
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.NameWhich);
        string answer = LifecycleDesk.Answers(desk.GitHub).ShouldHaveSingleItem();
        answer.ShouldContain("/stop bert\n");
        answer.ShouldContain("/stop resnet\n");
        desk.GitHub.Comment(desk.Alice, 1, "/stop bert");
        await Follow(desk);
        desk.GitHub.Pull(2).Title.ShouldBe("Stop bert");
    }

    [Fact]
    public async Task One_job_of_a_sweep_does_not_stop_the_others_unasked()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("sweep", 1, "sweep: {lr: [0.1, 0.2]}\n" + "env: {LR: \"${sweep.lr}\"}\n");
        await LifecycleDesk.Merge(desk, 1);
        string one = LifecycleDesk.Ledger(desk.GitHub, JobPhase.Running).Runs[0].Record.Name;
        desk.GitHub.Comment(desk.Alice, 1, $"/stop {one}");
        LifecycleReply reply = (await Follow(desk)).Replies.ShouldHaveSingleItem();
        (reply.Kind, reply.Count).ShouldBe((ReplyKind.PartOfSweep, 2));
        LifecycleDesk.Answers(desk.GitHub).ShouldHaveSingleItem().ShouldContain("/stop sweep\n");
    }

    [Fact]
    public async Task Nothing_is_stopped_twice_and_the_answer_says_why()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        LedgerView ended = LifecycleDesk.Ledger(desk.GitHub, JobPhase.Succeeded);
        LifecycleReply reply = (await Follow(desk, ledger: ended)).Replies.ShouldHaveSingleItem();
        (reply.Kind, reply.Phase).ShouldBe((ReplyKind.Ended, "succeeded"));

        Archive(desk);
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Archived);

        desk.GitHub.Push(
            desk.Alice,
            "once-more",
            "Ask again",
            ReviewDesk.Files((LifecycleDesk.Resnet, ReviewDesk.Request("resnet", 2))),
            "main"
        );
        desk.GitHub.OpenPull(desk.Alice, "once-more", "Once more");
        await LifecycleDesk.Merge(desk, 2);
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        LifecycleReply later = (await Follow(desk)).Replies.ShouldHaveSingleItem();
        (later.Kind, later.Pull).ShouldBe((ReplyKind.Superseded, 2));
    }

    [Fact]
    public async Task What_a_later_pull_request_runs_is_not_stopped_from_the_earlier_one()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        desk.GitHub.Push(
            desk.Mallory,
            "more",
            "Ask for more",
            ReviewDesk.Files((LifecycleDesk.Resnet, ReviewDesk.Request("resnet", 6))),
            "main"
        );
        desk.GitHub.OpenPull(desk.Mallory, "more", "More");
        await LifecycleDesk.Merge(desk, 2);
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        LifecycleReply reply = (await Follow(desk)).Replies.ShouldHaveSingleItem();
        (reply.Kind, reply.Pull).ShouldBe((ReplyKind.Superseded, 2));
        LifecycleDesk.Answers(desk.GitHub).ShouldHaveSingleItem().ShouldContain("pull/2");
    }

    [Fact]
    public async Task An_edited_an_old_and_a_bots_comment_do_nothing()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        EmulatedComment edited = desk.GitHub.Comment(desk.Alice, 1, "thanks!");
        using (JobHosts.GitHub.GitHubClient alice = desk.GitHub.Client(desk.Alice))
        {
            await alice.Issue.Comment.Update(edited.Id, "/stop");
        }

        desk.GitHub.Comment(desk.GitHub.Bot, 1, "/stop");
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Edited);
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        desk.GitHub.Clock.Advance(TimeSpan.FromHours(25));
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.TooOld);
        desk.GitHub.Pulls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_written_before_the_merge_or_on_an_open_pull_request_is_no_command()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("resnet", 4);
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        (await Follow(desk)).Replies.ShouldBeEmpty();
        desk.GitHub.Clock.Advance(TimeSpan.FromMinutes(1));
        await LifecycleDesk.Merge(desk, 1);
        (await Follow(desk)).Replies.ShouldBeEmpty();
    }

    [Fact]
    public async Task Somebody_elses_marker_answers_nothing()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        EmulatedComment command = desk.GitHub.Comment(desk.Alice, 1, "/stop");
        desk.GitHub.Comment(
            desk.Mallory,
            1,
            $"<!-- rayquest:command comment={command.Id} stop=vision/resnet pull=1 -->"
        );
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Opened);
    }

    [Fact]
    public async Task Where_policy_allows_it_a_stop_is_a_commit_on_main()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged("lifecycle: {stop: commit}");
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Committed);
        desk.GitHub.Pulls.Count.ShouldBe(1);
        OnMain(desk, LifecycleDesk.Resnet).ShouldBeNull();
        OnMain(desk, "jobs/vision/resnet.yaml").ShouldBeNull();
        CommitInfo commit = desk.GitHub.Git.ReadCommit(desk.GitHub.Git.Resolve("refs/heads/main"));
        commit.Message.ShouldStartWith("Stop resnet (#1)\n");
        LifecycleDesk.Answers(desk.GitHub).ShouldHaveSingleItem().ShouldContain($"commit/{commit.Id}");

        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        LifecycleReply again = (await Follow(desk)).Replies.ShouldHaveSingleItem();
        (again.Kind, again.Commit).ShouldBe((ReplyKind.TakenBack, commit.Id.ToString()));
    }

    [Fact]
    public async Task Where_policy_allows_it_a_rerun_that_passes_is_a_commit_and_another_is_not()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged("lifecycle: {rerun: commit}", gpus: 7);
        desk.GitHub.Comment(desk.Alice, 1, "/rerun");
        LifecycleReply live = (await Follow(desk)).Replies.ShouldHaveSingleItem();
        (live.Kind, live.FellBack).ShouldBe((ReplyKind.Opened, true), "it would stop what runs");
        desk.GitHub.Close(2);
        Archive(desk);
        desk.GitHub.Comment(desk.Alice, 1, "/rerun");
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Committed);
        Text(OnMain(desk, LifecycleDesk.Resnet)).ShouldContain("run: 2\n");
        OnMain(desk, "jobs/vision/resnet.yaml").ShouldNotBeNull();
        ObjectId main = desk.GitHub.Git.Resolve("refs/heads/main");
        (IReadOnlyList<AddedJob> added, _) = new MainHistory(desk.GitHub.Git, _ => null).Read(
            desk.GitHub.Git.ReadCommit(main).Parents[0],
            main
        );
        added
            .ShouldHaveSingleItem()
            .Facts.ShouldSatisfyAllConditions(
                facts => facts.Author.ShouldBe("alice", "who asked for it, not the bot that committed it"),
                facts => facts.Pull.ShouldBe(1)
            );

        using ReviewDesk large = await LifecycleDesk.Merged("lifecycle: {rerun: commit}", gpus: 12);
        Archive(large);
        large.GitHub.Comment(large.Alice, 1, "/rerun");
        (await Follow(large)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Opened, "somebody must approve");
        large.GitHub.LabelsOf(2).ShouldBe(["rayquest/needs-approval"]);
    }

    [Fact]
    public async Task A_protected_main_gets_a_pull_request_instead_of_the_commit()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged(
            "lifecycle: {stop: commit}",
            options: new EmulatedGitHubOptions { RequiredContexts = ["rayquest"], RequiresPullRequest = true }
        );
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        LifecycleReply reply = (await Follow(desk)).Replies.ShouldHaveSingleItem();
        (reply.Kind, reply.Pull, reply.FellBack).ShouldBe((ReplyKind.Opened, 2, true));
        LifecycleDesk.Answers(desk.GitHub).ShouldHaveSingleItem().ShouldContain("could not be committed");
    }

    [Fact]
    public async Task Main_that_moves_meanwhile_loses_nothing()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged("lifecycle: {stop: commit}");
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        desk.GitHub.Before(
            call => call.Body?.ToJsonString().Contains("createCommitOnBranch", StringComparison.Ordinal) == true,
            () => desk.GitHub.Push(desk.Bob, "main", "Words", ReviewDesk.Files(("README.md", "# more\n")))
        );
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.Committed);
        OnMain(desk, LifecycleDesk.Resnet).ShouldBeNull();
        Text(OnMain(desk, "README.md")).ShouldBe("# more\n");
    }

    [Fact]
    public async Task Broken_policies_are_nobodys_leave()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged();
        desk.GitHub.Push(desk.Bob, "main", "Break it", ReviewDesk.Files(("policies/quotas.yaml", "teams: [\n")));
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        (await Follow(desk)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.PoliciesBroken);
        desk.GitHub.Pulls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        using ReviewDesk desk = await LifecycleDesk.Merged("lifecycle: {stop: commit}");
        desk.GitHub.Comment(desk.Alice, 1, "/stop");
        desk.GitHub.ForgetCalls();
        (await Follow(desk, dryRun: true)).Replies.ShouldHaveSingleItem().Kind.ShouldBe(ReplyKind.WouldBeDone);
        desk.GitHub.Calls.ShouldAllBe(c => !c.IsWrite, desk.GitHub.Conversation());
    }

    private Task<LifecycleOutcome> Follow(
        ReviewDesk desk,
        int pull = 1,
        LedgerView? ledger = null,
        bool dryRun = false
    ) => LifecycleDesk.Follow(desk.GitHub, clones.Child("clones"), pull, ledger, dryRun);

    private static void Archive(ReviewDesk desk) =>
        desk.GitHub.Push(
            desk.GitHub.Bot,
            "main",
            $"Archive 1 finished job\n\n{JobHosts.StatusSync.MainHistory.ArchiveTrailer}\n",
            ReviewDesk.Files((LifecycleDesk.Resnet, null), ("jobs/vision/resnet.yaml", null))
        );

    private static string NameOfRun(ReviewDesk desk, int run)
    {
        byte[] request = System.Text.Encoding.UTF8.GetBytes(
            ReviewDesk.Request("resnet", 4, $"run: {run}\nowner: alice\n")
        );
        using GitRepository git = GitRepository.Open(desk.GitHub.Git.GitDirectory);
        CommitTree tree = new(git, git.Resolve("refs/heads/main"));
        return JobModel
            .Plans.JobPlanner.Plan(
                JobModel.Requests.RequestDocument.Read(LifecycleDesk.Resnet, request),
                JobModel.Policies.PolicyLoader.Load(tree).Policies,
                tree
            )!
            .Jobs.Single()
            .ObjectName;
    }

    private static byte[]? OnMain(ReviewDesk desk, string path) =>
        desk.GitHub.Git.ReadFile(desk.GitHub.Git.Resolve("refs/heads/main"), path);

    private static string Text(byte[]? bytes) => System.Text.Encoding.UTF8.GetString(bytes ?? []);
}
