using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Evaluation;
using Rayquest.Rehearsal;
using Rayquest.Rehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.Review;

public sealed class ReviewTests
{
    [Fact]
    public async Task A_good_request_is_rendered_and_told_once()
    {
        using ReviewDesk desk = new();
        string before = desk.Head();
        ReviewOutcome outcome = await desk.Review();

        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass, outcome.Comment.ToString());
        outcome.Commit.ShouldBe(desk.Head());
        desk.Head().ShouldNotBe(before);
        desk.GitHub.Statuses.Last(s => s.Sha == desk.Head()).State.ShouldBe("success");
        desk.GitHub.CheckRuns.Single().HeadSha.ShouldBe(desk.Head());
        desk.GitHub.LabelsOf(1).ShouldBe(["rayquest/pass"]);
        desk.OurComment().ShouldContain("Ready to merge");
        desk.GitHub.Git.ReadFile(desk.GitHub.Pull(1).HeadSha, "jobs/vision/resnet.yaml").ShouldNotBeNull();
    }

    [Fact]
    public async Task Nothing_is_written_when_nothing_changed_and_calls_stay_few()
    {
        using ReviewDesk desk = new();
        await desk.Review();
        desk.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(10, desk.GitHub.Conversation());
        desk.GitHub.ForgetCalls();
        ReviewOutcome again = await desk.Review();
        again.Written.ShouldBeEmpty();
        desk.GitHub.Calls.ShouldAllBe(c => !c.IsWrite, desk.GitHub.Conversation());
        desk.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(4, desk.GitHub.Conversation());
    }

    [Fact]
    public async Task An_edited_request_costs_ten_calls()
    {
        using ReviewDesk desk = new();
        await desk.Review();
        desk.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewDesk.Request("resnet", 3)));
        desk.GitHub.ForgetCalls();
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        desk.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(10, desk.GitHub.Conversation());
    }

    [Fact]
    public async Task A_replica_that_is_behind_is_not_believed()
    {
        using ReviewDesk desk = new();
        await desk.Review();
        desk.GitHub.Pull(1).LetReplicaFallBehind();
        desk.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewDesk.Request("resnet", 3)));
        string pushed = desk.Head();
        ReviewOutcome outcome = await desk.Review();
        outcome.Head.ShouldNotBe(pushed); // Our commit on top of it.
        outcome.Head.ShouldBe(desk.Head());
        desk.GitHub.Statuses.Last(s => s.Sha == desk.Head()).State.ShouldBe("success");
    }

    [Fact]
    public async Task A_head_that_a_replica_does_not_show_is_found_by_git_alone()
    {
        using ReviewDesk desk = new();
        await desk.Review();
        DateTimeOffset before = ReviewDesk.EventTime(desk.GitHub, 1);
        desk.GitHub.Pull(1).LetReplicaFallBehind();
        desk.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewDesk.Request("resnet", 3)));
        // Woken by what was there before the push.
        ReviewOutcome outcome = await desk.Review(changedAt: before);
        outcome.Head.ShouldBe(desk.Head());
    }

    [Fact]
    public async Task A_closed_pull_request_that_a_replica_shows_as_open_is_superseded()
    {
        using ReviewDesk desk = new();
        await desk.Review();
        desk.GitHub.Pull(1).LetReplicaFallBehind();
        desk.GitHub.Clock.Advance(TimeSpan.FromMinutes(1));
        desk.GitHub.Close(1);
        (await desk.Review()).Result.ShouldBe(ReviewResult.NotOurs);
        desk.GitHub.Statuses.Last(s => s.Sha == desk.Head()).State.ShouldBe("pending");
    }

    [Fact]
    public async Task A_status_that_somebody_else_put_is_not_taken_for_ours()
    {
        using ReviewDesk desk = new();
        await desk.Review();
        desk.GitHub.RepeatStatus(desk.Mallory, desk.Head());
        (await desk.Review()).Written.ShouldBe(["status success"]);
        desk.GitHub.Statuses.Last(s => s.Sha == desk.Head()).Creator.ShouldBe(desk.GitHub.Bot);
    }

    [Fact]
    public async Task A_faulty_request_is_blocked_and_then_mended()
    {
        using ReviewDesk desk = new();
        desk.Push(
            "resnet",
            (
                "jobs-requests/vision/resnet.yaml",
                ReviewDesk.Request("resnet", 4).Replace("replicas: 4", "replica: 4", StringComparison.Ordinal)
            )
        );
        desk.GitHub.ForgetCalls();
        ReviewOutcome first = await desk.Review();
        first.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        first.Commit.ShouldBeNull();
        desk.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(10, desk.GitHub.Conversation());
        desk.GitHub.Statuses.Last().State.ShouldBe("failure");
        desk.GitHub.CheckRuns.Single().Annotations.ShouldNotBeEmpty();
        desk.GitHub.LabelsOf(1).ShouldBe(["rayquest/blocked"]);

        desk.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewDesk.Request("resnet", 4)));
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        desk.GitHub.LabelsOf(1).ShouldBe(["rayquest/pass"]);
        desk.OurComment().ShouldContain("Ready to merge");
    }

    [Fact]
    public async Task An_approval_of_the_judged_head_opens_the_gate()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("big", 12);
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        desk.GitHub.Statuses.Last().State.ShouldBe("pending");
        desk.GitHub.Review(desk.Bob, 1, "APPROVED");
        desk.GitHub.ForgetCalls();
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        desk.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(10, desk.GitHub.Conversation());
        desk.GitHub.Statuses.Last().State.ShouldBe("success");
        desk.OurComment().ShouldContain("`bob` approved");
    }

    [Fact]
    public async Task A_dismissed_approval_closes_the_gate_again()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("big", 12);
        await desk.Review();
        EmulatedReview approval = desk.GitHub.Review(desk.Bob, 1, "APPROVED");
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        desk.GitHub.DismissReview(1, approval.Id);
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        desk.GitHub.Statuses.Last().State.ShouldBe("pending");
    }

    [Fact]
    public async Task An_approval_before_the_rendering_counts_after_it()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("big", 12);
        desk.GitHub.Review(desk.Bob, 1, "APPROVED");
        ReviewOutcome outcome = await desk.Review();
        outcome.Commit.ShouldNotBeNull();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public async Task A_command_approves_and_a_push_voids_it()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("big", 12);
        await desk.Review();
        desk.GitHub.Comment(desk.Alice, 1, $"/approve-quota {desk.Head()}");
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval, "the author's own");
        desk.GitHub.Comment(desk.Bob, 1, "/approve-quota");
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval, "no commit named");
        desk.OurComment().ShouldContain("`bob` wrote a command that can't be followed");
        desk.OurComment().ShouldContain($"```\n/approve-quota {desk.Head()}\n```", customMessage: "the line to copy");
        desk.GitHub.Comment(desk.Bob, 1, $"/approve-quota {desk.Head()}");
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        desk.Push("big", ("jobs-requests/vision/big.yaml", ReviewDesk.Request("big", 13)));
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task A_second_pull_request_of_the_same_commits_does_not_let_their_author_approve()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("big", 12);
        desk.GitHub.Push(desk.Alice, "other-base", "x", ReviewDesk.Files(("x", "x")), "main");
        desk.GitHub.Git.UpdateReference("refs/heads/big-twin", desk.GitHub.Pull(1).HeadSha, null);
        desk.GitHub.OpenPull(desk.Mallory, "big-twin", "The same");
        desk.GitHub.Review(desk.Alice, 2, "APPROVED");
        (await desk.Review(2)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task Another_base_than_the_default_branch_is_not_judged()
    {
        using ReviewDesk desk = new(open: false);
        desk.GitHub.Push(
            desk.Mallory,
            "lax",
            "Raise",
            ReviewDesk.Files(
                ("policies/quotas.yaml", ReviewDesk.Quotas.Replace("16", "640", StringComparison.Ordinal))
            ),
            "main"
        );
        desk.GitHub.Push(
            desk.Mallory,
            "big",
            "Ask",
            ReviewDesk.Files(("jobs-requests/vision/big.yaml", ReviewDesk.Request("big", 64))),
            "lax"
        );
        desk.GitHub.OpenPull(desk.Mallory, "big", "Big", null, "lax");
        (await desk.Review()).Result.ShouldBe(ReviewResult.NotOurs);
        desk.GitHub.Statuses.ShouldBeEmpty();
    }

    [Fact]
    public async Task Policies_in_the_head_are_not_believed()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("big", 40);
        desk.Push("big", ("policies/quotas.yaml", ReviewDesk.Quotas.Replace("16", "640", StringComparison.Ordinal)));
        ReviewOutcome outcome = await desk.Review();
        outcome.Preview!.Kind.ShouldBe(ChangeKind.Mixed);
        desk.GitHub.Statuses.Last().State.ShouldBe("failure");
        desk.OurComment().ShouldContain("Open one pull request for the requests and another for the rest");
    }

    [Fact]
    public async Task A_fork_is_rendered_at_the_merge()
    {
        using ReviewDesk desk = new(open: false);
        desk.GitHub.PushToFork(
            desk.Mallory,
            "mine",
            "Ask",
            ReviewDesk.Files(("jobs-requests/vision/mine.yaml", ReviewDesk.Request("mine", 1)))
        );
        desk.GitHub.OpenPull(desk.Mallory, "mallory:mine", "Mine");
        ReviewOutcome outcome = await desk.Review();
        outcome.Commit.ShouldBeNull();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass);
        desk.OurComment().ShouldContain("rendered at the merge");
    }

    [Fact]
    public async Task An_ordinary_pull_request_gets_a_status_and_no_comment()
    {
        using ReviewDesk desk = new(open: false);
        desk.GitHub.Push(desk.Alice, "docs", "Words", ReviewDesk.Files(("README.md", "# more\n")), "main");
        desk.GitHub.OpenPull(desk.Alice, "docs", "Words");
        await desk.Review();
        desk.GitHub.Comments.ShouldBeEmpty();
        desk.GitHub.Statuses.Single().State.ShouldBe("success");
        (await desk.Review()).Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_branch_that_moves_meanwhile_is_judged_anew()
    {
        using ReviewDesk desk = new();
        bool moved = false;
        desk.GitHub.Before(
            call =>
                call.Body?.ToJsonString().Contains("createCommitOnBranch", StringComparison.Ordinal) == true && !moved,
            () =>
            {
                moved = true;
                desk.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewDesk.Request("resnet", 6)));
            }
        );
        ReviewOutcome outcome = await desk.Review();
        outcome.Preview!.Quota.Single(q => q.Resource == "a100").After.ToDouble().ShouldBe(6);
        outcome.Head.ShouldBe(desk.Head());
    }

    [Fact]
    public async Task A_marker_of_somebody_elses_is_not_ours()
    {
        using ReviewDesk desk = new();
        desk.GitHub.Comment(desk.Mallory, 1, "<!-- rayquest:review pull=1 head=x -->\nReady to merge");
        await desk.Review();
        desk.OurComment().ShouldContain("Ready to merge");
        desk.GitHub.Comments.Count.ShouldBe(2);
        desk.GitHub.Comments[0].Edits.ShouldBe(0);
    }

    [Fact]
    public async Task A_pass_is_merged_by_itself_where_policy_says_so()
    {
        using ReviewDesk desk = new(autoMerge: true);
        await desk.Review();
        EmulatedPull pull = desk.GitHub.Pull(1);
        (pull.AutoMerge is not null || pull.MergedAt is not null).ShouldBeTrue();
        desk.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(12, desk.GitHub.Conversation());
    }

    [Fact]
    public async Task Two_evaluations_at_once_leave_one_comment()
    {
        using ReviewDesk desk = new(
            options: new EmulatedGitHubOptions
            {
                RequiredContexts = ["rayquest"],
                Clock = new RehearsalClock(takesTime: true),
            }
        );
        await Task.WhenAll(Task.Run(() => desk.Review()), Task.Run(() => desk.Review()));
        await desk.Review();
        desk.GitHub.Comments.Count(c => c.Author == desk.GitHub.Bot).ShouldBe(1);
        desk.GitHub.LabelsOf(1).ShouldBe(["rayquest/pass"]);
        desk.GitHub.Git.ReadCommit(desk.GitHub.Pull(1).HeadSha).Parents.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Annotations_go_in_batches_of_fifty_and_an_interrupted_run_goes_on()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("resnet", 4, string.Concat(Enumerable.Range(0, 120).Select(i => $"unknown{i}: 1\n")));
        using CancellationTokenSource kill = new();
        desk.GitHub.After(
            c => c.Method == "PATCH" && c.Path.Contains("/check-runs/", StringComparison.Ordinal),
            kill.Cancel
        );
        await Should.ThrowAsync<OperationCanceledException>(() => desk.Review(1, cancel: kill.Token));
        ReviewOutcome outcome = await desk.Review();
        EmulatedCheckRun run = desk.GitHub.CheckRuns.Single();
        (run.Annotations.Count, run.Status, run.Conclusion).ShouldBe(
            (outcome.Preview!.Findings.Count, "completed", "failure")
        );
        run.Annotations.Count.ShouldBeGreaterThan(50);
        run.Annotations.Select(a => a.ToJsonString())
            .Distinct(StringComparer.Ordinal)
            .Count()
            .ShouldBe(run.Annotations.Count);
    }

    [Fact]
    public async Task A_link_is_never_followed()
    {
        using ReviewDesk desk = new();
        JobHosts.Git.GitRepository origin = desk.GitHub.Git;
        JobHosts.Git.ObjectId head = desk.GitHub.Pull(1).HeadSha;
        JobHosts.Git.Signature alice = new("alice", "alice@example.com", desk.GitHub.Clock.GetUtcNow());
        JobHosts.Git.ObjectId tree = origin.WriteTree(
            head,
            [
                new JobHosts.Git.TreeEdit(
                    "jobs/vision/passwd.yaml",
                    "/etc/passwd"u8.ToArray(),
                    JobHosts.Git.EntryMode.Symlink
                ),
            ]
        );
        origin.UpdateReference("refs/heads/resnet", origin.WriteCommit(tree, [head], alice, alice, "Link"), head);
        ReviewOutcome outcome = await desk.Review();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        outcome.Preview.Findings.ShouldContain(f => f.Rule.Code == "RQ5015");
        outcome.Preview.Findings.ShouldNotContain(f => f.Rule.Code == "RQ5093", "one fault, one finding");
    }

    [Fact]
    public async Task A_linked_request_and_a_wrong_ending_are_one_finding_each()
    {
        using ReviewDesk desk = new();
        JobHosts.Git.GitRepository origin = desk.GitHub.Git;
        JobHosts.Git.ObjectId head = desk.GitHub.Pull(1).HeadSha;
        JobHosts.Git.Signature alice = new("alice", "alice@example.com", desk.GitHub.Clock.GetUtcNow());
        JobHosts.Git.ObjectId tree = origin.WriteTree(
            head,
            [
                new JobHosts.Git.TreeEdit(
                    "jobs-requests/vision/linked.yaml",
                    "resnet.yaml"u8.ToArray(),
                    JobHosts.Git.EntryMode.Symlink
                ),
                new JobHosts.Git.TreeEdit("jobs-requests/vision/ext.yml", "name: ext\n"u8.ToArray()),
            ]
        );
        origin.UpdateReference("refs/heads/resnet", origin.WriteCommit(tree, [head], alice, alice, "Link"), head);
        ReviewOutcome outcome = await desk.Review();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        outcome
            .Preview.Findings.Select(f => $"{f.Rule.Code} {f.Span.Source.Path}")
            .ShouldBe(["RQ0104 jobs-requests/vision/ext.yml", "RQ5015 jobs-requests/vision/linked.yaml"]);
    }

    [Fact]
    public async Task An_approval_can_be_taken_back()
    {
        using ReviewDesk desk = new(open: false);
        desk.Ask("big", 12);
        await desk.Review();
        desk.GitHub.Comment(desk.Bob, 1, $"/approve-quota {desk.Head()}");
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        desk.GitHub.Comment(desk.Bob, 1, "/revoke-quota");
        (await desk.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        desk.GitHub.Statuses.Last().State.ShouldBe("pending");
    }

    [Fact]
    public async Task The_review_finds_a_pull_request_by_its_head()
    {
        using ReviewDesk desk = new();
        using JobHosts.Git.GitRepository git = JobHosts.Git.GitRepository.Open(desk.GitHub.Git.GitDirectory);
        using GitHubClient client = desk.GitHub.Client();
        PullReviewer reviewer = new(
            client,
            git,
            new ReviewOptions { Remote = desk.GitHub.Git.GitDirectory, DryRun = true }
        );
        (await reviewer.ReviewHead(desk.Head()))!.Pull.ShouldBe(1);
        (await reviewer.ReviewHead(new string('0', 40))).ShouldBeNull();
        desk.GitHub.Calls.ShouldAllBe(c => !c.IsWrite);
    }
}
