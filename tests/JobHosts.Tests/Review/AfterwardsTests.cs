using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>The merge queue, the push to main, and the form for people who don't write YAML.</summary>
public sealed class AfterwardsTests : IDisposable
{
    private readonly ReviewFixture fixture = new(open: false);
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository git;
    private readonly GitHubClient client;

    public AfterwardsTests()
    {
        git = GitRepository.InitBare(folder.Child("clone"));
        client = fixture.GitHub.Client();
    }

    private ReviewOptions Options => new() { Remote = fixture.GitHub.Git.GitDirectory };

    private string Main => fixture.GitHub.Git.Resolve("refs/heads/main").ToString();

    public void Dispose()
    {
        client.Dispose();
        git.Dispose();
        fixture.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Two_green_requests_together_over_the_bound_are_stopped_in_the_queue()
    {
        fixture.Ask("one", 8);
        fixture.Ask("two", 8);
        (await fixture.Review(1)).Preview!.Verdict.ShouldBe(Verdict.Pass);
        (await fixture.Review(2)).Preview!.Verdict.ShouldBe(Verdict.Pass);
        ObjectId queued = Merged(fixture.Head(1), fixture.Head(2));

        ReviewOutcome outcome = await new QueueReview(client, git, Options).Review("main", "", queued.ToString());
        outcome.Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        fixture.GitHub.Statuses.Last(s => s.Sha == queued.ToString()).State.ShouldBe("failure", "a group never waits");

        fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        (await new QueueReview(client, git, Options).Review("main", "", queued.ToString())).Preview!.Verdict.ShouldBe(
            Verdict.NeedsApproval,
            "only one of both is approved"
        );
        fixture.GitHub.Review(fixture.Bob, 2, "APPROVED");
        (await new QueueReview(client, git, Options).Review("main", "", queued.ToString())).Preview!.Verdict.ShouldBe(
            Verdict.Pass
        );
    }

    [Fact]
    public async Task Over_the_hard_bound_no_approval_helps_in_the_queue()
    {
        fixture.Ask("one", 12);
        fixture.Ask("two", 12);
        fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        fixture.GitHub.Review(fixture.Bob, 2, "APPROVED");
        await fixture.Review(1);
        await fixture.Review(2);
        ObjectId queued = Merged(fixture.Head(1), fixture.Head(2));
        (await new QueueReview(client, git, Options).Review("main", "", queued.ToString())).Preview!.Verdict.ShouldBe(
            Verdict.Blocked
        );
        fixture.GitHub.Statuses.Last(s => s.Sha == queued.ToString()).State.ShouldBe("failure");
    }

    [Fact]
    public async Task Who_loses_a_place_in_the_queue_is_told_in_the_one_comment()
    {
        fixture.Ask("one", 12);
        fixture.Ask("two", 12);
        fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        fixture.GitHub.Review(fixture.Bob, 2, "APPROVED");
        await fixture.Review(1);
        await fixture.Review(2);
        // What the queue tests for the second: the first is ahead of it.
        ObjectId first = ObjectId.Parse(fixture.Head(1));
        ObjectId queued = Merged(fixture.Head(1), fixture.Head(2));
        string alone = fixture.BotComment(1);

        ReviewOutcome outcome = await new QueueReview(client, git, Options).Review("main", "", queued.ToString());
        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        fixture.BotComment(2).ShouldContain("The merge queue evaluated it together with what is ahead of it");
        fixture.BotComment(2).ShouldContain("would hold 24 a100, and may hold 16 at most");
        fixture.BotComment(1).ShouldBe(alone, "the first is still in the queue");
        (await new QueueReview(client, git, Options).Review("main", "", queued.ToString())).Written.ShouldBeEmpty();

        await fixture.Review(2);
        fixture.BotComment(2).ShouldContain("Ready to merge", customMessage: "alone it passes");
    }

    [Fact]
    public async Task Who_loses_the_last_gpus_to_a_merge_is_judged_again_and_told()
    {
        fixture.Ask("one", 12);
        fixture.Ask("two", 12);
        fixture.Ask("small", 1);
        fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        fixture.GitHub.Review(fixture.Bob, 2, "APPROVED");
        await fixture.Review(1);
        (await fixture.Review(2)).Preview!.Verdict.ShouldBe(Verdict.Pass);
        (await fixture.Review(3)).Preview!.Verdict.ShouldBe(Verdict.Pass);
        string before = Main;
        fixture.GitHub.Merge(fixture.Bob, 1);

        IReadOnlyList<ReviewOutcome> told = await EvaluateAgain(before);

        told.Select(o => o.Pull).ShouldBe([2, 3]);
        fixture.GitHub.Statuses.Last(s => s.Sha == fixture.Head(2)).State.ShouldBe("failure");
        fixture.GitHub.LabelsOf(2).ShouldBe(["rayquest/blocked"]);
        fixture
            .BotComment(2)
            .ShouldContain("there was room when this branch began, and since then `one` took 12 a100 of team `vision`");
        fixture.BotComment(2).ShouldContain("Nobody can approve beyond a hard limit");
        fixture
            .GitHub.LabelsOf(3)
            .ShouldBe(["rayquest/needs-approval"], "what passed by itself is now over the soft limit");
        (await EvaluateAgain(before)).ShouldAllBe(o => o.Written.Count == 0);
    }

    [Fact]
    public async Task A_merge_that_changes_no_verdict_costs_one_call()
    {
        fixture.Ask("one", 1);
        fixture.Ask("two", 1);
        await fixture.Review(1);
        await fixture.Review(2);
        string before = Main;
        fixture.GitHub.Merge(fixture.Bob, 1);
        fixture.GitHub.ForgetCalls();

        (await EvaluateAgain(before)).ShouldBeEmpty();
        fixture.GitHub.Calls.Count.ShouldBe(1, fixture.GitHub.Conversation());
    }

    [Fact]
    public async Task A_raised_bound_opens_what_it_blocked()
    {
        fixture.Ask("large", 20);
        (await fixture.Review(1)).Preview!.Verdict.ShouldBe(Verdict.Blocked);
        string before = Main;
        fixture.GitHub.Push(
            fixture.Bob,
            "main",
            "Raise",
            ReviewFixture.Files(
                ("policies/quotas.yaml", ReviewFixture.Quotas.Replace("a100: 16", "a100: 32", StringComparison.Ordinal))
            )
        );

        (await EvaluateAgain(before)).Single().Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
        fixture.GitHub.LabelsOf(1).ShouldBe(["rayquest/needs-approval"]);
    }

    [Fact]
    public async Task Two_merged_at_the_same_moment_over_the_bound_are_told_after_the_merge()
    {
        fixture.Ask("one", 12);
        fixture.Ask("two", 12);
        fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        fixture.GitHub.Review(fixture.Bob, 2, "APPROVED");
        await fixture.Review(1);
        await fixture.Review(2);
        fixture.GitHub.Merge(fixture.Bob, 1);
        string between = Main;
        fixture.GitHub.Merge(fixture.Bob, 2);

        ReviewOutcome outcome = await new MergedReview(client, git, Options).Review(between, "main");

        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        fixture.BotComment(2).ShouldContain("Merged, and over a hard limit");
        fixture.BotComment(2).ShouldContain("Something else was merged at the same moment");
        fixture.BotComment(1).ShouldContain("Ready to merge");
        (await new MergedReview(client, git, Options).Review(between, "main")).Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_forks_rendering_is_committed_after_the_merge_once()
    {
        string before = Main;
        fixture.GitHub.Push(
            fixture.Alice,
            "main",
            "Merge a fork",
            ReviewFixture.Files(("jobs-requests/vision/mine.yaml", ReviewFixture.Request("mine", 1)))
        );
        ReviewOutcome outcome = await new MergedReview(client, git, Options).Review(before, "main");
        outcome.Commit.ShouldBe(Main);
        fixture.GitHub.Git.ReadFile(ObjectId.Parse(Main), "jobs/vision/mine.yaml").ShouldNotBeNull();
        (await new MergedReview(client, git, Options).Review(before, "main")).Commit.ShouldBeNull();
    }

    [Fact]
    public async Task A_form_becomes_a_pull_request_its_author_can_not_approve()
    {
        const string body =
            "### team\n\nvision\n\n### name\n\nform-job\n\n### description\n\n_No response_\n\n### entrypoint\n\n```shell\npython train.py --epochs 20\n```\n\n### workers.replicas\n\n12\n\n### workers.cpu\n\n4\n\n### workers.memory\n\n16Gi\n\n### workers.gpu\n\na100\n\n### workers.gpus\n\n1\n\n### timeout\n\n2h\n";
        EmulatedIssue issue = fixture.GitHub.OpenIssue(fixture.Alice, "Ray job: form-job", body);
        IssueFormOutcome outcome = await new IssueForm(client, git, Options).Submit(issue.Number, "main");
        outcome.Pull.ShouldNotBeNull(string.Join('\n', outcome.Findings.Select(f => f.Message)));
        EmulatedPull pull = fixture.GitHub.Pull(outcome.Pull!.Value);
        System
            .Text.Encoding.UTF8.GetString(
                fixture.GitHub.Git.ReadFile(pull.HeadSha, "jobs-requests/vision/form-job.yaml")!
            )
            .ShouldContain("owner: alice");

        // No run of the workflow's own token starts by itself: the form's run has evaluated and rendered it.
        fixture.GitHub.Comments.Single(c => c.Issue == pull.Number).Body.ShouldContain("Needs approval");
        fixture.GitHub.Git.ReadFile(pull.HeadSha, "jobs/vision/form-job.yaml").ShouldNotBeNull();

        (await new IssueForm(client, git, Options).Submit(issue.Number, "main")).Pull.ShouldBe(outcome.Pull);
        fixture.GitHub.Pulls.Count.ShouldBe(1);
        fixture.GitHub.Comments.Count(c => c.Issue == issue.Number).ShouldBe(1);
        fixture.GitHub.Comments.Count(c => c.Issue == pull.Number).ShouldBe(1);

        fixture.GitHub.Review(fixture.Alice, pull.Number, "APPROVED");
        (await fixture.Review(pull.Number)).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task A_bad_form_is_answered()
    {
        EmulatedIssue issue = fixture.GitHub.OpenIssue(
            fixture.Alice,
            "Ray job",
            "### team\n\nvision\n\n### name\n\nx\n\n### entrypoint\n\n@bob **hi**\n\n### workers.gpu\n\na1000\n\n### workers.gpus\n\n1\n"
        );
        IssueFormOutcome outcome = await new IssueForm(client, git, Options).Submit(issue.Number, "main");
        outcome.Pull.ShouldBeNull();
        outcome.Findings.ShouldNotBeEmpty();
        fixture.GitHub.Comments.Single().Body.ShouldContain("Edit the issue to try again");
        fixture.GitHub.Pulls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("### team\n\n../../x\n\n### name\n\nx\n")]
    [InlineData("")]
    [InlineData("### team\n\nvision\n\n### name\n\nX Y\n")]
    public async Task A_form_without_a_place_goes_nowhere(string body)
    {
        EmulatedIssue issue = fixture.GitHub.OpenIssue(fixture.Alice, "Ray job", body);
        (await new IssueForm(client, git, Options).Submit(issue.Number, "main")).Fault.ShouldNotBeNull();
        fixture.GitHub.Git.References("refs/heads/rayquest/").ShouldBeEmpty();
    }

    private Task<IReadOnlyList<ReviewOutcome>> EvaluateAgain(string before)
    {
        git.FetchCommit(Options.Remote, ObjectId.Parse(before));
        git.FetchCommit(Options.Remote, ObjectId.Parse(Main));
        return new OpenSubmissions(client, git, Options).Refresh("main");
    }

    private ObjectId Merged(string one, string other)
    {
        GitRepository origin = fixture.GitHub.Git;
        Signature queue = new("queue", "queue@example.com", fixture.GitHub.Clock.GetUtcNow());
        ObjectId commit = ObjectId.Parse(Main);
        foreach (string head in new[] { one, other })
        {
            ObjectId entry = ObjectId.Parse(head);
            commit = origin.WriteCommit(origin.MergeTree(commit, entry)!, [commit, entry], queue, queue, "Queue");
        }

        origin.UpdateReference("refs/heads/gh-readonly-queue/main/pr-2", commit, null);
        return commit;
    }
}
