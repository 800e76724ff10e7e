using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Tests.Review;

public sealed class ReviewTests
{
    [Fact]
    public async Task A_good_request_is_rendered_and_told_once()
    {
        using ReviewFixture fixture = new();
        string before = fixture.Head();
        ReviewOutcome outcome = await fixture.Review();

        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass, outcome.Comment.ToString());
        outcome.Commit.ShouldBe(fixture.Head());
        fixture.Head().ShouldNotBe(before);
        fixture.GitHub.Statuses.Last(s => s.Sha == fixture.Head()).State.ShouldBe("success");
        fixture.GitHub.CheckRuns.Single().HeadSha.ShouldBe(fixture.Head());
        fixture.GitHub.LabelsOf(1).ShouldBe(["rayquest/pass"]);
        fixture.BotComment().ShouldContain("Ready to merge");
        fixture.GitHub.Git.ReadFile(fixture.GitHub.Pull(1).HeadSha, "jobs/vision/resnet.yaml").ShouldNotBeNull();
    }

    [Fact]
    public async Task Nothing_is_written_when_nothing_changed_and_calls_stay_few()
    {
        using ReviewFixture fixture = new();
        await fixture.Review();
        fixture.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(10, fixture.GitHub.Conversation());
        fixture.GitHub.ForgetCalls();
        ReviewOutcome again = await fixture.Review();
        again.Written.ShouldBeEmpty();
        fixture.GitHub.Calls.ShouldAllBe(c => !c.IsWrite, fixture.GitHub.Conversation());
        fixture.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(4, fixture.GitHub.Conversation());
    }

    [Fact]
    public async Task An_edited_request_costs_ten_calls()
    {
        using ReviewFixture fixture = new();
        await fixture.Review();
        fixture.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewFixture.Request("resnet", 3)));
        fixture.GitHub.ForgetCalls();
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        fixture.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(10, fixture.GitHub.Conversation());
    }

    [Fact]
    public async Task A_replica_that_is_behind_is_not_believed()
    {
        using ReviewFixture fixture = new();
        await fixture.Review();
        fixture.GitHub.Pull(1).LetReplicaFallBehind();
        fixture.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewFixture.Request("resnet", 3)));
        string pushed = fixture.Head();
        ReviewOutcome outcome = await fixture.Review();
        outcome.Head.ShouldNotBe(pushed); // Our commit on top of it.
        outcome.Head.ShouldBe(fixture.Head());
        fixture.GitHub.Statuses.Last(s => s.Sha == fixture.Head()).State.ShouldBe("success");
    }

    [Fact]
    public async Task A_head_that_a_replica_does_not_show_is_found_by_git_alone()
    {
        using ReviewFixture fixture = new();
        await fixture.Review();
        DateTimeOffset before = ReviewFixture.EventTime(fixture.GitHub, 1);
        fixture.GitHub.Pull(1).LetReplicaFallBehind();
        fixture.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewFixture.Request("resnet", 3)));
        // Woken by what was there before the push.
        ReviewOutcome outcome = await fixture.Review(changedAt: before);
        outcome.Head.ShouldBe(fixture.Head());
    }

    [Fact]
    public async Task A_closed_pull_request_that_a_replica_shows_as_open_is_superseded()
    {
        using ReviewFixture fixture = new();
        await fixture.Review();
        fixture.GitHub.Pull(1).LetReplicaFallBehind();
        fixture.GitHub.Clock.Advance(TimeSpan.FromMinutes(1));
        fixture.GitHub.Close(1);
        (await fixture.Review()).Result.ShouldBe(ReviewResult.NotASubmission);
        fixture.GitHub.Statuses.Last(s => s.Sha == fixture.Head()).State.ShouldBe("pending");
    }

    [Fact]
    public async Task A_status_that_somebody_else_put_is_not_taken_for_ours()
    {
        using ReviewFixture fixture = new();
        await fixture.Review();
        fixture.GitHub.RepeatStatus(fixture.Mallory, fixture.Head());
        (await fixture.Review()).Written.ShouldBe(["status success"]);
        fixture.GitHub.Statuses.Last(s => s.Sha == fixture.Head()).Creator.ShouldBe(fixture.GitHub.Bot);
    }

    [Fact]
    public async Task A_faulty_request_is_blocked_and_then_mended()
    {
        using ReviewFixture fixture = new();
        fixture.Push(
            "resnet",
            (
                "jobs-requests/vision/resnet.yaml",
                ReviewFixture.Request("resnet", 4).Replace("replicas: 4", "replica: 4", StringComparison.Ordinal)
            )
        );
        fixture.GitHub.ForgetCalls();
        ReviewOutcome first = await fixture.Review();
        first.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        first.Commit.ShouldBeNull();
        fixture.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(10, fixture.GitHub.Conversation());
        fixture.GitHub.Statuses.Last().State.ShouldBe("failure");
        fixture.GitHub.CheckRuns.Single().Annotations.ShouldNotBeEmpty();
        fixture.GitHub.LabelsOf(1).ShouldBe(["rayquest/blocked"]);

        fixture.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewFixture.Request("resnet", 4)));
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        fixture.GitHub.LabelsOf(1).ShouldBe(["rayquest/pass"]);
        fixture.BotComment().ShouldContain("Ready to merge");
    }

    [Fact]
    public async Task An_approval_of_the_judged_head_opens_the_gate()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("big", 12);
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        fixture.GitHub.Statuses.Last().State.ShouldBe("pending");
        fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        fixture.GitHub.ForgetCalls();
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        fixture.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(10, fixture.GitHub.Conversation());
        fixture.GitHub.Statuses.Last().State.ShouldBe("success");
        fixture.BotComment().ShouldContain("`bob` approved");
    }

    [Fact]
    public async Task A_dismissed_approval_closes_the_gate_again()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("big", 12);
        await fixture.Review();
        EmulatedReview approval = fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        fixture.GitHub.DismissReview(1, approval.Id);
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        fixture.GitHub.Statuses.Last().State.ShouldBe("pending");
    }

    [Fact]
    public async Task An_approval_before_the_rendering_counts_after_it()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("big", 12);
        fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        ReviewOutcome outcome = await fixture.Review();
        outcome.Commit.ShouldNotBeNull();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public async Task A_command_approves_and_a_push_voids_it()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("big", 12);
        await fixture.Review();
        fixture.GitHub.Comment(fixture.Alice, 1, $"/approve-quota {fixture.Head()}");
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval, "the author's own");
        fixture.GitHub.Comment(fixture.Bob, 1, "/approve-quota");
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval, "no commit named");
        fixture.BotComment().ShouldContain("`bob` wrote a command that can't be followed");
        fixture
            .BotComment()
            .ShouldContain($"```\n/approve-quota {fixture.Head()}\n```", customMessage: "the line to copy");
        fixture.GitHub.Comment(fixture.Bob, 1, $"/approve-quota {fixture.Head()}");
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        fixture.Push("big", ("jobs-requests/vision/big.yaml", ReviewFixture.Request("big", 13)));
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task A_second_pull_request_of_the_same_commits_does_not_let_their_author_approve()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("big", 12);
        fixture.GitHub.Push(fixture.Alice, "other-base", "x", ReviewFixture.Files(("x", "x")), "main");
        fixture.GitHub.Git.UpdateReference("refs/heads/big-twin", fixture.GitHub.Pull(1).HeadSha, null);
        fixture.GitHub.OpenPull(fixture.Mallory, "big-twin", "The same");
        fixture.GitHub.Review(fixture.Alice, 2, "APPROVED");
        (await fixture.Review(2)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task Another_base_than_the_default_branch_is_not_judged()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.GitHub.Push(
            fixture.Mallory,
            "lax",
            "Raise",
            ReviewFixture.Files(
                ("policies/quotas.yaml", ReviewFixture.Quotas.Replace("16", "640", StringComparison.Ordinal))
            ),
            "main"
        );
        fixture.GitHub.Push(
            fixture.Mallory,
            "big",
            "Ask",
            ReviewFixture.Files(("jobs-requests/vision/big.yaml", ReviewFixture.Request("big", 64))),
            "lax"
        );
        fixture.GitHub.OpenPull(fixture.Mallory, "big", "Big", null, "lax");
        (await fixture.Review()).Result.ShouldBe(ReviewResult.NotASubmission);
        fixture.GitHub.Statuses.ShouldBeEmpty();
    }

    [Fact]
    public async Task Policies_in_the_head_are_not_believed()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("big", 40);
        fixture.Push(
            "big",
            ("policies/quotas.yaml", ReviewFixture.Quotas.Replace("16", "640", StringComparison.Ordinal))
        );
        ReviewOutcome outcome = await fixture.Review();
        outcome.Preview!.Kind.ShouldBe(ChangeKind.Mixed);
        fixture.GitHub.Statuses.Last().State.ShouldBe("failure");
        fixture.BotComment().ShouldContain("Open one pull request for the requests and another for the rest");
    }

    [Fact]
    public async Task A_fork_is_rendered_at_the_merge()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.GitHub.PushToFork(
            fixture.Mallory,
            "mine",
            "Ask",
            ReviewFixture.Files(("jobs-requests/vision/mine.yaml", ReviewFixture.Request("mine", 1)))
        );
        fixture.GitHub.OpenPull(fixture.Mallory, "mallory:mine", "Mine");
        ReviewOutcome outcome = await fixture.Review();
        outcome.Commit.ShouldBeNull();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass);
        fixture.BotComment().ShouldContain("rendered at the merge");
    }

    [Fact]
    public async Task An_ordinary_pull_request_gets_a_status_and_no_comment()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.GitHub.Push(fixture.Alice, "docs", "Words", ReviewFixture.Files(("README.md", "# more\n")), "main");
        fixture.GitHub.OpenPull(fixture.Alice, "docs", "Words");
        await fixture.Review();
        fixture.GitHub.Comments.ShouldBeEmpty();
        fixture.GitHub.Statuses.Single().State.ShouldBe("success");
        (await fixture.Review()).Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_branch_that_moves_meanwhile_is_judged_anew()
    {
        using ReviewFixture fixture = new();
        bool moved = false;
        fixture.GitHub.Before(
            call =>
                call.Body?.ToJsonString().Contains("createCommitOnBranch", StringComparison.Ordinal) == true && !moved,
            () =>
            {
                moved = true;
                fixture.Push("resnet", ("jobs-requests/vision/resnet.yaml", ReviewFixture.Request("resnet", 6)));
            }
        );
        ReviewOutcome outcome = await fixture.Review();
        outcome.Preview!.Quota.Single(q => q.Resource == "a100").After.ToDouble().ShouldBe(6);
        outcome.Head.ShouldBe(fixture.Head());
    }

    [Fact]
    public async Task A_marker_of_somebody_elses_is_not_ours()
    {
        using ReviewFixture fixture = new();
        fixture.GitHub.Comment(fixture.Mallory, 1, "<!-- rayquest:review pull=1 head=x -->\nReady to merge");
        await fixture.Review();
        fixture.BotComment().ShouldContain("Ready to merge");
        fixture.GitHub.Comments.Count.ShouldBe(2);
        fixture.GitHub.Comments[0].Edits.ShouldBe(0);
    }

    [Fact]
    public async Task A_pass_is_merged_by_itself_where_policy_says_so()
    {
        using ReviewFixture fixture = new(autoMerge: true);
        await fixture.Review();
        EmulatedPull pull = fixture.GitHub.Pull(1);
        (pull.AutoMerge is not null || pull.MergedAt is not null).ShouldBeTrue();
        fixture.GitHub.Calls.Count.ShouldBeLessThanOrEqualTo(12, fixture.GitHub.Conversation());
    }

    [Fact]
    public async Task Two_evaluations_at_once_leave_one_comment()
    {
        using ReviewFixture fixture = new(
            options: new EmulatedGitHubOptions
            {
                RequiredContexts = ["rayquest"],
                Clock = new RehearsalClock(takesTime: true),
            }
        );
        await Task.WhenAll(Task.Run(() => fixture.Review()), Task.Run(() => fixture.Review()));
        await fixture.Review();
        fixture.GitHub.Comments.Count(c => c.Author == fixture.GitHub.Bot).ShouldBe(1);
        fixture.GitHub.LabelsOf(1).ShouldBe(["rayquest/pass"]);
        fixture.GitHub.Git.ReadCommit(fixture.GitHub.Pull(1).HeadSha).Parents.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Annotations_go_in_batches_of_fifty_and_an_interrupted_run_goes_on()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("resnet", 4, string.Concat(Enumerable.Range(0, 120).Select(i => $"unknown{i}: 1\n")));
        using CancellationTokenSource kill = new();
        fixture.GitHub.After(
            c => c.Method == "PATCH" && c.Path.Contains("/check-runs/", StringComparison.Ordinal),
            kill.Cancel
        );
        await Should.ThrowAsync<OperationCanceledException>(() => fixture.Review(1, cancel: kill.Token));
        ReviewOutcome outcome = await fixture.Review();
        EmulatedCheckRun run = fixture.GitHub.CheckRuns.Single();
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
        using ReviewFixture fixture = new();
        JobHosts.Git.GitRepository origin = fixture.GitHub.Git;
        JobHosts.Git.ObjectId head = fixture.GitHub.Pull(1).HeadSha;
        JobHosts.Git.Signature alice = new("alice", "alice@example.com", fixture.GitHub.Clock.GetUtcNow());
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
        ReviewOutcome outcome = await fixture.Review();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        outcome.Preview.Findings.ShouldContain(f => f.Rule.Code == "RQ5015");
        outcome.Preview.Findings.ShouldNotContain(f => f.Rule.Code == "RQ5093", "one fault, one finding");
    }

    [Fact]
    public async Task A_linked_request_and_a_wrong_ending_are_one_finding_each()
    {
        using ReviewFixture fixture = new();
        JobHosts.Git.GitRepository origin = fixture.GitHub.Git;
        JobHosts.Git.ObjectId head = fixture.GitHub.Pull(1).HeadSha;
        JobHosts.Git.Signature alice = new("alice", "alice@example.com", fixture.GitHub.Clock.GetUtcNow());
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
        ReviewOutcome outcome = await fixture.Review();
        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        outcome
            .Preview.Findings.Select(f => $"{f.Rule.Code} {f.Span.Source.Path}")
            .ShouldBe(["RQ0104 jobs-requests/vision/ext.yml", "RQ5015 jobs-requests/vision/linked.yaml"]);
    }

    [Fact]
    public async Task An_approval_can_be_taken_back()
    {
        using ReviewFixture fixture = new(open: false);
        fixture.Ask("big", 12);
        await fixture.Review();
        fixture.GitHub.Comment(fixture.Bob, 1, $"/approve-quota {fixture.Head()}");
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.Pass);
        fixture.GitHub.Comment(fixture.Bob, 1, "/revoke-quota");
        (await fixture.Review()).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        fixture.GitHub.Statuses.Last().State.ShouldBe("pending");
    }

    [Fact]
    public async Task The_review_finds_a_pull_request_by_its_head()
    {
        using ReviewFixture fixture = new();
        using JobHosts.Git.GitRepository git = JobHosts.Git.GitRepository.Open(fixture.GitHub.Git.GitDirectory);
        using GitHubClient client = fixture.GitHub.Client();
        PullReviewer reviewer = new(
            client,
            git,
            new ReviewOptions { Remote = fixture.GitHub.Git.GitDirectory, DryRun = true }
        );
        (await reviewer.ReviewHead(fixture.Head()))!.Pull.ShouldBe(1);
        (await reviewer.ReviewHead(new string('0', 40))).ShouldBeNull();
        fixture.GitHub.Calls.ShouldAllBe(c => !c.IsWrite);
    }
}
